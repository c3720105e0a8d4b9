import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines, startLmsWorld, type World } from '../../../testing/index.ts'
import { bookOf, contextOf, gatewayId, ledgerOf, paymentRow, returned } from '../../../testing/money.ts'
import { repairBalances } from '../../lms/index.ts'
import { type Lms, type Tx, transact } from '../../platform/index.ts'
import { bookRows, endPayments, reopenByHand, settleByHand, settleStatements } from './index.ts'
import { bookReturned } from './refund.ts'

type TestContext = Awaited<ReturnType<typeof contextOf>>
const operator = { id: 1, name: 'admin' }

describe.each(engines)('at the same time on %s', (engine) => {
  let world: World
  let lms: Lms
  let one: TestContext
  let two: TestContext
  beforeAll(async () => {
    world = await startLmsWorld(engine)
    lms = await world.open(12)
    one = await contextOf(world)
    two = await contextOf(world, {}, lms)
  })
  beforeEach(async () => {
    for (const table of ['billtech_payments', 'billtech_statement', 'cash'] as const) {
      await world.lms.db.deleteFrom(table).execute()
    }
  })
  afterAll(() => world.close())

  /** MariaDB may end any of two writers of one ledger at once, also two of LMS itself: whoever it was does it again. */
  const again = <T>(act: (tx: Tx) => Promise<T>): Promise<T> => transact(world.lms, act)
  const cacheIsRight = async (customer: number) => {
    const sum = await world.balanceOf(customer)
    expect(await world.cachedBalances(customer)).toEqual([sum])
  }

  it('two connectors book the same rows once', async () => {
    const customers = await Promise.all(Array.from({ length: 6 }, () => world.addCustomer()))
    const rows = customers.flatMap((customer) => [paymentRow(customer, 10), paymentRow(customer, 2.5)])
    const reports = await Promise.all([
      bookRows(one, rows, gatewayId),
      bookRows(two, rows.toReversed(), gatewayId),
      bookRows(two, rows, gatewayId),
    ])
    const booked = reports.reduce((sum, report) => sum + report.booked, 0)
    expect(booked).toBe(rows.length)
    for (const customer of customers) {
      expect(await world.balanceOf(customer)).toBe(1250n)
      await cacheIsRight(customer)
    }
  })

  it('two connectors keep the same row of nobody once', async () => {
    const row = paymentRow('user-1', 10)
    const reports = await Promise.all([one, two, one, two].map((each) => bookRows(each, [row], gatewayId)))
    expect(reports.reduce((sum, { kept }) => sum + kept, 0)).toBe(1)
  })

  it('LMS charges and takes payments of the customer: the cached balance is the ledger’s', async () => {
    const customer = await world.addCustomer()
    const charges = inTurn(12, (i) =>
      again((tx) => world.addCash({ customerId: customer, value: `-${i + 1}.00` }, tx)),
    )
    const payments = Array.from({ length: 12 }, (_, i) =>
      bookRows(i % 2 ? one : two, [paymentRow(customer, i + 1)], gatewayId),
    )
    await Promise.all([charges, ...payments])
    expect(await world.balanceOf(customer)).toBe(0n)
    await cacheIsRight(customer)
  })

  it('LMS deletes from the ledger, which takes no lock: the repair puts the cache right', async () => {
    const customer = await world.addCustomer()
    const charges: number[] = []
    await inTurn(10, async () => {
      charges.push(await world.addCash({ customerId: customer, value: '-7.00' }))
    })
    await Promise.all([
      inTurn(10, (i) =>
        again((tx) =>
          tx
            .deleteFrom('cash')
            .where('id', '=', charges[i] ?? 0)
            .execute(),
        ),
      ),
      ...Array.from({ length: 10 }, () => bookRows(two, [paymentRow(customer, 5)], gatewayId)),
    ])
    await repairBalances(world.lms, [customer])
    expect(await world.balanceOf(customer)).toBe(5000n)
    await cacheIsRight(customer)
  })

  it('the repair finds doubled, wrong, missing and left-over entries of everybody', async () => {
    const customers = await Promise.all(Array.from({ length: 5 }, () => world.addCustomer()))
    const [right = 0, doubled = 0, wrong = 0, missing = 0, left = 0] = customers
    for (const customer of [right, doubled, wrong, missing]) {
      await world.addCash({ customerId: customer, value: '-7.00', currencyvalue: '4.1234567890' })
    }
    const { db } = world.lms
    await db.insertInto('customerbalances').values({ customerid: doubled, balance: '1' }).execute()
    await db.updateTable('customerbalances').set({ balance: '1' }).where('customerid', '=', wrong).execute()
    await db.deleteFrom('customerbalances').where('customerid', '=', missing).execute()
    await db.insertInto('customerbalances').values({ customerid: left, balance: '1' }).execute()
    expect(await repairBalances(world.lms)).toEqual([doubled, wrong, missing, left].sort((a, b) => a - b))
    for (const customer of [right, doubled, wrong, missing]) {
      expect(await world.cachedBalances(customer)).toEqual([-2886n])
    }
    expect(await world.cachedBalances(left)).toEqual([])
    expect(await repairBalances(world.lms)).toEqual([])
  })

  it('a refund comes twice: it is booked once', async () => {
    const customer = await world.addCustomer()
    const row = paymentRow(customer, 10, { arrives: 'batch' })
    await bookRows(one, [row], gatewayId)
    const refund = returned(row, 4)
    await Promise.all(
      [lms, world.lms, lms].map((each) => transact(each, (tx) => bookReturned(tx, each, gatewayId, refund))),
    )
    expect(await ledgerOf(world, customer)).toMatchObject([{ value: '10.00' }, { value: '-4.00' }])
  })

  it('a transfer, an expiry and a hand settle a payment: its ledger row goes once', async () => {
    const customer = await world.addCustomer()
    const row = paymentRow(customer, 10)
    await bookRows(one, [row], gatewayId)
    const [{ id } = { id: 0 }] = await bookOf(world, customer)
    await world.lms.db.updateTable('billtech_payments').set({ expires_at: 1 }).execute()
    await world.addStatement({
      customerId: customer,
      value: '10.00',
      description: `ref ${row.referenceNumber}`,
    })
    await Promise.all([
      settleStatements(one),
      settleStatements(two),
      endPayments(two),
      settleByHand(one, [id], operator),
    ])
    expect(await world.balanceOf(customer)).toBe(1000n)
    await cacheIsRight(customer)
  })

  it('two operators bring a payment back: its ledger row comes once', async () => {
    const customer = await world.addCustomer()
    await bookRows(one, [paymentRow(customer, 10)], gatewayId)
    const [{ id } = { id: 0 }] = await bookOf(world, customer)
    await settleByHand(one, [id], operator)
    const reports = await Promise.all([one, two, one].map((each) => reopenByHand(each, [id], operator)))
    expect(reports.flatMap(({ done }) => done)).toEqual([id])
    expect(await world.balanceOf(customer)).toBe(1000n)
  })

  it('the transfer is booked while the payment comes: neither is counted twice in the end', async () => {
    for (let round = 0; round < 5; round++) {
      const customer = await world.addCustomer()
      const row = paymentRow(customer, 10)
      const description = `ref ${row.referenceNumber}`
      await Promise.all([
        bookRows(one, [row], gatewayId),
        world.addStatement({ customerId: customer, value: '10.00', description }),
        settleStatements(two),
      ])
      await settleStatements(two)
      expect(await world.balanceOf(customer)).toBe(1000n)
      expect(await bookOf(world, customer)).toMatchObject([{ state: 'settled' }])
    }
  })

  it('a writer that deadlocks is done again', async () => {
    const customer = await world.addCustomer()
    let tried = 0
    await transact(world.lms, async (tx) => {
      await sql`select id from customers where id = ${customer} for update`.execute(tx)
      if (++tried === 1) throw Object.assign(new Error('deadlock'), { code: '40P01', errno: 1213 })
    })
    expect(tried).toBe(2)
  })
})

/** As LMS does it: one act after the other. Two of its own at once may deadlock on MariaDB without us. */
async function inTurn(count: number, act: (index: number) => Promise<unknown>): Promise<void> {
  for (let index = 0; index < count; index++) await act(index)
}
