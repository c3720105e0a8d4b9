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

/** Attempts to pay and refunds of which only the method can say what becomes of them. */
export async function openAtMethod(
  db: Db,
  providerId: number,
  method: string,
): Promise<{ checkouts: number; refunds: number }> {
  const count = <Table extends 'checkout' | 'refund'>(table: Table, statuses: string[]) =>
    db
      .selectFrom(table as 'checkout' | 'refund')
      .select((eb) => eb.fn.countAll<bigint>().as('count'))
      .where('provider_id', '=', providerId)
      .where('method', '=', method)
      .where('status', 'in', statuses)
      .executeTakeFirstOrThrow()
  const checkouts = await count('checkout', ['created', 'pending'])
  const refunds = await count('refund', ['pending'])
  return { checkouts: Number(checkouts.count), refunds: Number(refunds.count) }
}

export interface SealedAccount {
  providerId: number
  providerCode: string
  method: string
  credentials: Buffer
}

/** Of every provider. */
export async function sealedAccounts(db: Db): Promise<SealedAccount[]> {
  return db
    .selectFrom('method_account as account')
    .innerJoin('provider', 'provider.id', 'account.provider_id')
    .select([
      'account.provider_id as providerId',
      'provider.code as providerCode',
      'account.method',
      'account.credentials',
    ])
    .orderBy('account.provider_id')
    .orderBy('account.method')
    .execute()
}

/** Puts the same credentials there under another key; does nothing where they were changed meanwhile. */
export async function replaceSealed(
  db: Db,
  { providerId, method, credentials }: SealedAccount,
  resealed: Buffer,
): Promise<boolean> {
  const row = await db
    .updateTable('method_account')
    .set({ credentials: resealed })
    .where('provider_id', '=', providerId)
    .where('method', '=', method)
    .where('credentials', '=', credentials)
    .returning('method')
    .executeTakeFirst()
  return row !== undefined
}
