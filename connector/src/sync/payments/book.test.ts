import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines, startLmsWorld, type World } from '../../../testing/index.ts'
import { bookOf, contextOf, gatewayId, ledgerOf, paymentRow, returned } from '../../../testing/money.ts'
import { type Lms, transact } from '../../platform/index.ts'
import { listRefused } from '../../store/index.ts'
import { bookRows, settleStatements } from './index.ts'
import { bookReturned } from './refund.ts'

describe.each(engines)('a payment on %s', (engine) => {
  let world: World
  let context: Awaited<ReturnType<typeof contextOf>>
  beforeAll(async () => {
    world = await startLmsWorld(engine)
  })
  beforeEach(async () => {
    context = await contextOf(world)
  })
  afterAll(() => world.close())

  const book = (...rows: ReturnType<typeof paymentRow>[]) => bookRows(context, rows, gatewayId)
  const refused = async (customer: number) =>
    (await listRefused(world.lms.db)).filter(({ customer_id }) => customer_id === customer)
  const giveBack = (row: ReturnType<typeof paymentRow>, amount: number, id = returned(row, amount)) =>
    transact(world.lms, (tx) => bookReturned(tx, world.lms, gatewayId, id))

  it('is a ledger row of type 100 and a temporary payment', async () => {
    const customer = await world.addCustomer()
    const before = await world.now()
    const row = paymentRow(customer, 69.9, { title: 'FV 7/2030', paidAt: '2030-07-23T16:20:20+02:00' })
    expect(await book(row)).toMatchObject({ booked: 1, known: 0, kept: 0, customers: [customer] })
    const [cash] = await ledgerOf(world, customer)
    expect(cash).toMatchObject({
      value: '69.90',
      type: 100,
      notification: 0,
      currency: 'PLN',
      time: Date.parse('2030-07-23T14:20:20Z') / 1000,
      comment: 'Wpłata online za: FV 7/2030',
      docid: null,
      importid: null,
      userid: null,
    })
    expect(Number(cash?.currencyvalue)).toBe(1)
    const [payment] = await world.lms.db
      .selectFrom('billtech_payments')
      .selectAll()
      .where('customerid', '=', customer)
      .execute()
    expect(payment).toMatchObject({
      cashid: cash?.id,
      state: 'open',
      closed: 0,
      amount: '69.90',
      arrives: 'transfer',
      reference_digits: row.referenceNumber.replace('-', ''),
      token: row.token,
      gateway: gatewayId,
    })
    const end = Number(payment?.expires_at) - Number(payment?.cdate)
    expect(end).toBe(5 * 86_400)
    expect(payment?.cdate).toBeGreaterThanOrEqual(before)
    expect(await world.cachedBalances(customer)).toEqual([6990n])
  })

  it('is booked once, however often its row comes', async () => {
    const customer = await world.addCustomer()
    const row = paymentRow(customer, 10)
    expect(await book(row, row)).toMatchObject({ booked: 1 })
    expect(await book(row)).toMatchObject({ booked: 0, known: 1 })
    expect(await world.balanceOf(customer)).toBe(1000n)
  })

  it('defect 05: a second payment of the same link is booked too', async () => {
    const customer = await world.addCustomer()
    const first = paymentRow(customer, 10)
    await book(first)
    await book(paymentRow(customer, 10, { token: first.token }))
    expect(await world.balanceOf(customer)).toBe(2000n)
  })

  it('of a bulk payout is booked for good', async () => {
    const customer = await world.addCustomer()
    await book(paymentRow(customer, 10, { arrives: 'batch' }))
    expect(await bookOf(world, customer)).toMatchObject([{ state: 'final', closed: 1 }])
    expect(await world.balanceOf(customer)).toBe(1000n)
  })

  it('by plain transfer is left to LMS’s import where that is on, else booked', async () => {
    const customer = await world.addCustomer()
    await book(paymentRow(customer, 10, { method: 'transfer' }))
    expect(await world.balanceOf(customer)).toBe(0n)
    expect(await bookOf(world, customer)).toMatchObject([{ state: 'awaited', closed: 1, cashid: null }])
    await context.set('cashimport_enabled', 'false')
    await book(paymentRow(customer, 10, { method: 'transfer' }))
    expect(await world.balanceOf(customer)).toBe(1000n)
  })

  it('defect 01: of a customer who is gone is kept aside, and the others are booked', async () => {
    const [gone, here, back] = [await world.addCustomer(), await world.addCustomer(), 1_000_000]
    await world.lms.db.deleteFrom('customers').where('id', '=', gone).execute()
    const lost = paymentRow(gone, 5)
    const stranger = paymentRow('user-1234', 5)
    const later = paymentRow(back, 5)
    expect(await book(lost, stranger, later, paymentRow(here, 7))).toMatchObject({ booked: 1, kept: 3 })
    expect(await world.balanceOf(here)).toBe(700n)
    expect(await refused(gone)).toMatchObject([{ reason_code: 'customer_gone', kind: 'payment' }])
    expect(await book(lost, stranger)).toMatchObject({ booked: 0, kept: 0, known: 2 })

    await world.addCustomer({ id: back })
    expect(await book(later)).toMatchObject({ booked: 1 })
    expect(await world.balanceOf(back)).toBe(500n)
    expect(await refused(back)).toEqual([])
  })

  it('of a customer whom LMS has only marked as deleted is booked', async () => {
    const customer = await world.addCustomer({ deleted: true })
    await book(paymentRow(customer, 5))
    expect(await world.balanceOf(customer)).toBe(500n)
  })

  it('that the database refuses is kept aside and holds up nobody', async () => {
    const [bad, good] = [await world.addCustomer(), await world.addCustomer()]
    await forbid(world.lms, 'cash', bad)
    const rows = [paymentRow(bad, 5), paymentRow(good, 5)]
    expect(await book(...rows)).toMatchObject({ booked: 1, kept: 1 })
    expect(await bookOf(world, bad)).toMatchObject([{ state: 'kept' }])
    expect(await refused(bad)).toMatchObject([{ reason_code: 'database' }])
  })

  it('for which there is no room among the payments either is shown, and holds up nobody', async () => {
    const [bad, good] = [await world.addCustomer(), await world.addCustomer()]
    await forbid(world.lms, 'billtech_payments', bad)
    const rows = [paymentRow(bad, 5), paymentRow(good, 5)]
    expect(await book(...rows)).toMatchObject({ booked: 1, kept: 0, refused: 1 })
    expect(await world.balanceOf(bad)).toBe(0n)
    expect(await refused(bad)).toMatchObject([{ reason_code: 'database' }])
  })

  it('of test mode is refused and shown, unless it is allowed', async () => {
    const customer = await world.addCustomer()
    const row = paymentRow(customer, 5, { test: true })
    expect(await book(row)).toMatchObject({ refused: 1, booked: 0 })
    expect(await world.balanceOf(customer)).toBe(0n)
    expect(await refused(customer)).toMatchObject([{ reason_code: 'test' }])
    await context.set('allow_test', 'true')
    expect(await book(row)).toMatchObject({ booked: 1 })
    await context.set('allow_test', 'false')
  })

  it.each([
    ['an amount with three decimals', { amount: 1.234 }, 'amount'],
    ['an amount below zero', { amount: -5 }, 'amount'],
    ['more than the ledger holds', { amount: 10_000_000 }, 'amount'],
    ['no time', { paidAt: 'yesterday' }, 'paidAt'],
  ])('with %s is refused and shown', async (_, wrong, field) => {
    const customer = await world.addCustomer()
    expect(await book(paymentRow(customer, 1, wrong))).toMatchObject({ refused: 1, booked: 0 })
    expect(await refused(customer)).toMatchObject([{ reason_code: 'unreadable', field }])
  })

  it('that the old plugin has booked is known by token and reference', async () => {
    const customer = await world.addCustomer()
    const row = paymentRow(customer, 10)
    const old = { customerid: customer, cdate: 1, title: 'FV', closed: 1, state: 'settled' as const }
    await world.lms.db
      .insertInto('billtech_payments')
      .values([
        { ...old, amount: '4', reference_number: row.referenceNumber, token: `${row.token}.1` },
        { ...old, amount: '6', reference_number: '20200101-1234', token: null },
      ])
      .execute()
    const second = paymentRow(customer, 6, { referenceNumber: '20200101-1234' })
    expect(await book(row, second)).toMatchObject({ booked: 0, known: 2 })
    expect(await book(row, second)).toMatchObject({ booked: 0, known: 2 })
    expect(await world.balanceOf(customer)).toBe(0n)
    expect(await book(paymentRow(customer, 10, { token: row.token }))).toMatchObject({ booked: 1 })
  })

  it('defect 10: has a currency, also after it was opened again, and no text of its is read as SQL', async () => {
    const customer = await world.addCustomer()
    await book(paymentRow(customer, 10, { title: "FV'); drop table cash; -- ś" }))
    const [cash] = await ledgerOf(world, customer)
    expect(cash).toMatchObject({ currency: 'PLN', comment: "Wpłata online za: FV'); drop table cash; -- ś" })
  })

  describe('given back', () => {
    it('before it is settled: the temporary row shrinks, then goes', async () => {
      const customer = await world.addCustomer()
      const row = paymentRow(customer, 10)
      await book(row)
      const part = returned(row, 4)
      expect(await giveBack(row, 4, part)).toMatchObject({ booked: 1 })
      expect(await giveBack(row, 4, part)).toMatchObject({ booked: 0, known: 1 })
      expect(await ledgerOf(world, customer)).toMatchObject([{ value: '6.00' }])
      expect(await bookOf(world, customer)).toMatchObject([{ state: 'open', refunded: '4.00' }])
      await giveBack(row, 6)
      expect(await ledgerOf(world, customer)).toEqual([])
      expect(await bookOf(world, customer)).toMatchObject([{ state: 'refunded', closed: 1 }])
      expect(await world.balanceOf(customer)).toBe(0n)
    })

    it('after it is booked for good: a row below zero', async () => {
      const customer = await world.addCustomer()
      const row = paymentRow(customer, 10, { arrives: 'batch', title: 'FV 9' })
      await book(row)
      await giveBack(row, 10)
      expect(await ledgerOf(world, customer)).toMatchObject([
        { value: '10.00' },
        { value: '-10.00', comment: 'Zwrot wpłaty online: FV 9', type: 100, currency: 'PLN' },
      ])
      expect(await world.cachedBalances(customer)).toEqual([0n])
    })

    it('without being known here: nothing is booked, and it is shown', async () => {
      const customer = await world.addCustomer()
      const report = await giveBack(paymentRow(customer, 10), 10)
      expect(report).toMatchObject({ booked: 0, unknown: 1 })
      expect(await world.balanceOf(customer)).toBe(0n)
    })
  })
})

