import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines, startLmsWorld, type World } from '../../../testing/index.ts'
import {
  bookOf,
  contextOf,
  gatewayId,
  ledgerOf,
  newReference,
  paymentRow,
  returned,
} from '../../../testing/money.ts'
import { transact } from '../../platform/index.ts'
import { listRefused } from '../../store/index.ts'
import { bookRows, endPayments, reopenByHand, settleByHand, settleStatements } from './index.ts'
import { bookReturned } from './refund.ts'

const operator = { id: 1, name: 'admin' }

describe.each(engines)('bank statements on %s', (engine) => {
  let world: World
  let context: Awaited<ReturnType<typeof contextOf>>
  let customer: number
  beforeAll(async () => {
    world = await startLmsWorld(engine)
  })
  beforeEach(async () => {
    context = await contextOf(world)
    for (const table of ['billtech_payments', 'billtech_statement', 'billtech_refused', 'cash'] as const) {
      await world.lms.db.deleteFrom(table).execute()
    }
    customer = await world.addCustomer()
  })
  afterAll(() => world.close())

  const book = (...rows: ReturnType<typeof paymentRow>[]) => bookRows(context, rows, gatewayId)
  const transfer = (value: string, description: string, customerId: number | null = customer) =>
    world.addStatement({ customerId, value, description })
  const refused = async (importId: number) =>
    (await listRefused(world.lms.db, { kind: 'statement' })).filter(
      ({ row_id }) => row_id === String(importId),
    )
  const balance = async () => ({
    ledger: await world.balanceOf(customer),
    cached: await world.cachedBalances(customer),
  })

  it('settle a payment of three bills by one transfer with one reference', async () => {
    const referenceNumber = newReference()
    await book(...[50, 19.99, 0.01].map((amount) => paymentRow(customer, amount, { referenceNumber })))
    expect(await ledgerOf(world, customer)).toHaveLength(3)
    const { importId } = await transfer('70.00', `ref ${referenceNumber} ID ${customer} FV`)
    expect(await settleStatements(context)).toMatchObject({ settled: 3, customers: [customer] })
    expect(await ledgerOf(world, customer)).toEqual([])
    const settled = { state: 'settled', closed: 1, cashid: null, settled_importid: importId }
    expect(await bookOf(world, customer)).toMatchObject([settled, settled, settled])
    expect(await balance()).toEqual({ ledger: 7000n, cached: [7000n] })
    expect(await settleStatements(context)).toMatchObject({ settled: 0 })
  })

  it('that are faster than the payment: it is recorded as settled, without a ledger row', async () => {
    const referenceNumber = newReference()
    const { importId } = await transfer('30.00', `REF:${referenceNumber}`)
    const rows = [10, 20].map((amount) => paymentRow(customer, amount, { referenceNumber }))
    expect(await book(...rows)).toMatchObject({ booked: 2, settled: 2 })
    expect(await bookOf(world, customer)).toMatchObject([
      { state: 'settled', settled_importid: importId, cashid: null },
      { state: 'settled', settled_importid: importId, cashid: null },
    ])
    expect(await balance()).toEqual({ ledger: 3000n, cached: [3000n] })
    expect(await settleStatements(context)).toMatchObject({ settled: 0 })
  })

  it('that were looked at before the payment settle it as well', async () => {
    const row = paymentRow(customer, 30)
    await transfer('30.00', `ref: ${row.referenceNumber}`)
    await settleStatements(context)
    expect(await book(row)).toMatchObject({ settled: 1 })
    expect(await world.balanceOf(customer)).toBe(3000n)
  })

  it('settle nothing of another sum, and show the difference', async () => {
    const row = paymentRow(customer, 30)
    await book(row)
    const { importId } = await transfer('29.99', `ref ${row.referenceNumber}`)
    expect(await settleStatements(context)).toMatchObject({ settled: 0, differences: 1 })
    expect(await bookOf(world, customer)).toMatchObject([{ state: 'open' }])
    expect(await ledgerOf(world, customer)).toHaveLength(1)
    expect(await refused(importId)).toMatchObject([
      { reason_code: 'other_amount', says: expect.stringContaining('29.99') },
    ])
  })

  it('settle nothing of another customer until it is booked for the right one', async () => {
    const other = await world.addCustomer()
    const row = paymentRow(customer, 30)
    await book(row)
    const { importId, cashId } = await transfer('30.00', `ref ${row.referenceNumber}`, other)
    expect(await settleStatements(context)).toMatchObject({ settled: 0, differences: 1 })
    expect(await refused(importId)).toMatchObject([{ reason_code: 'other_customer' }])
    await world.lms.db.deleteFrom('cash').where('id', '=', Number(cashId)).execute()
    await world.bookStatement(importId, customer)
    expect(await settleStatements(context)).toMatchObject({ settled: 1 })
    expect(await refused(importId)).toEqual([])
    expect(await world.balanceOf(customer)).toBe(3000n)
  })

  it('settle once, though a row is unbooked and booked again under a new number', async () => {
    const row = paymentRow(customer, 30)
    await book(row)
    const { importId, cashId } = await transfer('30.00', `ref ${row.referenceNumber}`)
    await settleStatements(context)
    await world.lms.db.deleteFrom('cash').where('id', '=', Number(cashId)).execute()
    await book(paymentRow(customer, 30, { referenceNumber: row.referenceNumber }))
    await world.bookStatement(importId)
    expect(await settleStatements(context)).toMatchObject({ settled: 0 })
  })

  it('booked days after they came, below rows seen since, are noticed', async () => {
    const row = paymentRow(customer, 30)
    await book(row)
    const { importId } = await world.addStatement({
      ...{ customerId: customer, value: '30.00', description: `ref ${row.referenceNumber}`, booked: false },
    })
    await settleStatements(context)
    await world.addStatement({ customerId: customer, value: '1.00', description: 'inny przelew' })
    await settleStatements(context)
    expect(await bookOf(world, customer)).toMatchObject([{ state: 'open' }])
    await world.bookStatement(importId)
    expect(await settleStatements(context)).toMatchObject({ settled: 1 })
  })

  it('defect 08: imported past LMS’s hook, or written straight into the ledger, settle too', async () => {
    const [one, two] = [paymentRow(customer, 30), paymentRow(customer, 40)]
    await book(one, two)
    await transfer('30.00', `ref ${one.referenceNumber}`)
    const comment = `Przelew ref ${two.referenceNumber}`
    const cashId = await world.addCash({ customerId: customer, value: '40.00', comment })
    expect(await settleStatements(context)).toMatchObject({ settled: 2 })
    expect(await bookOf(world, customer)).toMatchObject([{ state: 'settled' }, { settled_importid: -cashId }])
    expect(await world.balanceOf(customer)).toBe(7000n)
  })

  it('that the hook names are settled at once', async () => {
    const row = paymentRow(customer, 30)
    await book(row)
    const { importId } = await transfer('30.00', `ref ${row.referenceNumber}`)
    expect(await settleStatements(context, [])).toMatchObject({ looked: 0 })
    expect(await settleStatements(context, [importId])).toMatchObject({ looked: 1, settled: 1 })
  })

  it('do nothing while billtech.cashimport_enabled is off', async () => {
    await context.set('cashimport_enabled', 'false')
    const row = paymentRow(customer, 30)
    await transfer('30.00', `ref ${row.referenceNumber}`)
    await book(row)
    expect(await settleStatements(context)).toMatchObject({ looked: 0, settled: 0 })
    expect(await bookOf(world, customer)).toMatchObject([{ state: 'open' }])
  })

  it('defect 07: of another number, amount or customer leave a payment alone', async () => {
    const row = paymentRow(customer, 30)
    await book(row)
    const longer = `${row.referenceNumber}7`
    await transfer('30.00', `ref ${longer}`)
    expect(await settleStatements(context)).toMatchObject({ settled: 0, differences: 0 })
    await transfer('30.00', `ref: ${row.referenceNumber}`)
    expect(await settleStatements(context)).toMatchObject({ settled: 1 })
  })

  it('defect 06: settle a payment whose ledger row was reworded or taken away', async () => {
    const rows = [paymentRow(customer, 30), paymentRow(customer, 40)]
    await book(...rows)
    const [reworded, deleted] = await ledgerOf(world, customer)
    const { db } = world.lms
    await db.updateTable('cash').set({ comment: 'inaczej' }).where('id', '=', Number(reworded?.id)).execute()
    await db.deleteFrom('cash').where('id', '=', Number(deleted?.id)).execute()
    await transfer('30.00', `ref ${rows[0]?.referenceNumber}`)
    expect(await settleStatements(context)).toMatchObject({ settled: 1 })
    expect(await endPayments(context)).toMatchObject({ removed: 1, expired: 0 })
    expect(await bookOf(world, customer)).toMatchObject([
      { state: 'settled' },
      { state: 'removed', closed: 1 },
    ])
    expect(await balance()).toEqual({ ledger: 3000n, cached: [3000n] })
  })

  it('settle what is left after a refund', async () => {
    const row = paymentRow(customer, 30)
    await book(row)
    await transact(world.lms, (tx) => bookReturned(tx, world.lms, gatewayId, returned(row, 10)))
    await transfer('20.00', `ref ${row.referenceNumber}`)
    expect(await settleStatements(context)).toMatchObject({ settled: 1 })
    expect(await world.balanceOf(customer)).toBe(2000n)
    await transact(world.lms, (tx) => bookReturned(tx, world.lms, gatewayId, returned(row, 5)))
    expect(await world.balanceOf(customer)).toBe(1500n)
  })

  it('settle a plain transfer that LMS’s import has booked, whole, though part of it was given back', async () => {
    const row = paymentRow(customer, 30, { method: 'transfer' })
    await book(row)
    await transact(world.lms, (tx) => bookReturned(tx, world.lms, gatewayId, returned(row, 10)))
    const { importId } = await transfer('30.00', `ref ${row.referenceNumber}`)
    expect(await settleStatements(context)).toMatchObject({ settled: 1, differences: 0 })
    expect(await bookOf(world, customer)).toMatchObject([{ state: 'settled', settled_importid: importId }])
    expect(await world.balanceOf(customer)).toBe(2000n)
  })

  it('settle a second plain transfer by the reference that its title names', async () => {
    const [first, second] = [1, 2].map(() => paymentRow(customer, 30, { method: 'transfer' }))
    if (!first || !second) throw new Error('no rows')
    await book(first, { ...second, titleReference: first.referenceNumber } as typeof second)
    for (let n = 0; n < 2; n++) await transfer('30.00', `ref ${first.referenceNumber}`)
    expect(await settleStatements(context)).toMatchObject({ settled: 2, differences: 0 })
    expect(await bookOf(world, customer)).toMatchObject([{ state: 'settled' }, { state: 'settled' }])
  })

  it('lift the block with a plain transfer that LMS’s import has booked', async () => {
    await context.set('manage_cutoff', 'true')
    await world.addCash({ customerId: customer, value: '-30.00' })
    await world.block(customer, 'cutoff')
    const row = paymentRow(customer, 30, { method: 'transfer' })
    await book(row)
    const access = () =>
      world.lms.db.selectFrom('nodes').select('access').where('ownerid', '=', customer).execute()
    expect(await access()).toEqual([{ access: 0 }])
    await transfer('30.00', `ref ${row.referenceNumber}`)
    await settleStatements(context)
    expect(await access()).toEqual([{ access: 1 }])
  })

  it('settle by account where the bills were of several', async () => {
    const [a, b] = ['28616102383202382844889825', '61109010140000071219812874']
    const referenceNumber = newReference()
    const rows = [
      paymentRow(customer, 30, { referenceNumber }),
      paymentRow(customer, 40, { referenceNumber }),
    ]
    for (const [i, nrb] of [a, b].entries()) {
      const token = rows[i]?.token ?? ''
      const link = { customer_id: customer, type: 'linked', link: 'l', amount: '1', state: 'paid' as const }
      await world.lms.db
        .insertInto('billtech_payment_links')
        .values({ ...link, token, nrb })
        .execute()
    }
    await book(...rows)
    await transfer('40.00', `ref ${referenceNumber}`)
    expect(await settleStatements(context)).toMatchObject({ settled: 1, differences: 0 })
    expect(await bookOf(world, customer)).toMatchObject([{ state: 'open' }, { state: 'settled' }])
    await transfer('30.00', `ref ${referenceNumber}`)
    expect(await settleStatements(context)).toMatchObject({ settled: 1 })
    expect(await world.balanceOf(customer)).toBe(7000n)
  })

  it('and people: what was settled by hand is opened again and settled by hand again', async () => {
    const row = paymentRow(customer, 30)
    await book(row)
    await transfer('30.00', `ref ${row.referenceNumber}`)
    await settleStatements(context)
    const [{ id } = { id: 0 }] = await bookOf(world, customer)
    expect(await reopenByHand(context, [id], operator)).toMatchObject({ done: [id], left: [] })
    expect(await bookOf(world, customer)).toMatchObject([{ state: 'open', closed: 0 }])
    expect(await settleStatements(context)).toMatchObject({ settled: 0 })
    expect(await world.balanceOf(customer)).toBe(6000n)
    await settleByHand(context, [id], operator)
    expect(await balance()).toEqual({ ledger: 3000n, cached: [3000n] })
  })
})
