import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askBridge } from '../../connector/src/bridge/index.ts'
import { engines } from '../../connector/testing/index.ts'
import { startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'
import { until } from '../support/until.ts'
import {
  blockedDebtor,
  blockOf,
  expectPaid,
  expectSettled,
  linksOf,
  payInSandbox,
  paymentsOf,
  statusOf,
  untilLinks,
} from './support/circle.ts'
import type { Running } from './support/connector-process.ts'
import { type Installation, installAt } from './support/installation.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway()
})
afterAll(() => gateway.close())

describe.each(engines)('the circle with the connector in watch, on %s', (engine) => {
  let lms: Installation
  let watch: Running
  beforeAll(async () => {
    lms = await installAt(gateway, engine)
  })
  afterAll(() => lms.close())

  it('one invoice: link, payment, unblocked, transfer, settled', async () => {
    const { customerId, documents } = await blockedDebtor(lms, [['50.00', '19.00']])
    watch = lms.program.start(['watch'])
    const [link] = await untilLinks(lms, customerId, 1)
    expect(link).toMatchObject({ operation_id: String(documents[0]), amount: '69.00' })
    expect((await blockOf(lms, customerId)).isOn).toBe(false)

    const { referenceNumber, amount } = await payInSandbox(lms, link?.token ?? '', 'link')
    expect(amount).toBe(69)
    await until('the payment is in the ledger', async () => (await paymentsOf(lms, customerId)).length === 1)
    await expectPaid(lms, customerId, ['69.00'])
    await until('the link has ended', async () => (await linksOf(lms, customerId, 'paid')).length === 1)
    expect(await statusOf(lms, link?.token ?? '')).toBe('paid')

    const value = '69.00'
    const description = `PRZELEW PRZYCHODZĄCY, REF: ${referenceNumber}, KOWALSKA`
    const { importId } = await lms.world.addStatement({ customerId, value, description })
    expect(await askBridge(lms.place, 'statement', { importIds: [importId] }, 60_000)).toEqual({
      importIds: 1,
    })
    await until('it is settled', async () => (await paymentsOf(lms, customerId))[0]?.state === 'settled')
    await expectSettled(lms, customerId, { importId, value })
    expect(await linksOf(lms, customerId)).toEqual([])
  })

  it('the whole balance: three bills, one payment, one transfer', async () => {
    const { customerId } = await blockedDebtor(lms, [['50.00'], ['19.00', '1.01'], ['0.01']])
    // Where watch is at it in this very moment, the command leaves it to that.
    await until('a pass by command', async () => {
      const answer = await lms.program.run(['update-links', '--json', '--log-level', 'silent'])
      return JSON.parse(answer).done === true
    })
    const links = await untilLinks(lms, customerId, 3)
    const { referenceNumber, amount } = await payInSandbox(lms, links[1]?.token ?? '', 'balance')
    expect(amount).toBe(70.02)
    await until('all of it is in the ledger', async () => (await paymentsOf(lms, customerId)).length === 3)
    const paid = await paymentsOf(lms, customerId)
    expect(new Set(paid.map((row) => row.reference_number))).toEqual(new Set([referenceNumber]))
    await expectPaid(
      lms,
      customerId,
      paid.map((row) => row.amount),
    )
    expect(paid.map((row) => row.amount).sort()).toEqual(['0.01', '20.01', '50.00'])

    const value = '70.02'
    const description = `ref ${referenceNumber}`
    const { importId } = await lms.world.addStatement({ customerId, value, description })
    await askBridge(lms.place, 'statement', { importIds: [importId] }, 60_000)
    await until('it is settled', async () =>
      (await paymentsOf(lms, customerId)).every(({ state }) => state === 'settled'),
    )
    await expectSettled(lms, customerId, { importId, value })
    for (const { token } of links) expect(await statusOf(lms, token)).toBe('paid')
  })

  it('ends when it is told to, and leaves nobody locked out', async () => {
    const { status, output } = await watch.end('SIGTERM')
    expect(status, output).toBe(0)
    expect(output).toContain('stopped')
    expect(await lms.world.lms.db.selectFrom('billtech_lease').selectAll().execute()).toEqual([])
    expect(await lms.world.lms.db.selectFrom('billtech_refused').selectAll().execute()).toEqual([])
  })
})
