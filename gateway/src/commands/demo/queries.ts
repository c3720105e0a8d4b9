import { sql } from 'kysely'
import pg from 'pg'
import type { Db } from '../../platform/db/database.ts'

export interface SeededLink {
  userId: string
  operationId: string
  token: string
  shortCode: string | null
  askedAmount: bigint
}

/** The last link of each pair of the provider, whatever became of it. */
export async function lastLinksOfPairs(db: Db, providerId: number): Promise<SeededLink[]> {
  const { rows } = await sql<SeededLink>`
    select distinct on (payer.user_id, link.operation_id)
      payer.user_id as "userId", link.operation_id as "operationId", encode(link.token, 'hex') as token,
      link.short_code as "shortCode", link.asked_amount as "askedAmount"
    from payer
    join payment_link link on link.provider_id = payer.provider_id and link.payer_id = payer.id
    where payer.provider_id = ${providerId} and link.operation_id is not null
    order by payer.user_id, link.operation_id, link.id desc`.execute(db)
  return rows
}

/** One that is not a test provider, in a database of any version, an empty one included. */
export async function liveProvider(db: Db): Promise<string | undefined> {
  const { rows: tables } = await sql<{ there: boolean }>`
    select to_regclass('provider') is not null as there`.execute(db)
  if (!tables[0]?.there) return undefined
  const { rows } = await sql<{ code: string }>`select code from provider where not test limit 1`.execute(db)
  return rows[0]?.code
}

const seedLock = 7310

/** Two gateways that start on one database do the work one after the other. */
export async function alone<T>(pool: pg.Pool, work: () => Promise<T>): Promise<T> {
  // Not one of the pool's: the work may need all of those.
  const client = new pg.Client({ ...pool.options, statement_timeout: 0, lock_timeout: 0 })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [seedLock])
    return await work()
  } finally {
    await client.end()
  }
}
