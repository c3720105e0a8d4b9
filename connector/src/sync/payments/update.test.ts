import type { GatewayEvent, PaymentRow } from '@bill-gateway/contract'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type FakeGateway, startFakeGateway } from '../../../testing/fake-gateway.ts'
import { engines, startLmsWorld, type World } from '../../../testing/index.ts'
import { bookOf, contextOf, ledgerOf, paymentRow, returned } from '../../../testing/money.ts'
import { keepGateway, readInfo, writeInfo } from '../../store/index.ts'
import { bookEvent, eventCursor, updatePayments } from './index.ts'

const day = 86_400

describe.each(engines)('a pass over payments on %s', (engine) => {
  let world: World
  let gateway: FakeGateway
  let context: Awaited<ReturnType<typeof contextOf>>
  let customer: number
  beforeAll(async () => {
    world = await startLmsWorld(engine)
  })
  beforeEach(async () => {
    gateway = await startFakeGateway({ test: false })
    context = await contextOf(world, settingsFor(gateway))
    for (const table of ['billtech_payments', 'billtech_info', 'billtech_statement', 'cash'] as const) {
      await world.lms.db.deleteFrom(table).execute()
    }
    customer = await world.addCustomer()
    return () => gateway.close()
  })
  afterAll(() => world.close())

  /** The payer pays: the row is in the search and in an event. */
  function pay(amount: number, more: object = {}, to = gateway): PaymentRow {
    const row = paymentRow(customer, amount, more) as PaymentRow
    const { referenceNumber, paidAt, method, arrives } = row
    const data = { paymentId: row.id, referenceNumber, amount, paidAt, method, arrives, rows: [row] }
    to.book.payments.push({ row, event: tell('payment.succeeded', data, {}, to) })
    return row
  }
  function tell(type: string, data: unknown, more: object = {}, to = gateway): number {
    const id = to.book.events.length + 1
    const event = { id: String(id), type, at: new Date().toISOString(), test: false, data, ...more }
    to.book.events.push(event as GatewayEvent)
    return id
  }

  it('books payments and refunds of the events, once, and moves the cursor', async () => {
    const row = pay(10)
    pay(5)
    tell('payment.refunded', returned(row as never, 4))
    tell('link.updated', { links: [] })
    expect(await updatePayments(context)).toMatchObject({
      payments: { booked: 2 },
      refunds: { booked: 1 },
      customers: [customer],
    })
    expect(await world.balanceOf(customer)).toBe(1100n)
    expect(await eventCursor(world.lms, gateway.url)).toBe('4')
    const again = await updatePayments(context)
    expect(again).toMatchObject({ payments: { booked: 0 }, refunds: { booked: 0 }, customers: [] })
    const payments = await world.lms.db
      .selectFrom('billtech_payments')
      .select('event_id')
      .orderBy('id')
      .execute()
    expect(payments.map(({ event_id }) => event_id)).toEqual(['1', '2'])
  })

  it('books an event of the stream in the transaction that moves the cursor', async () => {
    pay(10)
    const [event] = gateway.book.events
    if (!event) throw new Error('no event')
    expect(await bookEvent(context, event)).toMatchObject({ payments: { booked: 1, customers: [customer] } })
    expect(await eventCursor(world.lms, gateway.url)).toBe('1')
    expect(await bookEvent(context, event)).toMatchObject({ payments: { booked: 0, known: 1 } })
    await writeInfo(world.lms, world.lms.db, `cursor:${gateway.url}`, '9')
    await bookEvent(context, event)
    expect(await eventCursor(world.lms, gateway.url)).toBe('9')
  })

  it('defect 01: a payment of a customer who is gone stops neither the others nor the cursor', async () => {
    pay(10, { userId: '999999' })
    pay(5)
    expect(await updatePayments(context)).toMatchObject({ payments: { booked: 1, kept: 1 } })
    expect(await eventCursor(world.lms, gateway.url)).toBe('2')
  })

  it('defect 02: no request is made while a transaction is open', async () => {
    const open: number[] = []
    gateway.fault = async () => {
      open.push(await openTransactions(world))
      return undefined
    }
    for (let i = 0; i < 5; i++) pay(1)
    await updatePayments(context)
    expect(open.length).toBeGreaterThan(1)
    expect(open.every((count) => count === 0)).toBe(true)
  })

  it.each([
    ['garbage', { kind: 'garbage' }],
    ['an error', { kind: 'status', status: 500 }],
    ['a refusal', { kind: 'status', status: 429, retryAfter: 1 }],
    ['a broken connection', { kind: 'die' }],
  ] as const)('defect 03: after %s nothing is lost and nothing is open', async (_, fault) => {
    pay(10)
    gateway.fault = () => fault
    await expect(updatePayments(context)).rejects.toThrow()
    expect(await openTransactions(world)).toBe(0)
    expect(await world.balanceOf(customer)).toBe(0n)
    gateway.fault = undefined
    expect(await updatePayments(context)).toMatchObject({ payments: { booked: 1 } })
  })

  it('tends to statements and expiries while the gateway is away', async () => {
    const row = pay(10)
    await updatePayments(context)
    await gateway.stop()
    await world.addStatement({
      customerId: customer,
      value: '10.00',
      description: `ref ${row.referenceNumber}`,
    })
    await expect(updatePayments(context)).rejects.toThrow()
    expect(await bookOf(world, customer)).toMatchObject([{ state: 'settled' }])
    await gateway.start()
  })

  it('defect 04: books what comes to light days after it was paid', async () => {
    await updatePayments(context)
    pay(10, { paidAt: new Date(Date.now() - 3 * day * 1000).toISOString() })
    expect(await updatePayments(context)).toMatchObject({ payments: { booked: 1 } })
  })

  it('defect 04: asks a gateway without events from well before the last search on', async () => {
    await gateway.close()
    gateway = await startFakeGateway({ test: false, events: false })
    context = await contextOf(world, settingsFor(gateway))
    await writeInfo(world.lms, world.lms.db, `since:${gateway.url}`, '1')
    await updatePayments(context)
    const late = paymentRow(customer, 10, { paidAt: new Date(Date.now() - 1.5 * day * 1000).toISOString() })
    gateway.book.payments.push({ row: late as PaymentRow, event: 0 })
    expect(await updatePayments(context)).toMatchObject({ payments: { booked: 1 } })
    expect(await updatePayments(context)).toMatchObject({ payments: { booked: 0, known: 1 } })
  })

  it('books by a clock that was an hour ahead, and one that was behind', async () => {
    for (const wrong of [3600, -3600]) {
      await updatePayments(context)
      const now = await world.now()
      await writeInfo(world.lms, world.lms.db, `search:${gateway.url}`, String(now + wrong))
      const row = paymentRow(customer, 10) as PaymentRow
      gateway.book.payments.push({ row, event: 0 })
      expect(await updatePayments(context)).toMatchObject({ payments: { booked: 1 } })
    }
  })

  it('leaves alone what was paid before this installation had to do with the gateway', async () => {
    const old = new Date(Date.now() - 10 * day * 1000).toISOString()
    const row = pay(10, { paidAt: old })
    Object.assign(gateway.book.events[0] ?? {}, { at: old })
    tell('payment.refunded', returned(row as never, 4), { at: old })
    expect(await updatePayments(context)).toMatchObject({ payments: { booked: 0 }, refunds: { booked: 0 } })
    expect(await eventCursor(world.lms, gateway.url)).toBe('2')
  })

  it('takes over the ledger rows of an installation whose tables are gone', async () => {
    pay(10)
    pay(10, { arrives: 'batch' })
    await updatePayments(context)
    const before = await ledgerOf(world, customer)
    await world.lms.db.deleteFrom('billtech_payments').execute()
    await world.lms.db.deleteFrom('billtech_info').execute()
    expect(await updatePayments(context)).toMatchObject({ payments: { booked: 2 } })
    expect(await ledgerOf(world, customer)).toEqual(before)
  })

  it('asks a former gateway for 30 days, and goes on without it where it is away', async () => {
    const former = await startFakeGateway({ test: false })
    await keepGateway(world.lms, { id: former.url, apiUrl: former.url, ...former.credentials, ispId: 'x' })
    await keepGateway(world.lms, { id: gateway.url, apiUrl: gateway.url, ...gateway.credentials, ispId: 'x' })
    pay(10, {}, former)
    pay(5)
    expect(await updatePayments(context)).toMatchObject({ payments: { booked: 2 }, failedGateways: [] })
    await former.close()
    pay(5)
    expect(await updatePayments(context)).toMatchObject({
      payments: { booked: 1 },
      failedGateways: [former.url],
    })
    expect(await world.balanceOf(customer)).toBe(2000n)
  })

  it('books payments while the plugin is switched off in LMS, and makes no link', async () => {
    await context.set('phpui.plugins', '')
    await world.addInvoice({ customerId: customer, lines: ['10.00'] })
    pay(10)
    expect(await updatePayments(context)).toMatchObject({ payments: { booked: 1 } })
    expect(gateway.requests.filter(({ method }) => method === 'POST')).toEqual([])
    await context.set('phpui.plugins', 'BillGateway')
  })

  it('defect 11: refreshes links at once where a debt is back', async () => {
    const { documentId } = await world.addInvoice({ customerId: customer, lines: ['10.00'] })
    pay(10, { operationId: String(documentId) })
    await updatePayments(context)
    expect(gateway.book.active(customer)).toEqual([])
    await world.lms.db.updateTable('billtech_payments').set({ expires_at: 1 }).execute()
    expect(await updatePayments(context)).toMatchObject({ ended: { expired: 1 } })
    expect(gateway.book.active(customer)).toMatchObject([{ open: 1000n }])
  })

  it('defect 11: and after a refund', async () => {
    await world.addInvoice({ customerId: customer, lines: ['10.00'] })
    const row = pay(10, { arrives: 'batch' })
    await updatePayments(context)
    tell('payment.reversed', returned(row as never, 10))
    await updatePayments(context)
    expect(gateway.book.active(customer)).toMatchObject([{ open: 1000n }])
  })

  it('puts the cursor back to the oldest event where the gateway has deleted events', async () => {
    await writeInfo(world.lms, world.lms.db, `cursor:${gateway.url}`, '3')
    pay(10)
    let expired = true
    gateway.fault = ({ path }) => {
      if (path !== '/pay/v1/events' || !expired) return undefined
      expired = false
      return { kind: 'status', status: 410 }
    }
    expect(await updatePayments(context)).toMatchObject({ payments: { booked: 1 } })
    expect(await eventCursor(world.lms, gateway.url)).toBe('1')
  })

  it('notes from when on it books', async () => {
    const now = await world.now()
    await updatePayments(context)
    const since = Number(await readInfo(world.lms.db, `since:${gateway.url}`))
    expect(since).toBeLessThan(now)
    expect(since).toBeGreaterThan(now - day)
  })
})

function settingsFor(gateway: FakeGateway) {
  const { apiKey, apiSecret } = gateway.credentials
  return { api_url: gateway.url, api_key: apiKey, api_secret: apiSecret, manage_cutoff: 'true' }
}

/** Transactions of this database that are under way. */
async function openTransactions({ lms }: World): Promise<number> {
  const query =
    lms.engine === 'postgres'
      ? sql<{ n: number }>`select count(*) as n from pg_stat_activity
          where datname = current_database() and state like 'idle in transaction%'`
      : sql<{ n: number }>`select count(*) as n from information_schema.innodb_trx t
          join information_schema.processlist p on p.id = t.trx_mysql_thread_id
          where p.db = database() and p.id <> connection_id()`
  const { rows } = await query.execute(lms.db)
  return Number(rows[0]?.n ?? 0)
}
