import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../gateway/testing/gateway.ts'
import { bill, cancel, createLink, createLinks, eventsAfter, pay, search, statusOf } from './support/bill.ts'
import { expectSoundBooks } from './support/books.ts'
import { until } from './support/until.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway()
})
afterEach(() => expectSoundBooks(gateway.platform.db))
afterAll(() => gateway?.close())

/** A payer who starts a bank payment of a bill, and money that comes days later. */
async function lateMoney(amount: number, operationId = 'bill') {
  const { credentials } = await gateway.newProvider()
  const call = { credentials }
  const pair = { userId: String(bill().userId), operationId }
  const link = await createLink(gateway.api, { ...pair, amount }, call)
  const checkout = await pay(gateway.api, link.token, { outcome: 'late', method: 'bank' }, call)
  return {
    call,
    pair,
    token: link.token,
    checkout,
    status: (token = link.token) => statusOf(gateway.api, token, call),
    async arrives() {
      await gateway.api('/pay/v1/test/clock', { body: { advance: 'P2D' }, ...call })
      return until('the money has come', async () => {
        const rows = await search(gateway.api, 'fromDate=0', call)
        return rows.some((row) => row.referenceNumber === checkout.referenceNumber) && rows
      })
    },
  }
}

describe('money that comes when its links have changed', () => {
  it('the checkout had expired: the link is paid all the same', async () => {
    const { token, status, arrives } = await lateMoney(40)
    expect(await arrives()).toMatchObject([{ token, amount: 40, unallocated: 0 }])
    expect(await status()).toMatchObject({ status: 'paid', processing: false })
  })

  it('the amount rose: the checkout keeps what it showed, and the link stays active for the rest', async () => {
    const { token, call, pair, status, arrives } = await lateMoney(40)
    await createLink(gateway.api, { ...pair, amount: 100 }, call)
    expect(await arrives()).toMatchObject([{ token, amount: 40, unallocated: 0 }])
    expect(await status()).toMatchObject({ status: 'active', amounts: { asked: 100, paid: 40, open: 60 } })
    const page = await gateway.api(`/single-payment/${token}?lang=en`, { credentials: null })
    expect(page.text).toMatch(/60\.00/)
    await pay(gateway.api, token, {}, call)
    expect(await status()).toMatchObject({ status: 'paid', amounts: { paid: 100, open: 0 } })
  })

  it('the amount fell: the link takes what it owes, the rest is unallocated', async () => {
    const { token, call, pair, status, arrives } = await lateMoney(40)
    await createLink(gateway.api, { ...pair, amount: 15 }, call)
    expect(await arrives()).toMatchObject([{ token, amount: 40, unallocated: 25 }])
    expect(await status()).toMatchObject({ status: 'paid', amounts: { paid: 15 } })
  })

  it('cancelled and made anew: it goes to the active link of the same pair', async () => {
    const { token, call, pair, status, arrives } = await lateMoney(40)
    await cancel(gateway.api, token, { resolution: 'CANCELLED' }, call)
    const again = await createLink(gateway.api, { ...pair, amount: 30 }, call)
    const rows = await arrives()
    expect(rows.reduce((sum, row) => sum + row.amount, 0)).toBe(40)
    expect(rows.reduce((sum, row) => sum + row.unallocated, 0)).toBe(10)
    expect(await status(again.token)).toMatchObject({ status: 'paid', amounts: { paid: 30 } })
    expect(await status()).toMatchObject({ status: 'cancelled', amounts: { paid: 0 } })
  })

  it('cancelled for good: it is kept unallocated and told', async () => {
    const { token, call, checkout, arrives } = await lateMoney(40)
    await cancel(gateway.api, token, { resolution: 'PAID' }, call)
    expect(await arrives()).toMatchObject([{ token, amount: 40, unallocated: 40 }])
    const told = (await eventsAfter(gateway.api, '0', call)).at(-1)
    expect(told).toMatchObject({
      type: 'payment.succeeded',
      data: { referenceNumber: checkout.referenceNumber, amount: 40, rows: [{ unallocated: 40 }] },
    })
  })

  it('paid meanwhile by another checkout: both payments are there, the second unallocated', async () => {
    const { token, call, status, arrives } = await lateMoney(40)
    await pay(gateway.api, token, {}, call)
    const rows = await arrives()
    expect(rows.map((row) => row.unallocated)).toEqual([0, 40])
    expect(new Set(rows.map((row) => row.referenceNumber)).size).toBe(2)
    expect(await status()).toMatchObject({ status: 'paid', amounts: { paid: 40 }, payments: [{}, {}] })
  })

  it('of several bills one was cancelled: the others are paid, its share is kept', async () => {
    const { credentials } = await gateway.newProvider()
    const call = { credentials }
    const userId = bill().userId
    const links = await createLinks(
      gateway.api,
      [10, 20, 30].map((amount) => bill({ userId, amount })),
      call,
    )
    const [first, second, third] = links.map((link) => link.token)
    await pay(gateway.api, first ?? '', { scope: 'balance', outcome: 'late', method: 'card' }, call)
    await cancel(gateway.api, second ?? '', { resolution: 'CANCELLED' }, call)
    await gateway.api('/pay/v1/test/clock', { body: { advance: 'P2D' }, ...call })
    const rows = await until('the money has come', async () => {
      const found = await search(gateway.api, 'fromDate=0', call)
      return found.length > 0 && found
    })
    expect(Object.fromEntries(rows.map((row) => [row.token, [row.amount, row.unallocated]]))).toEqual({
      [first ?? '']: [10, 0],
      [second ?? '']: [20, 20],
      [third ?? '']: [30, 0],
    })
  })
})
