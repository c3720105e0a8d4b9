import { minorUnitsOf, type PaymentReturned, type RefundRow } from '@bill-gateway/contract'
import { insertCash, lockLedgers, setCashValue, strayCash } from '../../lms/index.ts'
import { databaseTime, type Lms, parseGrosze, type Tx } from '../../platform/index.ts'
import { clearRefused, markDirty, recordRefused } from '../../store/index.ts'
import { rowIdOf } from './incoming.ts'
import { oldPaymentsOf, paymentsByRow, type StoredPayment } from './queries/payments.ts'
import { insertRefund, isRefundBooked, setFate, setRefunded } from './queries/write.ts'
import { closePayments } from './settle-one.ts'

/** What the ledger says to the customer about money that went back. */
export function refundComment(title: string): string {
  return `Zwrot wpłaty online: ${title}`
}

export interface RefundReport {
  /** Parts of refunds booked now. */
  booked: number
  /** Parts booked before. */
  known: number
  /** Parts of payments that are not here. */
  unknown: number
  customers: number[]
}

/** Books a refund or a chargeback, each part of it once. */
export async function bookReturned(
  tx: Tx,
  lms: Lms,
  gatewayId: string,
  returned: PaymentReturned,
): Promise<RefundReport> {
  const report: RefundReport = { booked: 0, known: 0, unknown: 0, customers: [] }
  const seen = await findPayments(tx, gatewayId, returned)
  await lockLedgers(
    lms,
    tx,
    [...seen.values()].flatMap(({ customerid }) => customerid ?? []),
  )
  const now = await databaseTime(tx, lms)
  for (const row of returned.rows) {
    const id = rowIdOf(gatewayId, row.id)
    // Read again for each part: two parts of a refund can concern one payment.
    const payment = (await findPayments(tx, gatewayId, { ...returned, rows: [row] })).get(row.id)
    const amount = minorUnitsOf(row.amount)
    if (await isRefundBooked(tx, id)) report.known++
    else if (!payment || amount === undefined) {
      await recordUnknown(tx, lms, id, row, now)
      report.unknown++
    } else {
      const cashId = await returnMoney(tx, lms, payment, amount, Date.parse(returned.at) / 1_000, now)
      await insertRefund(tx, { id, rowId: payment.row_id ?? '', amount, cashId }, now)
      report.booked++
      if (payment.customerid) report.customers.push(payment.customerid)
    }
  }
  await markDirty(tx, report.customers)
  return report
}

async function findPayments(
  tx: Tx,
  gatewayId: string,
  { rows, referenceNumber }: Pick<PaymentReturned, 'rows' | 'referenceNumber'>,
): Promise<Map<string, StoredPayment>> {
  const stored = await paymentsByRow(
    tx,
    rows.map(({ paymentRowId }) => rowIdOf(gatewayId, paymentRowId)),
  )
  const byRow = new Map(stored.map((payment) => [payment.row_id, payment]))
  const old = rows.every((row) => byRow.has(rowIdOf(gatewayId, row.paymentRowId)))
    ? []
    : await oldPaymentsOf(tx, referenceNumber)
  const found = new Map<string, StoredPayment>()
  for (const row of rows) {
    const payment =
      byRow.get(rowIdOf(gatewayId, row.paymentRowId)) ??
      old.find(({ token }) => token === row.token || token?.startsWith(`${row.token}.`))
    if (payment) found.set(row.id, payment)
  }
  return found
}

/**
 * Takes the money out of the ledger: the open temporary row shrinks; where the payment is there in another way,
 * a row below zero is set against it.
 *
 * @returns id of that row
 */
async function returnMoney(
  tx: Tx,
  lms: Lms,
  payment: StoredPayment,
  amount: bigint,
  at: number,
  now: number,
): Promise<number | null> {
  const refunded = parseGrosze(payment.refunded) + amount
  const rest = parseGrosze(payment.amount) - refunded
  await setRefunded(tx, payment.id, refunded)
  const { customerid, cashid, state } = payment
  if (state === 'kept' && rest <= 0n) {
    await setFate(tx, payment.id, { state: 'refunded', closed: 1, cashid: null })
    const customerId = customerid ?? undefined
    await clearRefused(tx, [{ kind: 'payment', customerId, rowId: payment.row_id ?? undefined }])
  }
  if (state === 'kept' || !customerid) return null
  if (state === 'open') {
    if (rest <= 0n) await closePayments(tx, [payment], { state: 'refunded', closed: 1, cashid: null })
    else if (cashid) await setCashValue(tx, cashid, customerid, rest)
    return null
  }
  if ((await lockLedgers(lms, tx, [customerid])).length === 0) return null
  const row = {
    customerId: customerid,
    time: Number.isFinite(at) ? Math.floor(at) : now,
    value: -amount,
    comment: refundComment(payment.title ?? ''),
  }
  return (await strayCash(tx, row)) ?? (await insertCash(lms, tx, row))
}

async function recordUnknown(tx: Tx, lms: Lms, id: string, row: RefundRow, now: number): Promise<void> {
  await recordRefused(
    lms,
    tx,
    {
      kind: 'payment',
      rowId: id,
      code: 'refund_unknown',
      says: `money of payment ${row.paymentRowId} went back, but that payment is not in LMS: correct the balance by hand if it was entered there`,
    },
    now,
  )
}
