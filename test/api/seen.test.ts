import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'
import { bill, createLink, eventsAfter, pay, statusOf } from '../support/bill.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway()
})
afterAll(() => gateway?.close())

describe('create: the race of an update with a payment', () => {
  /** A biller with one bill that the payer has just paid, and the ids of the events around the payment. */
  const paidBill = async (amount = 100) => {
    const { credentials } = await gateway.newProvider()
    const call = { credentials }
    const pair = { userId: String(bill().userId), operationId: 'bill' }
    const paid = await createLink(gateway.api, { ...pair, amount }, call)
    await pay(gateway.api, paid.token, {}, call)
    const { rows } = await gateway.database.pool.query<{ id: string; type: string }>(
      `select id::text, type from event where provider_id = (select provider_id from link_token where token = decode($1, 'hex')) order by id`,
      [paid.token],
    )
    const ids = rows.map((row) => row.id)
    return { call, pair, paid, createdId: ids[0] ?? '', paymentId: ids.at(-1) ?? '' }
  }

  it('with seen, payments after that event are subtracted: nothing left, so the paid link is the answer', async () => {
    const { call, pair, paid, createdId } = await paidBill()
    const again = await createLink(gateway.api, { ...pair, amount: 100, seen: createdId }, call)
    expect(again.token).toBe(paid.token)
    expect((await statusOf(gateway.api, paid.token, call)).status).toBe('paid')
    const { rows } = await gateway.database.pool.query(
      `select count(*)::int as links from payment_link where operation_id = 'bill' and payer_id = (select payer_id from payment_link where token = decode($1, 'hex'))`,
      [paid.token],
    )
    expect(rows).toEqual([{ links: 1 }])
  })

  it('with seen, what is left of a greater amount makes a new link', async () => {
    const { call, pair, paid, createdId } = await paidBill()
    const again = await createLink(gateway.api, { ...pair, amount: 130.5, seen: createdId }, call)
    expect(again.token).not.toBe(paid.token)
    expect((await statusOf(gateway.api, again.token, call)).amounts).toMatchObject({ open: 30.5 })
  })

  it('with seen after the payment, nothing is subtracted', async () => {
    const { call, pair, paid, paymentId } = await paidBill()
    const again = await createLink(gateway.api, { ...pair, amount: 100, seen: paymentId }, call)
    expect(again.token).not.toBe(paid.token)
    expect((await statusOf(gateway.api, again.token, call)).amounts.open).toBe(100)
  })

  it('with seen, only payments of the same pair count', async () => {
    const { call, pair, createdId } = await paidBill()
    const other = await createLink(
      gateway.api,
      { ...pair, operationId: 'other', amount: 50, seen: createdId },
      call,
    )
    expect((await statusOf(gateway.api, other.token, call)).amounts.open).toBe(50)
  })

  it('without seen, while the payment was not fetched, the new link’s page says that one is on its way', async () => {
    const { call, pair } = await paidBill()
    const again = await createLink(gateway.api, { ...pair, amount: 100 }, call)
    const page = () => gateway.api(`/single-payment/${again.token}?lang=en`, { credentials: null })
    const before = (await page()).text
    await eventsAfter(gateway.api, '0', call)
    const after = (await page()).text
    expect(before).toMatch(/already\shave\sa\spayment/i)
    expect(after).not.toMatch(/already\shave\sa\spayment/i)
  })
})
