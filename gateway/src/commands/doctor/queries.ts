import { sql } from 'kysely'
import type { Db } from '../../platform/db/database.ts'

export interface Server {
  version: string
  number: number
  now: Date
}

export async function server(db: Db): Promise<Server> {
  const { rows } = await sql<Server>`
    select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
      clock_timestamp() as now`.execute(db)
  const found = rows[0]
  if (!found) throw new Error('the database says nothing of itself')
  return found
}

/** Seconds since a worker last said that it lives; undefined where none ever did. */
export async function sinceLastBeat(db: Db): Promise<number | undefined> {
  const { rows } = await sql<{ seconds: number | null }>`
    select extract(epoch from clock_timestamp() - max(beat_at))::float8 as seconds from worker_beat`.execute(
    db,
  )
  return rows[0]?.seconds ?? undefined
}

export interface Queue {
  /** Jobs that are due, and for how many seconds the first of them has been. */
  due: number
  ageSeconds: number
  /** Jobs that failed so often that they are not tried again; without an error a newer job took their place. */
  givenUp: number
}

export async function queue(db: Db): Promise<Queue> {
  const { rows } = await sql<Queue>`
    select count(*) filter (where attempts < max_attempts)::int as due,
      coalesce(extract(epoch from clock_timestamp() - min(run_at) filter (where attempts < max_attempts)), 0)::float8
        as "ageSeconds",
      count(*) filter (where attempts >= max_attempts and last_error is not null)::int as "givenUp"
    from graphile_worker._private_jobs where run_at <= clock_timestamp()`.execute(db)
  return rows[0] ?? { due: 0, ageSeconds: 0, givenUp: 0 }
}

/** Checkouts whose method should have been asked so many seconds ago. */
export async function stuckCheckouts(db: Db, seconds: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from provider join checkout on checkout.provider_id = provider.id
    where next_check_at <= now() + make_interval(secs => clock_ahead - ${seconds})`.execute(db)
  return rows[0]?.count ?? 0
}

export async function reviewsOpen(db: Db): Promise<{ count: number; kinds: string[] }> {
  const { rows } = await sql<{ count: number; kinds: string[] }>`
    select count(*)::int as count, coalesce(array_agg(distinct kind), '{}') as kinds
    from review where closed_at is null`.execute(db)
  return rows[0] ?? { count: 0, kinds: [] }
}

export async function countLive(db: Db): Promise<number> {
  const { rows } = await sql<{
    count: number
  }>`select count(*)::int as count from provider where not test`.execute(db)
  return rows[0]?.count ?? 0
}

/** Runs of settlements that were cancelled, and of which a bank statement shows transfers all the same. */
export async function runsPaidThoughCancelled(db: Db): Promise<bigint[]> {
  const { rows } = await sql<{ id: bigint }>`
    select id from settlement_run as run where status = 'cancelled' and exists (
      select from settlement_item where run_id = run.id and closed_at is not null) order by id`.execute(db)
  return rows.map(({ id }) => id)
}
