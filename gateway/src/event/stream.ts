import type { ServerResponse } from 'node:http'
import { metrics } from '../platform/metrics.ts'
import type { Platform } from '../platform/platform.ts'
import { type Access, keyStillValid, keyTopic } from '../provider/index.ts'
import { eventJson, type RecordedEvent } from './event.ts'
import { markFetched } from './fetch.ts'
import { eventsAfter } from './queries.ts'
import { eventTopic } from './record.ts'

const readRowsMax = 50
/** Signals only save waiting. */
const lookAgainMs = 1_000
/** When a client whose connection broke should come again. */
const retryMs = 1_000

/** An open answer of server-sent events, its head already sent. */
export interface EventStream {
  platform: Platform
  access: Access
  response: ServerResponse
  pace: Pace
}

export interface Pace {
  /** How long a stream may be silent. Proxies close what is silent for longer, often 30 or 60 s. */
  heartbeatMs: number
  /** A reader that takes nothing for so long is cut off; it resumes by its Last-Event-ID. */
  readerStuckMs: number
}

export const ordinaryPace: Pace = { heartbeatMs: 15_000, readerStuckMs: 30_000 }

/**
 * Sends the provider's events after the cursor until the reader goes, its key is no longer valid, or the
 * server closes. At most one read of events is in memory: the next is read once the socket has taken the last,
 * which is also when they count as fetched.
 */
export async function streamEvents(stream: EventStream, after: bigint, closing: AbortSignal): Promise<void> {
  const { platform, response } = stream
  const ended = new AbortController()
  const end = () => ended.abort()
  response.once('close', end)
  closing.addEventListener('abort', end, { once: true })
  if (closing.aborted || response.destroyed) end()
  metrics.openStreams.inc()
  const watched = endWhenInvalid(stream, ended)
  try {
    await sendAll(stream, after, ended.signal)
  } catch (error) {
    if (!ended.signal.aborted) platform.log.warn({ err: error }, 'an event stream broke off')
  } finally {
    end()
    closing.removeEventListener('abort', end)
    metrics.openStreams.dec()
    if (response.writableLength > 0) response.destroy()
    else response.end()
    await watched
  }
}

async function sendAll(stream: EventStream, after: bigint, ended: AbortSignal): Promise<void> {
  const { db, signals } = stream.platform
  const { id: providerId, test } = stream.access.provider
  let cursor = after
  // An id without an event: a reader that is cut off before its first event comes back to this place.
  await write(stream, `retry: ${retryMs}\n\nid: ${cursor}\n\n`, ended)
  let writtenAt = performance.now()
  // Listening begins before the read, so nothing falls between the two.
  let signalled = signals.wait(eventTopic(providerId), lookAgainMs, ended)
  while (!ended.aborted) {
    const events = await eventsAfter(db, providerId, cursor, readRowsMax)
    const last = events.at(-1)
    const silent = performance.now() - writtenAt >= stream.pace.heartbeatMs
    if (last || silent) {
      const text = last ? events.map((event) => frame(event, test)).join('') : ': still here\n\n'
      await write(stream, text, ended)
      writtenAt = performance.now()
    }
    if (last) {
      events.forEach(observeDelivery)
      await markFetched(db, providerId, last.id)
      cursor = last.id
    }
    if (events.length === readRowsMax) continue
    await signalled
    signalled = signals.wait(eventTopic(providerId), lookAgainMs, ended)
  }
}

function frame(event: RecordedEvent, test: boolean): string {
  return `id: ${event.id}\nevent: ${event.type}\ndata: ${eventJson(event, test)}\n\n`
}

function observeDelivery(event: RecordedEvent): void {
  metrics.eventDelivery.observe(Math.max(0, Date.now() / 1_000 - Number(event.id) / 1e6))
}

async function endWhenInvalid({ platform, access }: EventStream, ended: AbortController): Promise<void> {
  try {
    while (!ended.signal.aborted) {
      await platform.signals.wait(keyTopic(access.keyId), lookAgainMs, ended.signal)
      if (!ended.signal.aborted && !(await keyStillValid(platform.db, access))) ended.abort()
    }
  } catch (error) {
    platform.log.warn({ err: error }, 'an event stream could not check its key')
    ended.abort()
  }
}

/** Resolves once the socket has taken the text. Rejects when the stream ends or the reader takes nothing. */
function write({ response, pace }: EventStream, text: string, ended: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error | null) => {
      clearTimeout(stuck)
      ended.removeEventListener('abort', abort)
      if (error) reject(error)
      else resolve()
    }
    const abort = () => settle(new Error('the stream ended'))
    const stuck = setTimeout(() => settle(new Error('the reader takes nothing')), pace.readerStuckMs)
    ended.addEventListener('abort', abort, { once: true })
    if (ended.aborted) abort()
    else response.write(text, settle)
  })
}
