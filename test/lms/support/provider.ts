import { type GatewayEvent, type PaymentRow, sumAmounts } from '@bill-gateway/contract'
import { type Engine, formatGrosze } from '../../../connector/src/platform/index.ts'
import { updateLinks } from '../../../connector/src/sync/links/index.ts'
import { updatePayments } from '../../../connector/src/sync/payments/index.ts'
import { type FakeGateway, startFakeGateway } from '../../../connector/testing/fake-gateway.ts'
import { startLmsWorld } from '../../../connector/testing/index.ts'
import { bookOf, contextOf, returned } from '../../../connector/testing/money.ts'

type Paying = { method?: PaymentRow['method']; arrives?: PaymentRow['arrives'] }
type Book = FakeGateway['book']

/** An internet provider with LMS, the connector and a gateway: what happens to one customer's money. */
export async function startProvider(engine: Engine, options: { test?: boolean } = {}) {
  const world = await startLmsWorld(engine)
  const gateway = await startFakeGateway({ test: options.test ?? false })
  const { apiKey, apiSecret } = gateway.credentials
  const settings = { api_url: gateway.url, api_key: apiKey, api_secret: apiSecret }
  const context = await contextOf(world, { ...settings, bankaccount: '61109010140000071219812874' })
  return {
    world,
    gateway,
    context,
    ...payerAt(gateway.book),
    /** One pass over payments and links, as cron or `watch` does it. */
    async pass() {
      const payments = await updatePayments(context)
      const links = await updateLinks(context)
      return { payments, links }
    },
    /** The bank's statement arrives and LMS books it. */
    transfer(customer: number, value: string, row: PaymentRow) {
      const description = `PRZELEW, ref ${row.referenceNumber} ID ${customer}`
      return world.addStatement({ customerId: customer, value, description })
    },
    /** Lets the time of temporary payments run out. */
    async runOut() {
      await world.lms.db.updateTable('billtech_payments').set({ expires_at: 1 }).execute()
    },
    states: async (customer: number) => (await bookOf(world, customer)).map(({ state }) => state),
    async close() {
      await gateway.close()
      await world.close()
    },
  }
}

export type Provider = Awaited<ReturnType<typeof startProvider>>

/** What payers do at the gateway, and what it shows them. */
function payerAt(book: Book) {
  return {
    /** What the customer's active links ask for: operation → złote. */
    asked(customer: number): Record<string, string> {
      return Object.fromEntries(
        book.active(customer).map(({ item, open }) => [String(item.operationId), formatGrosze(open)]),
      )
    },
    /** The payer pays one of his links, wholly unless told; the event may be kept back. */
    pay(
      customer: number,
      operation: number | string,
      paying: Paying & { amount?: bigint; later?: boolean } = {},
    ) {
      const { later = false, ...how } = paying
      const row = book.pay(linkOf(book, customer, operation).token, how)
      const event = later ? book.events.pop() : undefined
      const payment = later ? book.payments.pop() : undefined
      const tellNow = () => {
        if (!event || !payment) return
        book.events.push({ ...event, id: String(book.events.length + 1) })
        book.payments.push({ ...payment, event: book.events.length })
      }
      return { row, tell: tellNow }
    },
    payBalance: (customer: number) => payBalance(book, customer),
    /** Money of a payment goes back to the payer. */
    giveBack(
      row: PaymentRow,
      amount: number,
      type: 'payment.refunded' | 'payment.reversed' = 'payment.refunded',
    ) {
      tell(book, type, returned(row as never, amount))
    },
  }
}

function linkOf(book: Book, customer: number, operation: number | string) {
  const link = [...book.links.values()].find(
    ({ item }) => String(item.userId) === String(customer) && String(item.operationId) === String(operation),
  )
  if (!link) throw new Error(`customer ${customer} has no link for ${operation}`)
  return link
}

/** The payer pays all his links at once: one payment, one reference, one event. */
function payBalance(book: Book, customer: number): PaymentRow[] {
  const rows = book.active(customer).map(({ token }) => book.pay(token))
  const [first] = rows
  if (!first) throw new Error(`customer ${customer} owes nothing`)
  book.events.splice(-rows.length)
  book.payments.splice(-rows.length)
  for (const row of rows) row.referenceNumber = first.referenceNumber
  const { referenceNumber, paidAt, method, arrives } = first
  const amount = sumAmounts(rows.map((row) => row.amount))
  const data = { paymentId: first.id, referenceNumber, amount, paidAt, method, arrives, rows }
  const event = tell(book, 'payment.succeeded', data)
  for (const row of rows) book.payments.push({ row, event })
  return rows
}

function tell(book: Book, type: string, data: unknown): number {
  const id = String(book.events.length + 1)
  book.events.push({ id, type, at: new Date().toISOString(), test: false, data } as GatewayEvent)
  return Number(id)
}
