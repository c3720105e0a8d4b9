import type { PaymentRow } from '@bill-gateway/contract'
import { fetchPayments, type Gateway } from '../../gateway/index.ts'
import { bookOne, byPayment, prepareBooking } from './book-rows.ts'
import { addReport, type Booking, type BookReport, type Context, emptyReport } from './context.ts'
import { searchWindow } from './cursor.ts'
import { rowIdOf } from './incoming.ts'
import { bookedRows } from './queries/payments.ts'

const rowsAtOnce = 500

/**
 * Books what the gateway's search gives, from some time before the last search on: what is booked already is
 * passed over. A payment never gets lost by coming to light late, nor by a clock that is wrong by an hour.
 */
export async function bookSearch(context: Context, gateway: Gateway): Promise<BookReport> {
  const report = emptyReport()
  const { lms, signal } = context
  const booking = await prepareBooking(context, gateway.id)
  const { fromDate, done } = await searchWindow(lms, gateway.id, gateway.supportsEvents)
  let waiting: PaymentRow[] = []
  for await (const row of fetchPayments(gateway, { fromDate, signal })) {
    waiting.push(row)
    // Rows of one payment follow each other: it is whole once the next one begins.
    if (waiting.length > rowsAtOnce && waiting.at(-2)?.referenceNumber !== row.referenceNumber) {
      await bookSome(context, booking, waiting.slice(0, -1), report)
      waiting = [row]
    }
    if (signal?.aborted) return report
  }
  await bookSome(context, booking, waiting, report)
  if (!signal?.aborted) await done()
  return report
}

async function bookSome(context: Context, booking: Booking, rows: readonly PaymentRow[], report: BookReport) {
  const ids = rows.map((row) => rowIdOf(booking.gatewayId, String(row?.id ?? '')))
  const known = await bookedRows(context.lms.db, ids)
  const fresh = rows.filter((_, i) => !known.has(ids[i] ?? ''))
  report.known += rows.length - fresh.length
  for (const payment of byPayment(fresh)) {
    if (context.signal?.aborted) return
    addReport(report, await bookOne(context, booking, payment))
  }
}
