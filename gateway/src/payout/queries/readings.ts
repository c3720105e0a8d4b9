import { sql } from 'kysely'
import type { Collector, Days } from '../../payment/index.ts'
import type { Db } from '../../platform/db/database.ts'
import type { Reading } from '../payout.ts'

/** Accounts with these methods, by provider. */
export async function accountsWith(
  db: Db,
  methods: readonly string[],
): Promise<{ providerId: number; method: string }[]> {
  if (methods.length === 0) return []
  return db
    .selectFrom('method_account')
    .select(['provider_id as providerId', 'method'])
    .where('method', 'in', methods)
    .orderBy('provider_id')
    .orderBy('method')
    .execute()
}

/** Whose account with the method it is; undefined: there is none. */
export async function collectorOfAccount(
  db: Db,
  providerId: number,
  method: string,
): Promise<Collector | undefined> {
  const row = await db
    .selectFrom('method_account')
    .select('collected_by')
    .where('provider_id', '=', providerId)
    .where('method', '=', method)
    .executeTakeFirst()
  return row?.collected_by as Collector | undefined
}

/** By method. @param only of accounts that are the provider's own */
export async function readingsOf(
  db: Db,
  providerId: number,
  { only }: { only?: 'provider' } = {},
): Promise<Reading[]> {
  const { rows } = await sql<Reading>`
    select method, first_day as "firstDay", last_day as "lastDay", tried_at as "triedAt", failure
    from payout_reading as reading
    where provider_id = ${providerId} and (${only ?? null}::text is null or exists (
      select from method_account as account
      where account.provider_id = reading.provider_id and account.method = reading.method
        and account.collected_by = ${only ?? null}::text))
    order by method`.execute(db)
  return rows
}

/** These days were read to the end. They touch those that were before. */
export async function noteRead(
  db: Db,
  providerId: number,
  method: string,
  { from, to }: Days,
  triedAt: Date,
): Promise<void> {
  await sql`
    insert into payout_reading as reading (provider_id, method, first_day, last_day, tried_at)
    values (${providerId}, ${method}, ${from}, ${to}, ${triedAt})
    on conflict (provider_id, method) do update set
      first_day = least(reading.first_day, excluded.first_day),
      last_day = greatest(reading.last_day, excluded.last_day),
      tried_at = excluded.tried_at, failure = null`.execute(db)
}

const failureCharactersMax = 500

export async function noteFailure(
  db: Db,
  providerId: number,
  method: string,
  failure: string,
  triedAt: Date,
): Promise<void> {
  const values = { tried_at: triedAt, failure: failure.slice(0, failureCharactersMax) }
  await db
    .insertInto('payout_reading')
    .values({ provider_id: providerId, method, ...values })
    .onConflict((conflict) => conflict.columns(['provider_id', 'method']).doUpdateSet(values))
    .execute()
}
