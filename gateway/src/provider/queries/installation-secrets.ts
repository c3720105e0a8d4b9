import type { Db } from '../../platform/db/database.ts'

export async function findInstallationSecret(db: Db, name: string): Promise<Buffer | undefined> {
  const row = await db
    .selectFrom('installation_secret')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirst()
  return row?.value
}

/** Whoever comes first decides. */
export async function insertInstallationSecret(db: Db, name: string, value: Buffer): Promise<void> {
  await db
    .insertInto('installation_secret')
    .values({ name, value })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
