import { sql } from 'kysely'
import type { Db } from '../platform/db/database.ts'
import type { Tx } from '../platform/db/transaction.ts'
import type { RecordedEvent } from './event.ts'

export async function takeEventId(tx: Tx, providerId: number): Promise<bigint> {
  const { rows } = await sql<{ id: bigint }>`select next_event_id(${providerId}) as id`.execute(tx)
  const id = rows[0]?.id
  if (id === undefined) throw new Error('next_event_id gave nothing')
  return id
}

/**
 * Events of one type in their order, in one statement, so that nothing but the commit stands between taking the
 * lock and giving it back.
 *
 * @returns the id of the first
 */
export async function insertNextEvents(
  tx: Tx,
  providerId: number,
  { type, at, data }: { type: string; at: Date; data: string[] },
): Promise<bigint> {
  const { rows } = await sql<{ id: bigint }>`/* prepared */
    with next as materialized (select next_event_id(${providerId}) as id)
    insert into event (provider_id, id, type, at, data)
    select ${providerId}, next.id + nth - 1, ${type}, ${at}::timestamptz, written::json
    from next, unnest(${data}::text[]) with ordinality as item (written, nth)
    order by nth returning id`.execute(tx)
  const id = rows[0]?.id
  if (id === undefined) throw new Error('no event was recorded')
  return id
}

export async function insertEventRow(tx: Tx, providerId: number, event: RecordedEvent): Promise<void> {
  const { id, type, at, data } = event
  await tx.insertInto('event').values({ provider_id: providerId, id, type, at, data }).execute()
}

/** Waits until every transaction that holds an event id of the provider has ended. */
export async function waitForEventLock(db: Db, providerId: number): Promise<void> {
  // The number is that of next_event_id.
  await sql`select pg_advisory_xact_lock_shared(7301, ${providerId})`.execute(db)
}

/** Oldest first. */
export async function eventsAfter(
  db: Db,
  providerId: number,
  after: bigint,
  limit: number,
): Promise<RecordedEvent[]> {
  return db
    .selectFrom('event')
    .select(['id', 'type', 'at', sql<string>`data::text`.as('data')])
    .where('provider_id', '=', providerId)
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** 0 where there is no event. */
export async function newestEventId(db: Db, providerId: number): Promise<bigint> {
  const { newest } = await db
    .selectFrom('event')
    .select((query) => query.fn.coalesce(query.fn.max('id'), sql<bigint>`0::bigint`).as('newest'))
    .where('provider_id', '=', providerId)
    .executeTakeFirstOrThrow()
  return newest
}

/** Whether an event of this id or an older one is kept. */
export async function keepsEventUpTo(db: Db, providerId: number, id: bigint): Promise<boolean> {
  const row = await db
    .selectFrom('event')
    .select('id')
    .where('provider_id', '=', providerId)
    .where('id', '<=', id)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** 0 where the provider has fetched nothing. */
export async function fetchedId(db: Db, providerId: number): Promise<bigint> {
  const row = await db
    .selectFrom('event_fetch')
    .select('fetched_id')
    .where('provider_id', '=', providerId)
    .executeTakeFirst()
  return row?.fetched_id ?? 0n
}

/** Moves the mark forward, never back, and never beyond what there is; writes nothing where it need not move. */
export async function advanceFetched(db: Db, providerId: number, id: bigint): Promise<void> {
  await sql`
    with fetched as (
      select least(${id}, id) as id from event where provider_id = ${providerId} order by event.id desc limit 1
    )
    insert into event_fetch (provider_id, fetched_id)
    select ${providerId}, fetched.id from fetched
    where not exists (
      select from event_fetch where provider_id = ${providerId} and fetched_id >= fetched.id)
    on conflict (provider_id) do update set fetched_id = excluded.fetched_id
    where event_fetch.fetched_id < excluded.fetched_id`.execute(db)
}

export async function providersWithEvents(db: Db): Promise<number[]> {
  const rows = await db.selectFrom('provider').select('id').orderBy('id').execute()
  return rows.map((row) => row.id)
}

/**
 * Deletes events older than the id given, oldest first, and keeps the provider's newest: a reader that has it
 * has missed nothing, however long ago it was.
 *
 * @returns how many were deleted, at most the limit
 */
export async function deleteEventsBefore(
  db: Db,
  providerId: number,
  id: bigint,
  limit: number,
): Promise<number> {
  const result = await sql`
    delete from event where provider_id = ${providerId} and id in (
      select id from event
      where provider_id = ${providerId} and id < ${id}
        and id < (select max(id) from event where provider_id = ${providerId})
      order by id limit ${limit})`.execute(db)
  return Number(result.numAffectedRows ?? 0n)
}
