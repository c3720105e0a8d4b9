import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines } from '../../connector/testing/index.ts'
import { type Provider, startProvider } from './support/provider.ts'

const day = 86_400

describe.each(engines)('a blocked customer pays, on %s', (engine) => {
  let isp: Provider
  let customer: number
  let document: number
  beforeAll(async () => {
    isp = await startProvider(engine)
  })
  beforeEach(async () => {
    await isp.world.lms.db.deleteFrom('billtech_info').where('keytype', '=', 'nodes:seen').execute()
    await isp.context.set('blocking', 'auto')
    await isp.context.set('manage_cutoff', 'true')
    customer = await isp.world.addCustomer({ nodes: 2 })
    const cdate = (await isp.world.now()) - 60 * day
    const invoice = await isp.world.addInvoice({ customerId: customer, lines: ['50.00'], cdate })
    document = invoice.documentId
  })
  afterAll(() => isp.close())

  const nodes = async () => {
    const rows = await isp.world.lms.db
      .selectFrom('nodes')
      .select(['access', 'warning'])
      .where('ownerid', '=', customer)
      .execute()
    return rows.map(({ access, warning }) => `${access}${warning}`).join(' ')
  }
  const read = () =>
    isp.world.lms.db
      .selectFrom('customers')
      .select(['status', 'cutoffstop'])
      .where('id', '=', customer)
      .executeTakeFirstOrThrow()
  const blockAndPay = async (how: 'cutoff' | 'notify', amount?: bigint) => {
    await isp.world.block(customer, how)
    await isp.pass()
    isp.pay(customer, document, amount === undefined ? {} : { amount })
    await isp.pass()
  }

  it('and is let in, held off blocking until the temporary payment ends', async () => {
    const before = await isp.world.now()
    await blockAndPay('cutoff')
    expect(await nodes()).toBe('10 10')
    const { cutoffstop } = await read()
    expect(cutoffstop).toBeGreaterThanOrEqual(before + 5 * day)
    expect(cutoffstop).toBeLessThanOrEqual((await isp.world.now()) + 5 * day)
  })

  it('too little, and stays blocked until he pays the rest', async () => {
    await blockAndPay('cutoff', 4999n)
    expect(await nodes()).toBe('01 01')
    expect((await read()).cutoffstop).toBe(0)
    isp.pay(customer, document)
    await isp.pass()
    expect(await nodes()).toBe('10 10')
  })

  it('and is left blocked where billtech.manage_cutoff is off', async () => {
    await isp.context.set('manage_cutoff', 'false')
    await blockAndPay('cutoff')
    expect(await nodes()).toBe('01 01')
    expect(await isp.world.balanceOf(customer)).toBe(0n)
  })

  it('after lms-notify’s block, which is undone as a whole', async () => {
    await blockAndPay('notify')
    expect(await nodes()).toBe('10 10')
    expect((await read()).status).toBe(3)
  })

  it('with one node that an operator has switched off, which stays off', async () => {
    const [first] = await isp.world.lms.db
      .selectFrom('nodes')
      .select('id')
      .where('ownerid', '=', customer)
      .orderBy('id')
      .execute()
    await isp.world.lms.db
      .updateTable('nodes')
      .set({ access: 0 })
      .where('id', '=', first?.id ?? 0)
      .execute()
    await isp.pass()
    await blockAndPay('cutoff')
    expect((await nodes()).split(' ').sort()).toEqual(['01', '10'])
  })

  it.each([
    ['auto', '10 10'],
    ['notify', '01 01'],
  ])('after lms-cutoff’s block while others have lms-notify’s status: blocking %s', async (job, expected) => {
    await isp.context.set('blocking', job)
    await isp.world.addCustomer({ status: 5 })
    await blockAndPay('cutoff')
    expect(await nodes()).toBe(expected)
  })
})
