import { type AcceptedReplay, eventRetentionDays, type ReplayWebhook } from '@bill-gateway/contract'
import { anyEventTopic } from '../event/index.ts'
import type { Db } from '../platform/db/database.ts'
import { signal, type Tx, transact } from '../platform/db/transaction.ts'
import { ApiError, validationFailed } from '../platform/http/errors.ts'
import { type Provider, providerNow } from '../provider/index.ts'
import type { Endpoint } from './endpoint.ts'
import { queueAgain } from './queries/queue.ts'
import {
  hasEvent,
  insertReplay,
  lockOpenReplay,
  moveReplay,
  newestEventId,
  openReplays,
  replayBatch,
} from './queries/replays.ts'

/** Events that one turn queues again. */
const batchMax = 100
const dayMs = 86_400_000

/**
 * Has events sent again: one, a range, or everything after a cursor. They are queued batch by batch, in their
 * order, and keep their ids, so that a receiver that has had one already knows it.
 *
 * @throws ApiError validation_failed; not_found where there is no such event; events_expired where events after
 *   the cursor are no longer kept
 */
export async function replay(
  tx: Tx,
  provider: Provider,
  endpoint: Endpoint,
  order: ReplayWebhook,
): Promise<AcceptedReplay> {
  const { from, to } = await rangeOf(tx, provider, order)
  const only = order.only ?? 'all'
  await insertReplay(tx, endpoint, { from, to, onlyParked: only === 'parked', at: providerNow(provider) })
  signal(tx, anyEventTopic)
  return { from: String(from), to: String(to), only }
}

async function rangeOf(
  db: Db,
  provider: Provider,
  { eventId, from, to, after }: ReplayWebhook,
): Promise<{ from: bigint; to: bigint }> {
  const given = [eventId, from, after].filter((each) => each !== undefined)
  if (given.length !== 1 || (to !== undefined && from === undefined)) {
    const detail = 'the body must have exactly one of eventId, from and after; to goes with from'
    throw validationFailed([{ pointer: '', code: 'invalid', detail }])
  }
  if (eventId !== undefined) {
    const id = BigInt(eventId)
    if (!(await hasEvent(db, provider.id, id))) throw new ApiError('not_found', { detail: 'no such event' })
    return { from: id, to: id }
  }
  const last = to === undefined ? await newestEventId(db, provider.id) : BigInt(to)
  if (after !== undefined) {
    refuseExpired(BigInt(after))
    return { from: BigInt(after) + 1n, to: last }
  }
  const first = BigInt(from ?? 0)
  if (last < first && to !== undefined)
    throw validationFailed([{ pointer: '/to', code: 'too_small', detail: 'to must not be before from' }])
  return { from: first, to: last }
}

function refuseExpired(cursor: bigint): void {
  const oldest = BigInt(Date.now() - eventRetentionDays * dayMs) * 1000n
  if (cursor !== 0n && cursor < oldest) throw new ApiError('events_expired')
}

/** Queues the next batch of each replay that is open at these endpoints. */
export async function queueReplays(db: Db, endpointIds: bigint[]): Promise<void> {
  for (const { endpointId, id } of await openReplays(db, endpointIds)) {
    await transact(db, async (tx) => {
      const open = await lockOpenReplay(tx, endpointId, id)
      if (!open) return
      const eventIds = await replayBatch(tx, open, batchMax)
      if (eventIds.length > 0) await queueAgain(tx, { providerId: open.providerId, id: endpointId }, eventIds)
      await moveReplay(tx, open, eventIds.at(-1) ?? open.untilId, eventIds.length < batchMax)
    })
  }
}
