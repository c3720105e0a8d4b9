import type { Db } from '../../platform/db/database.ts'

/** Longest first, then by their digits. */
export async function prefixesOf(db: Db, providerId: number): Promise<string[]> {
  const rows = await db
    .selectFrom('virtual_account')
    .select('prefix')
    .where('provider_id', '=', providerId)
    .orderBy('prefix')
    .execute()
  return rows.map(({ prefix }) => prefix).sort((a, b) => b.length - a.length)
}

export async function insertPrefix(db: Db, providerId: number, prefix: string): Promise<void> {
  await db
    .insertInto('virtual_account')
    .values({ provider_id: providerId, prefix })
    .onConflict((conflict) => conflict.columns(['provider_id', 'prefix']).doNothing())
    .execute()
}

/** @returns whether it was there */
export async function deletePrefix(db: Db, providerId: number, prefix: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('virtual_account')
    .where('provider_id', '=', providerId)
    .where('prefix', '=', prefix)
    .executeTakeFirst()
  return numDeletedRows > 0n
}
