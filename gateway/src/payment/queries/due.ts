import { sql } from 'kysely'
import type { Db } from '../../platform/db/database.ts'

/** What a method is asked about, each by a job of its own at `next_check_at`. */
export type Asked = 'checkout' | 'refund'

/** Ids of those whose method is to be asked by now, the longest due first. */
export async function due(
  db: Db,
  asked: Asked,
  providerId: number,
  now: Date,
  limit: number,
): Promise<bigint[]> {
  const { rows } = await sql<{ id: bigint }>`
    select id from ${sql.table(asked)} where provider_id = ${providerId} and next_check_at <= ${now}
    order by next_check_at, id limit ${limit}`.execute(db)
  return rows.map(({ id }) => id)
}

/** The moment of the provider's clock at which the next one is to be asked about; undefined where none is. */
export async function nextDue(db: Db, asked: Asked, providerId: number): Promise<Date | undefined> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(next_check_at) as at from ${sql.table(asked)} where provider_id = ${providerId}`.execute(db)
  return rows[0]?.at ?? undefined
}

/** Those of all providers that were due so long ago that their job must have been lost. */
export async function overdue(
  db: Db,
  asked: Asked,
  seconds: number,
  limit: number,
): Promise<{ providerId: number; id: bigint }[]> {
  const { rows } = await sql<{ providerId: number; id: bigint }>`
    select asked.provider_id as "providerId", asked.id from provider
    join ${sql.table(asked)} as asked on asked.provider_id = provider.id
      and asked.next_check_at <= now() + make_interval(secs => provider.clock_ahead - ${seconds})
    order by asked.next_check_at limit ${limit}`.execute(db)
  return rows
}
