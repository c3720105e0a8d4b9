import { sql } from 'kysely'
import type { Db } from '../../platform/db/database.ts'
import type { Tx } from '../../platform/db/transaction.ts'

export interface StoredAnswer {
  requestHash: Buffer
  status: number
  body: string
}

/** The right to answer the key, until the transaction ends. False while another request holds it. */
export async function tryLockKey(tx: Tx, providerId: number, key: string): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${key}, ${providerId})) as locked`.execute(tx)
  return rows[0]?.locked === true
}

export async function findAnswer(
  tx: Tx,
  providerId: number,
  key: string,
  keptHours: number,
): Promise<StoredAnswer | undefined> {
  return tx
    .selectFrom('idempotent_answer')
    .select(['request_hash as requestHash', 'status', 'body'])
    .where('provider_id', '=', providerId)
    .where('key', '=', key)
    .where('created_at', '>', sql<Date>`now() - make_interval(hours => ${keptHours})`)
    .executeTakeFirst()
}

/** In the place of an answer of the key that is no longer kept. */
export async function insertAnswer(
  tx: Tx,
  providerId: number,
  key: string,
  answer: StoredAnswer,
): Promise<void> {
  const { requestHash, status, body } = answer
  await sql`insert into idempotent_answer (provider_id, key, request_hash, status, body)
    values (${providerId}, ${key}, ${requestHash}, ${status}, ${body})
    on conflict (provider_id, key) do update
    set request_hash = excluded.request_hash, status = excluded.status, body = excluded.body,
      created_at = excluded.created_at`.execute(tx)
}

/** @returns how many were deleted, at most the limit */
export async function deleteOldAnswers(db: Db, keptHours: number, limit: number): Promise<number> {
  const result = await sql`delete from idempotent_answer where (provider_id, key) in (
      select provider_id, key from idempotent_answer
      where created_at < now() - make_interval(hours => ${keptHours})
      order by created_at limit ${limit})`.execute(db)
  return Number(result.numAffectedRows ?? 0n)
}
