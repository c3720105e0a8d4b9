import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../gateway/testing/gateway.ts'
import { createLink, pay, search, statusOf } from './support/bill.ts'
import { lmsBill, newInstallation } from './support/installation.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway()
})
afterAll(() => gateway?.close())

describe('the plugin’s dialect: search', () => {
  it('wants a bare array from -3600, also an empty one, and rows in its form', async () => {
    const { one, rows, call } = await newInstallation(gateway)
    const token = await one(lmsBill())
    expect(await rows()).toEqual([])
    await pay(gateway.api, token, {}, call)
    const [row] = await rows(-3600)
    expect(row).toMatchObject({ token, amount: 123.45, integrationVersion: 'V1', userId: expect.any(String) })
    expect(row?.paidAt).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/)
    expect(await rows(Math.floor(Date.now() / 1000) - 3600)).toHaveLength(1)
  })

  it('shows only payments of links made in the dialect', async () => {
    const { one, rows, call } = await newInstallation(gateway)
    const plain = await createLink(gateway.api, {}, call)
    const token = await one(lmsBill())
    await pay(gateway.api, plain.token, {}, call)
    await pay(gateway.api, token, {}, call)
    expect((await rows()).map((row) => row.token)).toEqual([token])
    expect(await search(gateway.api, 'fromDate=0', call)).toHaveLength(2)
  })

  it('a row carries the link’s token only where its payment completed the link, else token.n, all distinct', async () => {
    const { one, rows, call } = await newInstallation(gateway)
    const token = await one(lmsBill({ amount: 100, operationId: 'x' }))
    // The payer is shown 40, the bill becomes 100 before the money comes: a part payment; then the rest.
    const item = lmsBill({ operationId: 'part' })
    const partly = await one({ ...item, amount: 40 })
    await pay(gateway.api, partly, { outcome: 'late', method: 'bank' }, call)
    await one({ ...item, amount: 100 })
    await gateway.api('/pay/v1/test/clock', { body: { advance: 'P2D' }, ...call })
    expect(await statusOf(gateway.api, partly, call)).toMatchObject({
      status: 'active',
      amounts: { open: 60 },
    })
    await pay(gateway.api, partly, {}, call)
    await pay(gateway.api, token, {}, call)
    const found = await rows()
    const tokens = found.map((row) => row.token)
    expect(tokens).toEqual([expect.stringMatching(new RegExp(`^${partly}\\.\\d+$`)), partly, token])
    expect(found.map((row) => row.amount)).toEqual([40, 60, 100])
    expect(await rows()).toEqual(found)
  })

  it('a second payment of a paid link carries token.n', async () => {
    const { one, rows, call } = await newInstallation(gateway)
    const token = await one(lmsBill({ amount: 30 }))
    await pay(gateway.api, token, { outcome: 'late', method: 'bank' }, call)
    await pay(gateway.api, token, {}, call)
    await gateway.api('/pay/v1/test/clock', { body: { advance: 'P2D' }, ...call })
    const found = await rows()
    expect(found.map((row) => row.token)).toEqual([
      token,
      expect.stringMatching(new RegExp(`^${token}\\.\\d+$`)),
    ])
  })

  it('leaves out transfers where the provider’s billing system imports them itself', async () => {
    for (const [importsTransfers, shown] of [
      [true, 1],
      [false, 2],
    ] as const) {
      const { provider, made, rows, call } = await newInstallation(gateway, { importsTransfers })
      const links = await made(lmsBill(), lmsBill())
      for (const link of links) await pay(gateway.api, link.token, {}, call)
      // The transfer method itself comes later; what search shows depends on the row alone.
      await gateway.database.pool.query('alter table payment disable trigger payment_append_only')
      await gateway.database.pool.query(
        `update payment set channel = 'transfer', method = 'transfer'
         where id = (select min(id) from payment where provider_id = $1) and provider_id = $1`,
        [provider.id],
      )
      await gateway.database.pool.query('alter table payment enable trigger payment_append_only')
      expect(await rows()).toHaveLength(shown)
      expect(await search(gateway.api, 'fromDate=0', call)).toHaveLength(2)
    }
  })
})
