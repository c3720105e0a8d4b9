import { sql, type Updateable } from 'kysely'
import type { Db } from '../../platform/db/database.ts'
import type { StatementEntry as EntryTable } from '../../platform/db/tables.ts'
import type { Tx } from '../../platform/db/transaction.ts'
import type { Entry, EntryState, Rule } from '../entry.ts'

function entries(db: Db, providerId: number) {
  return db.selectFrom('statement_entry').selectAll().where('provider_id', '=', providerId)
}

type Row = Awaited<ReturnType<ReturnType<typeof entries>['execute']>>[number]

function entryOf(row: Row): Entry {
  return {
    id: row.id,
    statementId: row.statement_id,
    position: row.position,
    key: row.entry_key,
    account: row.account,
    currency: row.currency,
    amount: row.amount,
    // The database's own checks allow no other words.
    direction: row.direction as Entry['direction'],
    isReversal: row.is_reversal,
    bookedOn: row.booked_on,
    valueOn: row.value_on,
    bankReference: row.bank_reference,
    title: row.title,
    counterpartyName: row.counterparty_name,
    counterpartyAccount: row.counterparty_account,
    targetAccount: row.target_account,
    transactionCode: row.transaction_code,
    sourceHash: row.source_hash,
    state: row.state as EntryState,
    rule: row.rule as Rule | null,
    checkoutId: row.checkout_id,
    payerId: row.payer_id,
    paymentId: row.payment_id,
    recorded: row.recorded,
    decidedAt: row.decided_at,
  }
}

export async function findEntry(db: Db, providerId: number, id: bigint): Promise<Entry | undefined> {
  const row = await entries(db, providerId).where('id', '=', id).executeTakeFirst()
  return row && entryOf(row)
}

/** Locks the entry until the transaction ends: before payers, links and checkouts. */
export async function lockEntry(tx: Tx, providerId: number, id: bigint): Promise<Entry | undefined> {
  const row = await entries(tx, providerId).where('id', '=', id).forUpdate().executeTakeFirst()
  return row && entryOf(row)
}

/** Entries of the statement that wait to be decided, in the order of the file. */
export async function newEntries(
  db: Db,
  providerId: number,
  statementId: bigint,
  after: bigint,
  limit: number,
): Promise<Entry[]> {
  const rows = await entries(db, providerId)
    .where('statement_id', '=', statementId)
    .where('state', '=', 'new')
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(entryOf)
}

export interface EntryFilter {
  /** queue: what waits for a person. */
  state?: EntryState | 'queue'
  statementId?: bigint
  after?: bigint
  limit: number
}

/** Oldest first. */
export async function listEntries(
  db: Db,
  providerId: number,
  { state, statementId, after, limit }: EntryFilter,
): Promise<Entry[]> {
  let query = entries(db, providerId).orderBy('id').limit(limit)
  if (state === 'queue')
    query = query
      .where('state', 'in', ['unknown', 'wrong-currency', 'duplicate'])
      .where('payment_id', 'is', null)
  else if (state !== undefined) query = query.where('state', '=', state)
  if (statementId !== undefined) query = query.where('statement_id', '=', statementId)
  if (after !== undefined) query = query.where('id', '>', after)
  return (await query.execute()).map(entryOf)
}

export async function updateEntry(
  db: Db,
  providerId: number,
  id: bigint,
  changes: Updateable<EntryTable>,
): Promise<void> {
  await db
    .updateTable('statement_entry')
    .set(changes)
    .where('provider_id', '=', providerId)
    .where('id', '=', id)
    .execute()
}

/** Minor units of all entries that were taken for the transfer of the payment. */
export async function expectedSum(db: Db, providerId: number, paymentId: bigint): Promise<bigint> {
  const row = await db
    .selectFrom('statement_entry')
    .select(sql<bigint>`coalesce(sum(amount), 0)::bigint`.as('sum'))
    .where('provider_id', '=', providerId)
    .where('payment_id', '=', paymentId)
    .where('state', '=', 'expected')
    .executeTakeFirstOrThrow()
  return row.sum
}

/** Ends entries without money that are still new and not being recorded. */
export async function updateNewEntries(
  db: Db,
  providerId: number,
  ids: readonly bigint[],
  changes: Updateable<EntryTable>,
): Promise<void> {
  await db
    .updateTable('statement_entry')
    .set(changes)
    .where('provider_id', '=', providerId)
    .where(sql<boolean>`id = any(${ids.map(String)}::bigint[])`)
    .where('state', '=', 'new')
    .where('checkout_id', 'is', null)
    .execute()
}

/** Public ids by id: of payments, payers and links that entries name. */
export async function namesOfEntries(
  db: Db,
  providerId: number,
  {
    payerIds,
    paymentIds,
    statementIds,
  }: { payerIds: bigint[]; paymentIds: bigint[]; statementIds: bigint[] },
) {
  const payers = await db
    .selectFrom('payer')
    .select(['id', 'user_id as userId'])
    .where('provider_id', '=', providerId)
    .where(sql<boolean>`id = any(${payerIds}::bigint[])`)
    .execute()
  const payments = await db
    .selectFrom('payment')
    .select(['id', 'public_id as publicId', 'reference_number as referenceNumber'])
    .where('provider_id', '=', providerId)
    .where(sql<boolean>`id = any(${paymentIds}::bigint[])`)
    .execute()
  const statements = await db
    .selectFrom('statement')
    .select(['id', 'public_id as publicId'])
    .where('provider_id', '=', providerId)
    .where(sql<boolean>`id = any(${statementIds}::bigint[])`)
    .execute()
  return {
    userIds: new Map(payers.map(({ id, userId }) => [id, userId])),
    payments: new Map(payments.map((payment) => [payment.id, payment])),
    statements: new Map(statements.map(({ id, publicId }) => [id, publicId])),
  }
}

/** Empties what names people in entries that were decided before the moment. @returns how many */
export async function forgetEntriesBefore(db: Db, moment: Date, limit: number): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    update statement_entry set title = null, counterparty_name = null, counterparty_account = null, target_account = null
    where (provider_id, id) in (
      select provider_id, id from statement_entry
      where title is not null and decided_at < ${moment} and state in ('matched', 'short', 'over', 'expected', 'debit',
        'ignored', 'duplicate') and (state <> 'duplicate' or payment_id is not null)
      limit ${limit})`.execute(db)
  return Number(numAffectedRows)
}

/** How many entries of the statement wait for a person. */
export async function waitingOf(db: Db, providerId: number, statementId: bigint): Promise<number> {
  const { count } = await db
    .selectFrom('statement_entry')
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .where('provider_id', '=', providerId)
    .where('statement_id', '=', statementId)
    .where('state', 'in', ['unknown', 'wrong-currency', 'duplicate'])
    .where('payment_id', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(count)
}
