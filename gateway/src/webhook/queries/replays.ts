import { sql } from 'kysely'
import type { Db } from '../../platform/db/database.ts'
import type { Tx } from '../../platform/db/transaction.ts'
import type { Endpoint } from '../endpoint.ts'

export interface OpenReplay {
  providerId: number
  endpointId: bigint
  id: bigint
  cursorId: bigint
  untilId: bigint
  onlyParked: boolean
  types: string[]
}

export async function insertReplay(
  tx: Tx,
  endpoint: Endpoint,
  { from, to, onlyParked, at }: { from: bigint; to: bigint; onlyParked: boolean; at: Date },
): Promise<void> {
  await tx
    .insertInto('webhook_replay')
    .values({
      provider_id: endpoint.providerId,
      endpoint_id: endpoint.id,
      cursor_id: from - 1n,
      until_id: to,
      only_parked: onlyParked,
      created_at: at,
    })
    .execute()
}

/** The oldest of each endpoint. */
export async function openReplays(
  db: Db,
  endpointIds: bigint[],
): Promise<{ endpointId: bigint; id: bigint }[]> {
  const { rows } = await sql<{ endpointId: bigint; id: bigint }>`/* prepared */
    select endpoint_id as "endpointId", min(id) as id from webhook_replay
    where endpoint_id = any(${endpointIds}::bigint[]) and done_at is null group by endpoint_id`.execute(db)
  return rows
}

/** Locks the endpoint too: its queues are changed by one at a time. */
export async function lockOpenReplay(
  tx: Tx,
  endpointId: bigint,
  id: bigint,
): Promise<OpenReplay | undefined> {
  const { rows } = await sql<OpenReplay>`
    select replay.provider_id as "providerId", endpoint_id as "endpointId", replay.id,
      replay.cursor_id as "cursorId", until_id as "untilId", only_parked as "onlyParked", endpoint.types
    from webhook_replay as replay join webhook_endpoint as endpoint on endpoint.id = replay.endpoint_id
    where replay.endpoint_id = ${endpointId} and replay.id = ${id} and replay.done_at is null
    for no key update of endpoint, replay`.execute(tx)
  return rows[0]
}

/** The next events of a replay: those that the endpoint wants, or has been given. */
export async function replayBatch(tx: Tx, replay: OpenReplay, limit: number): Promise<bigint[]> {
  const { providerId, endpointId, cursorId, untilId, types } = replay
  const { rows } = replay.onlyParked
    ? await sql<{ id: bigint }>`
        select event_id as id from webhook_delivery
        where provider_id = ${providerId} and endpoint_id = ${endpointId} and state = 'parked'
          and event_id > ${cursorId} and event_id <= ${untilId}
        order by event_id limit ${limit}`.execute(tx)
    : await sql<{ id: bigint }>`
        select id from event
        where provider_id = ${providerId} and id > ${cursorId} and id <= ${untilId}
          and (cardinality(${types}::text[]) = 0 or type = any(${types}::text[]) or exists (
            select from webhook_delivery as delivery where delivery.provider_id = ${providerId}
              and delivery.endpoint_id = ${endpointId} and delivery.event_id = event.id))
        order by id limit ${limit}`.execute(tx)
  return rows.map(({ id }) => id)
}

export async function moveReplay(
  tx: Tx,
  { providerId, endpointId, id }: OpenReplay,
  cursorId: bigint,
  isDone: boolean,
): Promise<void> {
  await tx
    .updateTable('webhook_replay')
    .set({ cursor_id: cursorId, ...(isDone ? { done_at: new Date() } : {}) })
    .where('provider_id', '=', providerId)
    .where('endpoint_id', '=', endpointId)
    .where('id', '=', id)
    .execute()
}

export async function hasEvent(db: Db, providerId: number, eventId: bigint): Promise<boolean> {
  const row = await db
    .selectFrom('event')
    .select('id')
    .where('provider_id', '=', providerId)
    .where('id', '=', eventId)
    .executeTakeFirst()
  return row !== undefined
}

/** 0 where there is none. Smaller ids never appear later. */
export async function newestEventId(db: Db, providerId: number): Promise<bigint> {
  const row = await db
    .selectFrom('event')
    .select('id')
    .where('provider_id', '=', providerId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.id ?? 0n
}
