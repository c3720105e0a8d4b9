import { sql } from 'kysely'
import type { Tx } from '../platform/db/transaction.ts'

/**
 * Makes the payers that are not there yet and locks all of them until the transaction ends, in one order for
 * everybody, so that two requests with the same payers wait for each other and never block each other.
 *
 * @param userIds the provider’s own ids of its payers; repeated ones count once
 * @returns the payer’s id of each userId
 */
export async function lockPayers(
  tx: Tx,
  providerId: number,
  userIds: readonly string[],
): Promise<Map<string, bigint>> {
  const wanted = [...new Set(userIds)]
  const payers = new Map<string, bigint>()
  // The update touches nothing: its conflict locks the row, and `where false` leaves it as it is.
  const { rows } = await sql<{ id: bigint; user_id: string }>`/* prepared */
    with made as (
      insert into payer (provider_id, user_id)
      select ${providerId}, user_id from unnest(${wanted}::text[]) as wanted (user_id)
      order by user_id collate "C"
      on conflict (provider_id, user_id) do update set created_at = payer.created_at where false
      returning id, user_id
    )
    select id, user_id from made
    union all
    select payer.id, user_id from unnest(${wanted}::text[]) as wanted (user_id)
    cross join lateral (
      select id from payer where provider_id = ${providerId} and payer.user_id = wanted.user_id limit 1
    ) as payer`.execute(tx)
  for (const row of rows) payers.set(row.user_id, row.id)
  if (payers.size === wanted.length) return payers
  // Made by another transaction that committed while this statement waited: locked, but not in its snapshot.
  const missing = wanted.filter((userId) => !payers.has(userId))
  const late = await tx
    .selectFrom('payer')
    .select(['id', 'user_id'])
    .where('provider_id', '=', providerId)
    .where('user_id', 'in', missing)
    .execute()
  for (const row of late) payers.set(row.user_id, row.id)
  return payers
}

/** Locks one payer until the transaction ends. Whoever changes a payer’s links holds this lock. */
export async function lockPayer(tx: Tx, providerId: number, payerId: bigint): Promise<void> {
  await tx
    .selectFrom('payer')
    .select('id')
    .where('provider_id', '=', providerId)
    .where('id', '=', payerId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow()
}