describe.each(engines)('a payment in an older LMS on %s', (engine) => {
  it('is booked and settled without the columns that it lacks', async () => {
    const world = await startLmsWorld(engine, { older: true })
    try {
      const context = await contextOf(world)
      const customer = await world.addCustomer()
      await world.block(customer, 'cutoff')
      const row = paymentRow(customer, 10)
      expect(await bookRows(context, [row], gatewayId)).toMatchObject({ booked: 1 })
      expect(await ledgerOf(world, customer)).toMatchObject([{ value: '10.00', type: 100 }])
      await world.addStatement({
        customerId: customer,
        value: '10.00',
        description: `ref ${row.referenceNumber}`,
      })
      expect(await settleStatements(context)).toMatchObject({ settled: 1 })
    } finally {
      await world.close()
    }
  })
})

/** As somebody's own trigger may do. */
async function forbid(lms: Lms, table: 'cash' | 'billtech_payments', customer: number): Promise<void> {
  const [name, him] = [sql.id(`not_him_${table}`), sql.lit(customer)]
  const on = sql`create trigger ${name} before insert on ${sql.table(table)} for each row`
  if (lms.engine === 'mysql') {
    await sql`${on} if new.customerid = ${him} then
      signal sqlstate '45000' set message_text = 'not him'; end if`.execute(lms.db)
    return
  }
  await sql`create function ${name}() returns trigger language plpgsql as $$
    begin if new.customerid = ${him} then raise exception 'not him'; end if; return new; end $$`.execute(
    lms.db,
  )
  await sql`${on} execute function ${name}()`.execute(lms.db)
}
