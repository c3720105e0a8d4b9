import { sql } from 'kysely'
import type { Db } from '../../platform/db/database.ts'

/** Checkouts whose method is to be asked by now, the longest due first. */
export async function checkoutsDue(db: Db, providerId: number, now: Date, limit: number): Promise<bigint[]> {
  const rows = await db
    .selectFrom('checkout')
    .select('id')
    .where('provider_id', '=', providerId)
    .where('next_check_at', '<=', now)
    .orderBy('next_check_at')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map((row) => row.id)
}

/** The moment of the provider's clock at which the next checkout is to be looked at. */
export async function nextCheckDue(db: Db, providerId: number): Promise<Date | undefined> {
  const row = await db
    .selectFrom('checkout')
    .select('next_check_at')
    .where('provider_id', '=', providerId)
    .where('next_check_at', 'is not', null)
    .orderBy('next_check_at')
    .limit(1)
    .executeTakeFirst()
  return row?.next_check_at ?? undefined
}

export interface Overdue {
  providerId: number
  checkoutId: bigint
}

/** Checkouts of all providers that were due so long ago that their job must have been lost. */
export async function checkoutsOverdue(db: Db, seconds: number, limit: number): Promise<Overdue[]> {
  const { rows } = await sql<{ provider_id: number; id: bigint }>`
    select checkout.provider_id, checkout.id from provider
    join checkout on checkout.provider_id = provider.id
      and checkout.next_check_at <= now() + make_interval(secs => provider.clock_ahead - ${seconds})
    order by checkout.next_check_at limit ${limit}`.execute(db)
  return rows.map((row) => ({ providerId: row.provider_id, checkoutId: row.id }))
}
