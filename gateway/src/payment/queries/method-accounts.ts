import type { Db } from '../../platform/db/database.ts'
import type { Tx } from '../../platform/db/transaction.ts'
import type { Collector } from '../method/accounts.ts'

export interface StoredAccount {
  method: string
  collectedBy: Collector
  settings: Record<string, string>
  /** Sealed. */
  credentials: Buffer
}

export async function findAccount(
  db: Db,
  providerId: number,
  method: string,
): Promise<StoredAccount | undefined> {
  const accounts = await accountsOf(db, providerId)
  return accounts.find((account) => account.method === method)
}

/** By method. */
export async function accountsOf(db: Db, providerId: number): Promise<StoredAccount[]> {
  const rows = await db
    .selectFrom('method_account')
    .select(['method', 'collected_by', 'settings', 'credentials'])
    .where('provider_id', '=', providerId)
    .orderBy('method')
    .execute()
  return rows.map(({ method, collected_by, settings, credentials }) => ({
    method,
    collectedBy: collected_by as Collector,
    settings: settings as Record<string, string>,
    credentials,
  }))
}

export async function upsertAccount(tx: Tx, providerId: number, account: StoredAccount): Promise<void> {
  const values = {
    collected_by: account.collectedBy,
    settings: JSON.stringify(account.settings),
    credentials: account.credentials,
    updated_at: new Date(),
  }
  await tx
    .insertInto('method_account')
    .values({ provider_id: providerId, method: account.method, ...values })
    .onConflict((conflict) => conflict.columns(['provider_id', 'method']).doUpdateSet(values))
    .execute()
}

export async function deleteAccount(tx: Tx, providerId: number, method: string): Promise<boolean> {
  const row = await tx
    .deleteFrom('method_account')
    .where('provider_id', '=', providerId)
    .where('method', '=', method)
    .returning('method')
    .executeTakeFirst()
  return row !== undefined
}
