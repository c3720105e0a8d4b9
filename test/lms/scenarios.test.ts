import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines } from '../../connector/testing/index.ts'
import { ledgerOf } from '../../connector/testing/money.ts'
import { type Provider, startProvider } from './support/provider.ts'

const day = 86_400

describe.each(engines)('from a bill to its money on %s', (engine) => {
  let isp: Provider
  let customer: number
  beforeAll(async () => {
    isp = await startProvider(engine)
  })
  beforeEach(async () => {
    customer = await isp.world.addCustomer()
  })
  afterAll(() => isp.close())

  const balance = async () => {
    const ledger = await isp.world.balanceOf(customer)
    expect(await isp.world.cachedBalances(customer)).toEqual([ledger])
    return ledger
  }
  /** An invoice of one line or more, issued so many days ago. */
  const invoice = async (lines: string[], daysAgo = 0) => {
    const cdate = (await isp.world.now()) - daysAgo * day
    return (await isp.world.addInvoice({ customerId: customer, lines, cdate })).documentId
  }

  it('the balance of three bills: one transfer with one reference settles all', async () => {
    for (const daysAgo of [60, 30, 0]) await invoice(['40.00', '9.99'], daysAgo)
    await isp.pass()
    expect(Object.values(isp.asked(customer))).toEqual(['49.99', '49.99', '49.99'])
    const [row] = isp.payBalance(customer)
    await isp.pass()
    expect(await isp.states(customer)).toEqual(['open', 'open', 'open'])
    expect([await balance(), isp.asked(customer)]).toEqual([0n, {}])
    if (row) await isp.transfer(customer, '149.97', row)
    expect(await balance()).toBe(14997n)
    expect((await isp.pass()).payments.statements.settled).toBe(3)
    expect(await isp.states(customer)).toEqual(['settled', 'settled', 'settled'])
    expect([await balance(), isp.asked(customer)]).toEqual([0n, {}])
    expect(await ledgerOf(isp.world, customer)).toEqual([])
  })

  it('the statement before the payment: it is settled as it comes', async () => {
    const document = await invoice(['69.00'])
    await isp.pass()
    const { row, tell } = isp.pay(customer, document, { later: true })
    await isp.transfer(customer, '69.00', row)
    await isp.pass()
    expect([await balance(), isp.asked(customer)]).toEqual([0n, {}])
    tell()
    const { payments } = await isp.pass()
    expect(payments.payments).toMatchObject({ booked: 1, settled: 1 })
    expect(await isp.states(customer)).toEqual(['settled'])
    expect([await balance(), isp.asked(customer)]).toEqual([0n, {}])
    expect(await ledgerOf(isp.world, customer)).toEqual([])
  })

  it('a bulk payout with an expiration of 5 days: booked for good', async () => {
    const document = await invoice(['69.00'])
    await isp.pass()
    const { row } = isp.pay(customer, document, { arrives: 'batch' })
    await isp.pass()
    await isp.runOut()
    // A transfer of the same reference is another one: bulk payouts carry none.
    await isp.transfer(customer, '0.01', row)
    await isp.pass()
    expect(await isp.states(customer)).toEqual(['final'])
    expect([await balance(), isp.asked(customer)]).toEqual([1n, {}])
  })

  it('the newest of two documents is paid: the older one is still asked for, the paid one is not', async () => {
    const older = await invoice(['50.00'], 40)
    const newest = await invoice(['50.00'])
    await isp.pass()
    expect(isp.asked(customer)).toEqual({ [older]: '50.00', [newest]: '50.00' })
    const { row } = isp.pay(customer, newest)
    await isp.pass()
    expect(isp.asked(customer)).toEqual({ [older]: '50.00' })
    await isp.transfer(customer, '50.00', row)
    await isp.pass()
    expect(isp.asked(customer)).toEqual({ [older]: '50.00' })
    expect(await balance()).toBe(-5000n)
  })

  it('a document is edited after its payment: the difference is asked for', async () => {
    const document = await invoice(['50.00'])
    await isp.pass()
    isp.pay(customer, document)
    await isp.pass()
    await isp.world.editInvoice(document, ['50.00', '20.00'])
    await isp.pass()
    expect([await balance(), isp.asked(customer)]).toEqual([-2000n, { [document]: '20.00' }])
    await isp.world.editInvoice(document, ['30.00'])
    await isp.pass()
    expect([await balance(), isp.asked(customer)]).toEqual([2000n, {}])
  })

  it('a document is cancelled after its payment: the money goes to the next one', async () => {
    const document = await invoice(['50.00'])
    await isp.pass()
    isp.pay(customer, document)
    await isp.pass()
    await isp.world.cancelDocument(document)
    await isp.pass()
    expect([await balance(), isp.asked(customer)]).toEqual([5000n, {}])
    const next = await invoice(['80.00'])
    await isp.pass()
    expect([await balance(), isp.asked(customer)]).toEqual([-3000n, { [next]: '30.00' }])
  })

  it('a document is deleted after its payment: the cached balance is right after the next payment', async () => {
    const document = await invoice(['50.00'])
    const other = await invoice(['30.00'])
    await isp.pass()
    isp.pay(customer, document)
    await isp.pass()
    await isp.world.deleteDocument(document)
    await isp.pass()
    expect(await isp.world.balanceOf(customer)).toBe(2000n)
    expect(isp.asked(customer)).toEqual({})
    // His page still showed the bill that nothing was open of any more.
    isp.pay(customer, other, { amount: 3000n })
    await isp.pass()
    expect(await balance()).toBe(5000n)
  })

  it('a part payment and a second payment: the same link, for what is left', async () => {
    const document = await invoice(['100.00'])
    await isp.pass()
    const [first] = isp.gateway.book.active(customer)
    isp.pay(customer, document, { amount: 4000n })
    await isp.pass()
    expect(isp.asked(customer)).toEqual({ [document]: '60.00' })
    expect(isp.gateway.book.active(customer)[0]?.token).toBe(first?.token)
    isp.pay(customer, document)
    await isp.pass()
    expect([await balance(), isp.asked(customer)]).toEqual([0n, {}])
    isp.pay(customer, document, { amount: 2500n })
    await isp.pass()
    expect(await balance()).toBe(2500n)
    expect(await isp.states(customer)).toEqual(['open', 'open', 'open'])
  })

  it('a refund before settlement: the temporary row shrinks, and so does the transfer', async () => {
    const document = await invoice(['100.00'])
    await isp.pass()
    const { row } = isp.pay(customer, document)
    await isp.pass()
    isp.giveBack(row, 30)
    await isp.pass()
    expect([await balance(), isp.asked(customer)]).toEqual([-3000n, { [document]: '30.00' }])
    await isp.transfer(customer, '70.00', row)
    await isp.pass()
    expect(await isp.states(customer)).toEqual(['settled'])
    expect([await balance(), isp.asked(customer)]).toEqual([-3000n, { [document]: '30.00' }])
  })

  it('a refund after settlement: a row below zero, and the debt is asked for again', async () => {
    const document = await invoice(['100.00'])
    await isp.pass()
    const { row } = isp.pay(customer, document)
    await isp.transfer(customer, '100.00', row)
    await isp.pass()
    isp.giveBack(row, 100, 'payment.reversed')
    await isp.pass()
    await isp.pass()
    expect(await ledgerOf(isp.world, customer)).toMatchObject([
      { value: '-100.00', comment: expect.stringMatching(/^Zwrot wpłaty online: /) },
    ])
    expect([await balance(), isp.asked(customer)]).toEqual([-10000n, { [document]: '100.00' }])
  })

  it('expiry, then the late transfer: asked for in between, then not any more', async () => {
    const document = await invoice(['100.00'])
    await isp.pass()
    const { row } = isp.pay(customer, document)
    await isp.pass()
    await isp.runOut()
    await isp.pass()
    expect(await isp.states(customer)).toEqual(['expired'])
    expect([await balance(), isp.asked(customer)]).toEqual([-10000n, { [document]: '100.00' }])
    await isp.transfer(customer, '100.00', row)
    await isp.pass()
    expect(await isp.states(customer)).toEqual(['settled'])
    expect([await balance(), isp.asked(customer)]).toEqual([0n, {}])
  })

  it('a customer is deleted: his payment is kept and shown, nobody else waits for it', async () => {
    const other = await isp.world.addCustomer()
    const [mine, theirs] = [
      await invoice(['10.00']),
      await isp.world.addInvoice({ customerId: other, lines: ['5.00'] }),
    ]
    await isp.pass()
    isp.pay(customer, mine)
    isp.pay(other, theirs.documentId)
    await isp.world.lms.db.deleteFrom('customers').where('id', '=', customer).execute()
    const { payments } = await isp.pass()
    expect(payments.payments).toMatchObject({ booked: 1, kept: 1 })
    expect(await isp.world.balanceOf(other)).toBe(0n)
    expect(await isp.states(customer)).toEqual(['kept'])
    expect(isp.asked(customer)).toEqual({})
    expect((await isp.pass()).payments.payments).toMatchObject({ booked: 0, kept: 0 })
  })

  it('the plugin is switched off in LMS: payments are booked, links stay as they are', async () => {
    const document = await invoice(['100.00'])
    await isp.pass()
    isp.pay(customer, document, { amount: 4000n })
    await isp.context.set('phpui.plugins', '')
    await invoice(['5.00'])
    const { links } = await isp.pass()
    expect(links).toMatchObject({ skipped: 'plugin-off', requests: 0 })
    expect(await balance()).toBe(-6500n)
    expect(Object.keys(isp.asked(customer))).toEqual([String(document)])
    await isp.context.set('phpui.plugins', 'BillGateway')
    await isp.pass()
    expect(Object.values(isp.asked(customer)).sort()).toEqual(['5.00', '60.00'])
  })
})

describe.each(engines)('play money on %s', (engine) => {
  it('of a test gateway is refused and shown, until billtech.allow_test is set', async () => {
    const isp = await startProvider(engine, { test: true })
    try {
      const customer = await isp.world.addCustomer()
      const { documentId } = await isp.world.addInvoice({ customerId: customer, lines: ['100.00'] })
      await isp.pass()
      isp.pay(customer, documentId)
      const { payments } = (await isp.pass()).payments
      expect(payments.booked).toBe(0)
      expect(payments.refused).toBeGreaterThan(0)
      expect(await isp.world.balanceOf(customer)).toBe(-10000n)
      const shown = await isp.world.lms.db.selectFrom('billtech_refused').select('reason_code').execute()
      expect(shown).toContainEqual({ reason_code: 'test' })
    } finally {
      await isp.close()
    }
  })
})
