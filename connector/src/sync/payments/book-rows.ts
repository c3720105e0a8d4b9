import type { PaymentRow } from '@bill-gateway/contract'
import { readBlockRules } from '../../lms/index.ts'
import { databaseTime, isRepeatable, type Lms, type Tx, transact } from '../../platform/index.ts'
import { recordRefused } from '../../store/index.ts'
import { bookPayment, keepAside } from './book.ts'
import { addReport, type Booking, type BookReport, type Context, emptyReport } from './context.ts'
import { type Incoming, isUnreadable, readIncoming, type Unreadable } from './incoming.ts'
import { paymentsByRow } from './queries/payments.ts'

const duplicateTriesMax = 3

/** Reads what booking for this gateway needs to know; good for one pass. */
export async function prepareBooking(context: Context, gatewayId: string): Promise<Booking> {
  const settings = context.settings()
  const rules = await readBlockRules(context.lms, context.ini, settings)
  return { lms: context.lms, gatewayId, settings, rules }
}

/**
 * Books rows of a gateway's search or events, each payment in its own transaction. What LMS does not take is
 * kept aside and holds up nothing else. May be called with the same rows any number of times, by several
 * processes at once.
 *
 * @throws where the database is away; nothing is lost by calling again
 */
export async function bookRows(
  context: Context,
  rows: readonly PaymentRow[],
  gatewayId: string,
): Promise<BookReport> {
  const booking = await prepareBooking(context, gatewayId)
  const report = emptyReport()
  for (const payment of byPayment(rows)) addReport(report, await bookOne(context, booking, payment))
  return report
}

/** Rows of one payment share its reference; a row without one is a payment of its own. */
export function byPayment(rows: readonly PaymentRow[]): PaymentRow[][] {
  const payments = new Map<unknown, PaymentRow[]>()
  for (const row of rows) {
    const key = row?.referenceNumber || row
    payments.set(key, [...(payments.get(key) ?? []), row])
  }
  return [...payments.values()]
}

/**
 * Books the rows of one payment in one transaction.
 *
 * @param also what else belongs into that transaction, such as the cursor
 */
export async function bookOne(
  context: Context,
  booking: Booking,
  rows: readonly PaymentRow[],
  also: (tx: Tx) => Promise<void> = async () => undefined,
): Promise<BookReport> {
  const all = rows.map((row) => readIncoming(row, booking.gatewayId))
  const read = [...new Map(all.map((row) => [row.rowId, row])).values()]
  const allowsTest = context.settings().allowTest
  const unreadable = read.filter(isUnreadable)
  const readable = read.flatMap((row) => (isUnreadable(row) ? [] : row))
  const tests = readable.filter(({ isTest }) => isTest && !allowsTest)
  const money = readable.filter((row) => !tests.includes(row))
  const whole = async (tx: Tx, book: (tx: Tx) => Promise<BookReport>) => {
    const report = await book(tx)
    await refuse(tx, booking.lms, unreadable, tests)
    report.refused += unreadable.length + tests.length
    await also(tx)
    return report
  }
  for (const attempt of [bookPayment, keepRows]) {
    try {
      return await onceMore(() => transact(booking.lms, (tx) => whole(tx, () => attempt(tx, money, booking))))
    } catch (error) {
      if (!isAboutData(error)) throw error
      const ids = money.map(({ rowId }) => rowId)
      context.log.error({ err: error, rows: ids }, 'LMS’s database refuses a payment: it is kept aside')
    }
  }
  return transact(booking.lms, (tx) => whole(tx, () => refuseRows(tx, money, booking)))
}

/** Another process has booked a row between our look and our insert: look again. */
async function onceMore<T>(work: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await work()
    } catch (error) {
      if (tried >= duplicateTriesMax || !isDuplicate(error)) throw error
    }
  }
}

async function keepRows(tx: Tx, rows: readonly Incoming[], booking: Booking): Promise<BookReport> {
  const report = emptyReport()
  const now = await databaseTime(tx, booking.lms)
  const stored = await paymentsByRow(tx, ['', ...rows.map(({ rowId }) => rowId)])
  for (const row of rows) {
    if (stored.some(({ row_id }) => row_id === row.rowId)) report.known++
    else {
      await keepAside(tx, row, booking, now, databaseRefuses)
      report.kept++
    }
  }
  return report
}

const databaseRefuses = {
  code: 'database',
  says: 'LMS’s database refuses the payment; the log says why: enter it by hand',
}

/** Not even a place among the payments can be had: it is only shown. */
async function refuseRows(tx: Tx, rows: readonly Incoming[], { lms }: Booking): Promise<BookReport> {
  const now = await databaseTime(tx, lms)
  for (const { rowId, customerId } of rows) {
    await recordRefused(lms, tx, { kind: 'payment', customerId, rowId, ...databaseRefuses }, now)
  }
  return { ...emptyReport(), refused: rows.length }
}

async function refuse(tx: Tx, lms: Lms, unreadable: readonly Unreadable[], tests: readonly Incoming[]) {
  if (unreadable.length + tests.length === 0) return
  const now = await databaseTime(tx, lms)
  for (const { rowId, customerId, field, says } of unreadable) {
    const what = `the gateway sent a payment that cannot be read: ${says}. Tell whoever runs the gateway`
    await recordRefused(
      lms,
      tx,
      { kind: 'payment', customerId, rowId, code: 'unreadable', field, says: what },
      now,
    )
  }
  for (const { rowId, customerId } of tests) {
    const says = 'a test payment, no money: set billtech.allow_test=true where test payments are to be booked'
    await recordRefused(lms, tx, { kind: 'payment', customerId, rowId, code: 'test', says }, now)
  }
}

function isDuplicate(error: unknown): boolean {
  const { code, errno } = error as { code?: unknown; errno?: unknown }
  return code === '23505' || errno === 1062
}

/** MySQL: a text that the column's character set lacks, a column without a default. */
const dataNumbers = new Set([1366, 1364])

/**
 * SQL states of classes 22, 23, 44, 45 and P0: a value does not fit, a constraint forbids it, or somebody's
 * trigger refuses it. Trying again would not help.
 */
function isAboutData(error: unknown): boolean {
  if (isRepeatable(error) || !(error instanceof Error)) return false
  const { code, errno, sqlState } = error as { code?: unknown; errno?: unknown; sqlState?: unknown }
  return dataNumbers.has(Number(errno)) || /^(2[23]|4[45]|P0)/.test(String(sqlState ?? code ?? ''))
}
