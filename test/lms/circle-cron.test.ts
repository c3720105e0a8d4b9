import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../connector/testing/index.ts'
import { startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'
import {
  blockedDebtor,
  expectPaid,
  expectSettled,
  linksOf,
  moneyOf,
  payInSandbox,
  statusOf,
} from './support/circle.ts'
import { type Installation, installAt } from './support/installation.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway()
})
afterAll(() => gateway.close())

describe.each(engines)('the circle with the commands of cron, on %s', (engine) => {
  let lms: Installation
  beforeAll(async () => {
    lms = await installAt(gateway, engine)
  })
  afterAll(() => lms.close())

  const linksPass = async () => JSON.parse(await lms.program.run(['update-links', '--json', ...quiet]))
  const paymentsPass = async () => JSON.parse(await lms.program.run(['update-payments', '--json', ...quiet]))
  const quiet = ['--log-level', 'silent']

  it('two invoices: links, payment of the whole balance, transfer, settled, and nothing left to do', async () => {
    const { customerId } = await blockedDebtor(lms, [['60.00'], ['9.99']])
    expect(await linksPass()).toMatchObject({ done: true, made: 2, refused: 0 })
    const [first, second] = await linksOf(lms, customerId)
    const { referenceNumber, amount } = await payInSandbox(lms, first?.token ?? '', 'balance')
    expect(amount).toBe(69.99)

    expect(await paymentsPass()).toMatchObject({ done: true, payments: { booked: 2, kept: 0, refused: 0 } })
    await expectPaid(lms, customerId, ['60.00', '9.99'])
    expect(await linksPass()).toMatchObject({ done: true, made: 0, updated: 0, cancelled: 2 })
    expect(await linksOf(lms, customerId)).toEqual([])

    const value = '69.99'
    const description = `Kowalska ref|${referenceNumber.replace('-', '')}`
    const { importId } = await lms.world.addStatement({ customerId, value, description })
    expect(await paymentsPass()).toMatchObject({ done: true, statements: { settled: 2, differences: 0 } })
    await expectSettled(lms, customerId, { importId, value })
    expect(await paymentsPass()).toMatchObject({
      payments: { booked: 0 },
      statements: { settled: 0 },
      repaired: 0,
    })
    expect(await linksPass()).toMatchObject({ made: 0, updated: 0, cancelled: 0 })
    for (const link of [first, second]) expect(await statusOf(lms, link?.token ?? '')).toBe('paid')
  })

  it('the pass over links alone books what was paid before it asks for anything', async () => {
    const { customerId } = await blockedDebtor(lms, [['25.00']])
    await linksPass()
    const [link] = await linksOf(lms, customerId)
    await payInSandbox(lms, link?.token ?? '', 'link')
    await lms.world.addInvoice({ customerId, lines: ['5.00'] })
    expect(await linksPass()).toMatchObject({ done: true, made: 1, cancelled: 1 })
    expect((await moneyOf(lms, customerId)).map(({ value }) => value)).toEqual(['25.00'])
    expect((await linksOf(lms, customerId)).map(({ amount }) => amount)).toEqual(['5.00'])
  })

  it('a statement that is faster than the payment leaves one set of money', async () => {
    const { customerId } = await blockedDebtor(lms, [['31.00']])
    await linksPass()
    const [link] = await linksOf(lms, customerId)
    const { referenceNumber } = await payInSandbox(lms, link?.token ?? '', 'link')
    const value = '31.00'
    const { importId } = await lms.world.addStatement({
      customerId,
      value,
      description: `ref: ${referenceNumber}`,
    })
    expect(await paymentsPass()).toMatchObject({ done: true, payments: { booked: 1, settled: 1 } })
    await expectSettled(lms, customerId, { importId, value })
    await linksPass()
    expect(await linksOf(lms, customerId)).toEqual([])
  })
})
