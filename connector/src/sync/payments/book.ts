import { insertCash, type LiftRequest, liftBlock, lockLedgers, strayCash } from '../../lms/index.ts'
import { databaseTime, type Lms, type Tx } from '../../platform/index.ts'
import { clearRefused, markDirty, recordRefused } from '../../store/index.ts'
import { type Booking, type BookReport, day, emptyReport } from './context.ts'
import { type FoundTransfer, findTransfer } from './early-transfer.ts'
import type { Incoming } from './incoming.ts'
import { findKnown } from './known.ts'
import type { StoredPayment } from './queries/payments.ts'
import { adoptPayment, insertPayment, noteEvent, type PaymentFate, setFate } from './queries/write.ts'
import { closePayments, spendTransfer } from './settle-one.ts'

/** What the ledger says to the customer about an online payment. */
export function paymentComment(title: string): string {
  return `Wpłata online za: ${title}`
}

/**
 * Books the rows of one payment, each of them once however often it comes. Customers are locked first, so that
 * two connectors at once, and LMS itself, come one after the other.
 */
export async function bookPayment(tx: Tx, rows: readonly Incoming[], booking: Booking): Promise<BookReport> {
  const { lms } = booking
  const report = emptyReport()
  const wanted = rows.flatMap(({ customerId }) => customerId ?? [])
  const present = new Set(await lockLedgers(lms, tx, wanted))
  const now = await databaseTime(tx, lms)
  const fresh: { row: Incoming; kept?: StoredPayment }[] = []
  const known = await findKnown(tx, rows)
  for (const row of rows) {
    const stored = known.get(row.rowId)
    if (stored && !(stored.state === 'kept' && row.customerId && present.has(row.customerId))) {
      if (stored.row_id === null) await adoptPayment(tx, stored.id, row, booking)
      else if (booking.eventId && !stored.event_id) await noteEvent(tx, stored.id, booking.eventId)
      report.known++
    } else if (!row.customerId || !present.has(row.customerId)) {
      await keepAside(tx, row, booking, now)
      report.kept++
    } else fresh.push({ row, ...(stored && { kept: stored }) })
  }
  if (fresh.length > 0) await bookFresh(tx, fresh, booking, now, report)
  return report
}

/** Books rows that are not in the ledger yet, of customers who are there and locked. */
async function bookFresh(
  tx: Tx,
  fresh: readonly { row: Incoming; kept?: StoredPayment }[],
  booking: Booking,
  now: number,
  report: BookReport,
): Promise<void> {
  const { lms } = booking
  const rows = fresh.map(({ row }) => row)
  const found = await findTransfer(tx, rows, booking)
  if (found) await spendFound(tx, lms, found, now)
  let hasTemporary = false
  for (const { row, kept } of fresh) {
    const fate = found?.rowIds.has(row.rowId)
      ? { ...closedFate('settled'), settled_importid: found.transfer.key }
      : await bookRow(tx, row, booking, now)
    if (kept) {
      await setFate(tx, kept.id, { ...fate, cdate: now })
      await clearRefused(tx, [{ kind: 'payment', customerId: row.customerId, rowId: row.rowId }])
    } else await insertPayment(tx, row, booking, fate, now)
    report.booked++
    if (fate.state === 'settled') report.settled++
    hasTemporary ||= fate.state === 'open'
  }
  const customers = [...new Set(rows.flatMap(({ customerId }) => customerId ?? []))].sort((a, b) => a - b)
  if (booking.settings.manageCutoff) {
    for (const customerId of customers) {
      await liftBlock(tx, lms, booking.rules, liftRequest(customerId, now, booking, hasTemporary))
    }
  }
  await markDirty(tx, customers)
  report.customers.push(...customers)
}

function liftRequest(customerId: number, now: number, booking: Booking, hasTemporary: boolean): LiftRequest {
  const days = booking.settings.paymentExpiration
  if (!hasTemporary || days === 'never') return { customerId, now }
  return { customerId, now, holdUntil: now + days * day }
}

/** The statement was faster: what of this payment is open besides these rows is closed with them. */
async function spendFound(tx: Tx, lms: Lms, found: FoundTransfer, now: number): Promise<void> {
  await closePayments(tx, found.stored, { ...closedFate('settled'), settled_importid: found.transfer.key })
  await spendTransfer(tx, lms, found.transfer, 'used', now)
}

const closedFate = (state: PaymentFate['state']): PaymentFate => ({ state, closed: 1, cashid: null })

async function bookRow(tx: Tx, row: Incoming, booking: Booking, now: number): Promise<PaymentFate> {
  const { lms, settings } = booking
  if (row.arrives === 'transfer' && row.method === 'transfer' && settings.cashimportEnabled) {
    return closedFate('awaited')
  }
  const cash = {
    customerId: row.customerId ?? 0,
    time: row.paidAt,
    value: row.amount,
    comment: paymentComment(row.title),
  }
  const cashid = (await strayCash(tx, cash)) ?? (await insertCash(lms, tx, cash))
  if (row.arrives === 'batch') return { state: 'final', closed: 1, cashid }
  const days = settings.paymentExpiration
  return { state: 'open', closed: 0, cashid, expires_at: days === 'never' ? null : now + days * day }
}

/** LMS does not take it: the payment waits for somebody to look at it, or for the customer to come back. */
export async function keepAside(
  tx: Tx,
  row: Incoming,
  booking: Booking,
  now: number,
  why = whyKept(row),
): Promise<void> {
  await insertPayment(tx, row, booking, { state: 'kept', closed: 0, cashid: null }, now)
  const { customerId, rowId } = row
  await recordRefused(booking.lms, tx, { kind: 'payment', customerId, rowId, field: 'userId', ...why }, now)
}

function whyKept({ customerId }: Incoming): { code: string; says: string } {
  return customerId
    ? {
        code: 'customer_gone',
        says: `LMS has no customer ${customerId} any more: enter the payment for another customer and settle it by hand`,
      }
    : {
        code: 'no_customer',
        says: 'the gateway’s user of this payment is no customer number of LMS: settle it by hand',
      }
}
