import type { Db, Tx } from '../../../platform/index.ts'

/** Columns of a payment that decide what may be done to it. */
const columns = [
  'p.id',
  'p.customerid',
  'p.amount',
  'p.refunded',
  'p.title',
  'p.cashid',
  'p.state',
  'p.arrives',
  'p.method',
  'p.token',
  'p.reference_number',
  'p.reference_digits',
  'p.row_id',
  'p.operation_id',
  'p.paid_at',
  'p.cdate',
  'p.expires_at',
  'p.event_id',
  'p.settled_importid',
  'p.gateway',
] as const

const read = (db: Db | Tx) => db.selectFrom('billtech_payments as p').select(columns)

export type StoredPayment = Awaited<ReturnType<typeof paymentsById>>[number]

export function paymentsById(db: Db | Tx, ids: readonly number[]) {
  return read(db).where('p.id', 'in', ids).orderBy('p.id').execute()
}

/** Those that these search rows made. */
export function paymentsByRow(db: Db | Tx, rowIds: readonly string[]) {
  return read(db).where('p.row_id', 'in', rowIds).execute()
}

/** Payments that the old plugin booked with this reference: they have no row id. */
export function oldPaymentsOf(db: Db | Tx, referenceNumber: string) {
  return read(db)
    .where('p.reference_number', '=', referenceNumber)
    .where('p.row_id', 'is', null)
    .orderBy('p.id')
    .execute()
}

/** Payments whose money may still come with these references, or came without being noticed. */
export async function unsettledByReference(db: Db | Tx, references: readonly string[]) {
  if (references.length === 0) return []
  return read(db)
    .where('p.reference_digits', 'in', references)
    .where('p.state', 'in', ['open', 'awaited', 'expired', 'hand', 'removed'])
    .orderBy('p.id')
    .execute()
}

/** Accounts that links asked for, by token. */
export async function accountsOfLinks(db: Db | Tx, tokens: readonly string[]) {
  const wanted = [...new Set(tokens)].filter((token) => token !== '')
  if (wanted.length === 0) return new Map<string, string | null>()
  const rows = await db
    .selectFrom('billtech_payment_links')
    .select(['token', 'nrb'])
    .where('token', 'in', wanted)
    .execute()
  return new Map(rows.map(({ token, nrb }) => [token, nrb]))
}

/** Temporary payments whose end has come, or whose ledger row is gone. */
export function endedPayments(db: Db, now: number, graceDays: number | 'never', limit: number) {
  return read(db)
    .leftJoin('cash', 'cash.id', 'p.cashid')
    .where('p.state', '=', 'open')
    .where(({ or, and, eb, fn, val }) => {
      const isGone = eb('cash.id', 'is', null)
      if (graceDays === 'never') return isGone
      const end = fn.coalesce('p.expires_at', eb('p.cdate', '+', val(graceDays * 86_400)))
      return or([isGone, and([eb(end, '<=', now)])])
    })
    .orderBy('p.id')
    .limit(limit)
    .execute()
}

/** Kept payments whose customer is there now. */
export function bookablePayments(db: Db, limit: number) {
  return read(db)
    .innerJoin('customers', 'customers.id', 'p.customerid')
    .where('p.state', '=', 'kept')
    .orderBy('p.id')
    .limit(limit)
    .execute()
}

/** When the oldest payment was booked that waits for its transfer. */
export async function oldestOpenPayment(db: Db): Promise<number | undefined> {
  const row = await db
    .selectFrom('billtech_payments')
    .select(({ fn }) => fn.min('cdate').as('cdate'))
    .where('state', 'in', ['open', 'awaited'])
    .executeTakeFirst()
  return row?.cdate === null || row?.cdate === undefined ? undefined : Number(row.cdate)
}

/** Which of these rows are in our books; those that were kept aside may be booked yet. */
export async function bookedRows(db: Db, rowIds: readonly string[]): Promise<Set<string>> {
  if (rowIds.length === 0) return new Set()
  const rows = await db
    .selectFrom('billtech_payments')
    .select('row_id')
    .where('row_id', 'in', rowIds)
    .execute()
  return new Set(rows.flatMap(({ row_id }) => row_id ?? []))
}
