import { type Db, type Decimal, parseDecimal, type Tx } from '../../../platform/index.ts'

/** Money of online payments, by customer and document. */
export interface OnlineMoney {
  /** In the ledger now. */
  paid: Map<string, Decimal>
  /** Announced by bank transfer and not booked yet. */
  awaited: Map<string, Decimal>
}

export const moneyKey = (customerId: number, operationId: string) => `${customerId}|${operationId}`

/** A transfer that LMS’s import has not booked for so long is no longer waited for. */
const awaitedSecondsMax = 5 * 86_400
const idsPerQuery = 5000

/**
 * What was paid online for each document. A temporary or final payment counts while its ledger row stands; one
 * that was settled has a bank row in its place; expired, removed and refunded ones count nothing.
 *
 * @param now epoch seconds of the database’s clock
 */
export async function onlineMoney(
  db: Db | Tx,
  customerIds: readonly number[],
  now: number,
): Promise<OnlineMoney> {
  const money: OnlineMoney = { paid: new Map(), awaited: new Map() }
  if (customerIds.length === 0) return money
  const rows = await db
    .selectFrom('billtech_payments as p')
    .leftJoin('cash as c', 'c.id', 'p.cashid')
    .select([
      'p.customerid',
      'p.operation_id',
      'p.amount',
      'p.refunded',
      'p.state',
      'p.cdate',
      'c.id as cash',
    ])
    .where('p.customerid', 'in', [...customerIds])
    .where('p.operation_id', 'is not', null)
    .where('p.state', 'in', ['open', 'final', 'settled', 'hand', 'awaited'])
    .execute()
  for (const { customerid, operation_id, amount, refunded, state, cdate, cash } of rows) {
    if ((state === 'open' || state === 'final') && cash === null) continue
    if (state === 'awaited' && cdate < now - awaitedSecondsMax) continue
    const left = parseDecimal(amount) - parseDecimal(refunded)
    const sums = state === 'awaited' ? money.awaited : money.paid
    const key = moneyKey(customerid ?? 0, operation_id ?? '')
    if (left > 0n) sums.set(key, (sums.get(key) ?? 0n) + left)
  }
  return money
}

/** Of these ledger rows, those by which an online payment was given back. */
export async function refundRows(db: Db | Tx, cashIds: readonly number[]): Promise<Set<number>> {
  const found = new Set<number>()
  for (let from = 0; from < cashIds.length; from += idsPerQuery) {
    const some = cashIds.slice(from, from + idsPerQuery)
    const rows = await db
      .selectFrom('billtech_refunds')
      .select('cash_id')
      .where('cash_id', 'in', some)
      .execute()
    for (const { cash_id } of rows) found.add(cash_id ?? 0)
  }
  return found
}

/**
 * Customers with a payment that was booked before its event came by: the cursor does not cover it, so that the
 * gateway, told of the cursor, would subtract it once more.
 */
export async function unsureOfCursor(
  db: Db | Tx,
  gatewayId: string,
  customerIds: readonly number[],
  since: number,
): Promise<Set<number>> {
  if (customerIds.length === 0) return new Set()
  const rows = await db
    .selectFrom('billtech_payments')
    .select('customerid')
    .where('customerid', 'in', [...customerIds])
    .where('gateway', '=', gatewayId)
    .where('event_id', 'is', null)
    .where('cdate', '>', since)
    .execute()
  return new Set(rows.map(({ customerid }) => customerid ?? 0))
}

/** The newest reference that a bank statement brought for each customer and that no payment explains. */
export async function unexplainedReferences(
  db: Db | Tx,
  customerIds: readonly number[],
): Promise<Map<number, string>> {
  const found = new Map<number, string>()
  if (customerIds.length === 0) return found
  const rows = await db
    .selectFrom('billtech_statement')
    .select(['customerid', 'reference_digits'])
    .where('customerid', 'in', [...customerIds])
    .where('reference_digits', 'is not', null)
    .where('state', '<>', 'used')
    .orderBy('importid')
    .execute()
  for (const { customerid, reference_digits } of rows) {
    const [, day, number] = /^(\d{8})(\d{6})$/.exec(reference_digits ?? '') ?? []
    if (day && number) found.set(customerid ?? 0, `${day}-${number}`)
  }
  return found
}
