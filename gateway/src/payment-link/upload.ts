import { Readable } from 'node:stream'
import { ApiError } from '../platform/http/errors.ts'
import type { Platform } from '../platform/platform.ts'
import { type Access, keyStillValid, keyTopic } from '../provider/index.ts'
import { createLinksInBulk } from './bulk.ts'

/** Signals only save waiting. */
const lookAgainMs = 1_000

/**
 * The answer to a bulk upload, as a stream. It breaks off when the server closes and when the key is no longer
 * valid; a batch that is being stored then is still stored, whole.
 */
export function answerUpload(
  platform: Platform,
  access: Access,
  input: Readable,
  closing: AbortSignal,
): Readable {
  const ended = new AbortController()
  const lines = createLinksInBulk(platform, access, input, ended.signal)
  const answer = Readable.from(lines, { objectMode: false })
  const breakOff = (reason: ApiError) => {
    ended.abort()
    answer.destroy(reason)
    // The lines may be waiting for more of the upload, and would go on waiting.
    input.destroy()
  }
  const close = () => breakOff(new ApiError('unavailable'))
  closing.addEventListener('abort', close, { once: true })
  answer.once('close', () => {
    ended.abort()
    closing.removeEventListener('abort', close)
  })
  if (closing.aborted) close()
  breakOffWhenInvalid(platform, access, ended.signal, breakOff).catch((error: unknown) => {
    platform.log.warn({ err: error }, 'a bulk upload could not check its key')
    close()
  })
  return answer
}

async function breakOffWhenInvalid(
  { db, signals }: Platform,
  access: Access,
  ended: AbortSignal,
  breakOff: (reason: ApiError) => void,
): Promise<void> {
  while (!ended.aborted) {
    await signals.wait(keyTopic(access.keyId), lookAgainMs, ended)
    if (ended.aborted) return
    if (!(await keyStillValid(db, access))) breakOff(new ApiError('unauthorized'))
  }
}
