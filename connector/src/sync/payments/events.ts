import { BillGatewayError, type GatewayEvent } from '@bill-gateway/contract'
import { fetchEvents, type Gateway } from '../../gateway/index.ts'
import { repairBalances } from '../../lms/index.ts'
import { transact } from '../../platform/index.ts'
import { bookOne, prepareBooking } from './book-rows.ts'
import { addReport, type Booking, type BookReport, type Context, emptyReport } from './context.ts'
import { advanceCursor, eventCursor, ownSince, resetCursor } from './cursor.ts'
import { bookReturned, type RefundReport } from './refund.ts'

/** What events of a gateway did to the ledger. */
export interface EventReport {
  events: number
  payments: BookReport
  refunds: RefundReport
}

const eventsPerPage = 500
const pagesMax = 100_000
/** The gateway has deleted the events after the cursor. */
const goneStatus = 410

/**
 * Books one event of the gateway's stream and moves the cursor past it, in one transaction. Events must come in
 * the order of the stream, from {@link eventCursor} on. Events that are no money are passed over; the cursor gets
 * past them with the next one that is, or with the next pass.
 */
export async function bookEvent(context: Context, event: GatewayEvent): Promise<EventReport> {
  const { id } = context.gateway()
  const report = emptyEvents()
  if (!event.type.startsWith('payment.')) return report
  const scope = { booking: await prepareBooking(context, id), since: await ownSince(context.lms, id) }
  await bookOneEvent(context, event, scope, report)
  await repairBalances(context.lms, [...report.payments.customers, ...report.refunds.customers])
  return report
}

/** Books a refund or a chargeback and moves the cursor past its event. */
export async function bookRefund(
  context: Context,
  event: Extract<GatewayEvent, { type: 'payment.refunded' | 'payment.reversed' }>,
): Promise<RefundReport> {
  return (await bookEvent(context, event)).refunds
}

/** Books all events after the cursor. Does nothing at a gateway that has no events. */
export async function bookEvents(context: Context, gateway: Gateway): Promise<EventReport> {
  const report = emptyEvents()
  const { lms, signal } = context
  const scope = { booking: await prepareBooking(context, gateway.id), since: await ownSince(lms, gateway.id) }
  let after = await eventCursor(lms, gateway.id)
  for (let page = 0; page < pagesMax && !signal?.aborted; page++) {
    const found = await readPage(context, gateway, after)
    if (!found) return report
    for (const event of found.events) {
      if (signal?.aborted) return report
      await bookOneEvent(context, event, scope, report)
    }
    const last = found.events.at(-1)?.id ?? found.next
    await transact(lms, (tx) => advanceCursor(tx, lms, gateway.id, last))
    if (found.events.length < eventsPerPage) return report
    after = last
  }
  return report
}

async function readPage(context: Context, gateway: Gateway, after: string) {
  const { signal } = context
  try {
    return await fetchEvents(gateway, { after, limit: eventsPerPage, signal })
  } catch (error) {
    if (!(error instanceof BillGatewayError) || error.status !== goneStatus || after === '0') throw error
    context.log.warn({ after }, 'the gateway has deleted events after the cursor: reading all that it keeps')
    await resetCursor(context.lms, gateway.id)
    return fetchEvents(gateway, { after: '0', limit: eventsPerPage, signal })
  }
}

interface Scope {
  booking: Booking
  /** Epoch seconds: older events are of another installation. */
  since: number
}

async function bookOneEvent(
  context: Context,
  event: GatewayEvent,
  { booking, since }: Scope,
  report: EventReport,
): Promise<void> {
  const { lms } = context
  report.events++
  if (!event.type.startsWith('payment.')) return
  const advance = (tx: Parameters<typeof advanceCursor>[0]) =>
    advanceCursor(tx, lms, booking.gatewayId, event.id)
  if (Date.parse(event.at) / 1_000 < since) {
    await transact(lms, advance)
    return
  }
  switch (event.type) {
    case 'payment.succeeded': {
      const { titleReference } = event.data
      const rows = event.data.rows.map((row) => ({ ...row, test: row.test || event.test, titleReference }))
      addReport(report.payments, await bookOne(context, { ...booking, eventId: event.id }, rows, advance))
      return
    }
    case 'payment.refunded':
    case 'payment.reversed': {
      const isRefused = event.test && !context.settings().allowTest
      const { data } = event
      const booked = await transact(lms, async (tx) => {
        const refund = isRefused ? emptyRefunds() : await bookReturned(tx, lms, booking.gatewayId, data)
        await advance(tx)
        return refund
      })
      addRefunds(report.refunds, booked)
    }
  }
}

export function emptyEvents(): EventReport {
  return { events: 0, payments: emptyReport(), refunds: emptyRefunds() }
}

function emptyRefunds(): RefundReport {
  return { booked: 0, known: 0, unknown: 0, customers: [] }
}

export function addRefunds(total: RefundReport, more: RefundReport): void {
  for (const name of ['booked', 'known', 'unknown'] as const) total[name] += more[name]
  total.customers = [...new Set([...total.customers, ...more.customers])]
}
