import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Db } from '../platform/db/database.ts'
import { type Tx, transact } from '../platform/db/transaction.ts'
import { ApiError, validationFailed } from '../platform/http/errors.ts'
import type { Platform } from '../platform/platform.ts'
import type { Access } from './provider.ts'
import { deleteOldAnswers, findAnswer, insertAnswer, tryLockKey } from './queries/idempotent-answers.ts'

const keptHours = 24
const keyCharactersMax = 255
const purgeRowsMax = 1_000

export interface Answer {
  status: number
  /** JSON text; empty where there is no body. */
  body: string
}

/**
 * Does the work of a request in one transaction; with an Idempotency-Key at most once in 24 hours per provider
 * and key. The answer is stored with the work, so that either both are there or neither.
 *
 * @param work may run again after a deadlock; what it throws is not stored, so the key can be tried again
 * @throws ApiError 409 while the first request runs, 422 where the key came with another request, 400 where
 *   the key is empty or longer than 255 characters
 */
export async function withIdempotencyKey(
  platform: Platform,
  request: FastifyRequest,
  access: Access,
  work: (tx: Tx) => Promise<{ status: number; body: unknown }>,
): Promise<Answer> {
  const key = keyOf(request)
  if (key === undefined) return transact(platform.db, async (tx) => answerOf(await work(tx)))
  const requestHash = hashRequest(request)
  const providerId = access.provider.id
  return transact(platform.db, async (tx) => {
    const isLocked = await tryLockKey(tx, providerId, key)
    // A statement of its own: it must see what the last holder of the lock committed.
    const stored = await findAnswer(tx, providerId, key, keptHours)
    if (stored && !stored.requestHash.equals(requestHash)) throw new ApiError('idempotency_key_reused')
    if (stored) return { status: stored.status, body: stored.body }
    if (!isLocked) throw new ApiError('request_in_progress')
    const answer = answerOf(await work(tx))
    await insertAnswer(tx, providerId, key, { requestHash, ...answer })
    return answer
  })
}

/** Deletes what is older than 24 hours, in batches. @returns how many */
export async function purgeIdempotentAnswers(db: Db): Promise<number> {
  let purged = 0
  while (true) {
    const deleted = await deleteOldAnswers(db, keptHours, purgeRowsMax)
    purged += deleted
    if (deleted < purgeRowsMax) return purged
  }
}

function keyOf(request: FastifyRequest): string | undefined {
  const header = request.headers['idempotency-key']
  if (header === undefined) return undefined
  if (typeof header === 'string' && header.length > 0 && header.length <= keyCharactersMax) return header
  throw validationFailed([
    {
      pointer: '/headers/idempotency-key',
      code: header.length === 0 ? 'too_short' : 'too_long',
      detail: `Idempotency-Key must have 1 to ${keyCharactersMax} characters`,
    },
  ])
}

/** The same body to another address is another request. */
function hashRequest(request: FastifyRequest): Buffer {
  const { method, url, body } = request
  return createHash('sha256')
    .update(JSON.stringify([method, url, body]))
    .digest()
}

function answerOf({ status, body }: { status: number; body: unknown }): Answer {
  return { status, body: body === undefined ? '' : JSON.stringify(body) }
}
