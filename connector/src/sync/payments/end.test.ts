import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines, startLmsWorld, type World } from '../../../testing/index.ts'
import { bookOf, contextOf, gatewayId, ledgerOf, paymentRow } from '../../../testing/money.ts'
import {
  bookRows,
  endPayments,
  expirePayments,
  reopenByHand,
  settleByHand,
  settleStatements,
} from './index.ts'

const operator = { id: 1, name: 'admin' }
const day = 86_400

describe.each(engines)('temporary payments on %s', (engine) => {
  let world: World
  let context: Awaited<ReturnType<typeof contextOf>>
  let customer: number
  beforeAll(async () => {
    world = await startLmsWorld(engine)
  })
  beforeEach(async () => {
    context = await contextOf(world)
    for (const table of ['billtech_payments', 'billtech_statement', 'cash'] as const) {
      await world.lms.db.deleteFrom(table).execute()
    }
    customer = await world.addCustomer()
  })
  afterAll(() => world.close())

  const book = (...rows: ReturnType<typeof paymentRow>[]) => bookRows(context, rows, gatewayId)
  const paymentId = async () => (await bookOf(world, customer))[0]?.id ?? 0
  /** As if booked that long ago. */
  const age = async (days: number) => {
    const payments = await world.lms.db.selectFrom('billtech_payments').selectAll().execute()
    for (const { id, cdate, expires_at } of payments) {
      await world.lms.db
        .updateTable('billtech_payments')
        .set({ cdate: cdate - days * day, expires_at: expires_at === null ? null : expires_at - days * day })
        .where('id', '=', id)
        .execute()
    }
  }

  it('expire after their days, counted from the booking by the database’s clock', async () => {
    await book(paymentRow(customer, 10, { paidAt: '2025-01-01T10:00:00+01:00' }))
    await age(4)
    expect(await endPayments(context)).toMatchObject({ expired: 0 })
    await age(1)
    expect(await endPayments(context)).toMatchObject({ expired: 1, customers: [customer] })
    expect(await ledgerOf(world, customer)).toEqual([])
    expect(await bookOf(world, customer)).toMatchObject([{ state: 'expired', closed: 1, cashid: null }])
    expect(await expirePayments(context)).toBe(0)
  })

  it('that are final, waited for or settled never expire', async () => {
    await book(
      paymentRow(customer, 10, { arrives: 'batch' }),
      paymentRow(customer, 5, { method: 'transfer' }),
    )
    await age(1000)
    expect(await endPayments(context)).toMatchObject({ expired: 0, removed: 0 })
    expect(await world.balanceOf(customer)).toBe(1000n)
  })

  it.each([
    ['never', 0],
    ['0', 0],
    ['-3', 0],
    ['soon', 0],
    ['2', 1],
  ])('with payment_expiration %s: %i expired', async (value, expired) => {
    await context.set('payment_expiration', value)
    await book(paymentRow(customer, 10))
    await age(1000)
    expect(await endPayments(context)).toMatchObject({ expired })
  })

  it('booked while they never expired end once a number is set', async () => {
    await context.set('payment_expiration', 'never')
    await book(paymentRow(customer, 10))
    await age(6)
    await context.set('payment_expiration', '7')
    expect(await endPayments(context)).toMatchObject({ expired: 0 })
    await context.set('payment_expiration', '5')
    expect(await endPayments(context)).toMatchObject({ expired: 1 })
  })

  it('defect 06: are closed where an operator has deleted their ledger row', async () => {
    await context.set('payment_expiration', 'never')
    await book(paymentRow(customer, 10))
    await world.lms.db.deleteFrom('cash').where('customerid', '=', customer).execute()
    expect(await endPayments(context)).toMatchObject({ removed: 1, expired: 0 })
    expect(await bookOf(world, customer)).toMatchObject([{ state: 'removed', closed: 1 }])
  })

  it('that expired are settled by the transfer that comes late', async () => {
    const row = paymentRow(customer, 10)
    await book(row)
    await age(6)
    await endPayments(context)
    const description = `ref ${row.referenceNumber}`
    const { importId } = await world.addStatement({ customerId: customer, value: '10.00', description })
    expect(await settleStatements(context)).toMatchObject({ settled: 1 })
    expect(await bookOf(world, customer)).toMatchObject([{ state: 'settled', settled_importid: importId }])
    expect(await world.balanceOf(customer)).toBe(1000n)
  })

  it('are settled by hand and brought back, as often as it takes', async () => {
    await book(paymentRow(customer, 10, { title: 'FV 3' }))
    const id = await paymentId()
    const [first] = await ledgerOf(world, customer)
    for (let round = 0; round < 2; round++) {
      expect(await settleByHand(context, [id], operator)).toEqual({
        done: [id],
        left: [],
        customers: [customer],
      })
      expect(await ledgerOf(world, customer)).toEqual([])
      expect(await bookOf(world, customer)).toMatchObject([{ state: 'hand', closed: 1, cashid: null }])
      expect(await settleByHand(context, [id], operator)).toMatchObject({ left: [{ id, reason: 'state' }] })
      expect(await reopenByHand(context, [id], operator)).toEqual({
        done: [id],
        left: [],
        customers: [customer],
      })
    }
    const [again] = await ledgerOf(world, customer)
    expect({ ...again, id: 0 }).toEqual({ ...first, id: 0 })
    expect(await bookOf(world, customer)).toMatchObject([{ state: 'open', closed: 0, cashid: again?.id }])
    expect(await world.cachedBalances(customer)).toEqual([1000n])
    const log = await world.lms.db.selectFrom('billtech_log').selectAll().execute()
    expect(log.at(-1)).toMatchObject({ type: 'reopened_by_hand', description: `payment ${id}, operator 1` })
  })

  it('defect 10: brought back after an expiry have a currency and days of their own', async () => {
    await book(paymentRow(customer, 10))
    await age(30)
    await endPayments(context)
    const id = await paymentId()
    await reopenByHand(context, [id, id], operator)
    expect(await ledgerOf(world, customer)).toMatchObject([{ currency: 'PLN', value: '10.00' }])
    expect(await endPayments(context)).toMatchObject({ expired: 0 })
    await age(5)
    expect(await endPayments(context)).toMatchObject({ expired: 1 })
  })

  it('that LMS did not take are put aside by hand and come back as kept', async () => {
    await book(paymentRow('user-1', 10))
    const [{ id } = { id: 0 }] = await world.lms.db.selectFrom('billtech_payments').select('id').execute()
    expect(await settleByHand(context, [id], operator)).toMatchObject({ done: [id] })
    expect(await reopenByHand(context, [id], operator)).toMatchObject({ done: [id] })
    const [payment] = await world.lms.db.selectFrom('billtech_payments').select('state').execute()
    expect(payment?.state).toBe('kept')
  })

  it('that cannot be changed are left, each with its reason', async () => {
    await book(paymentRow(customer, 10, { arrives: 'batch' }))
    const id = await paymentId()
    const final = { done: [], left: [{ id, reason: 'final' }], customers: [] }
    expect(await settleByHand(context, [id], operator)).toEqual(final)
    expect(await reopenByHand(context, [id], operator)).toEqual(final)
    expect(await settleByHand(context, [999_999], operator)).toMatchObject({
      left: [{ id: 999_999, reason: 'gone' }],
    })
  })

  it('of a customer who is gone stay settled', async () => {
    await book(paymentRow(customer, 10))
    const id = await paymentId()
    await age(6)
    await endPayments(context)
    await world.lms.db.deleteFrom('customers').where('id', '=', customer).execute()
    expect(await reopenByHand(context, [id], operator)).toMatchObject({
      left: [{ id, reason: 'customer_gone' }],
    })
  })
})
