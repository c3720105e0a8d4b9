import type { PaymentRow } from '@bill-gateway/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'
import {
  bill,
  cancel,
  createLink,
  createLinks,
  expectProblem,
  pay,
  pointersOf,
  search,
  statusOf,
} from '../support/bill.ts'
import { until } from '../support/until.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway()
})
afterAll(() => gateway?.close())

/** A provider of its own, so that a test sees its own rows only. */
async function newBiller(values = {}) {
  const { credentials } = await gateway.newProvider(values)
  const call = { credentials }
  return { call, rows: (query?: string) => search(gateway.api, query, call) }
}

const now = () => Math.floor(Date.now() / 1000)
const grosze = (amount: number) => Math.round(amount * 100)

describe('search', () => {
  it('has every field of a row, of its type', async () => {
    const { call, rows } = await newBiller({ taxId: '5260250274' })
    const link = await createLink(gateway.api, { userId: 'user-1234', operationId: 13912 }, call)
    const payment = await pay(gateway.api, link.token, { method: 'blik' }, call)
    const [row, ...others] = await rows()
    expect(others).toEqual([])
    expect(row).toEqual({
      id: expect.stringMatching(/.+/),
      token: link.token,
      userId: 'user-1234',
      operationId: '13912',
      amount: 123.45,
      unallocated: 0,
      title: 'FV 123/2020',
      invoiceNumber: '',
      paidAt: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/),
      referenceNumber: expect.stringMatching(/^\d{8}-\d{6}$/),
      method: 'blik',
      arrives: 'transfer',
      companyTaxId: '5260250274',
      integrationVersion: 'V1',
      test: true,
    })
    expect(payment.rows).toEqual([row])
  })

  it('no payment: an empty array', async () => {
    expect(await (await newBiller()).rows()).toEqual([])
  })

  it('a payment of several links: a row for each, with one reference number, adding up to it', async () => {
    const { call, rows } = await newBiller()
    const userId = bill().userId
    const links = await createLinks(
      gateway.api,
      [10.01, 20.02, 30.03].map((amount) => bill({ userId, amount })),
      call,
    )
    const payment = await pay(gateway.api, links[0]?.token ?? '', { scope: 'balance' }, call)
    const found = await rows()
    expect(found).toHaveLength(3)
    expect(new Set(found.map((row) => row.referenceNumber))).toEqual(new Set([payment.referenceNumber]))
    expect(found.reduce((sum, row) => sum + grosze(row.amount), 0)).toBe(6006)
    expect(payment.amount).toBe(60.06)
    expect(new Set(found.map((row) => row.token))).toEqual(new Set(links.map((link) => link.token)))
    expect(new Set(found.map((row) => row.id)).size).toBe(3)
  })

  it('unallocated: money for a link that was cancelled meanwhile has its row all the same', async () => {
    const { call, rows } = await newBiller()
    const { token } = await createLink(gateway.api, { amount: 50 }, call)
    await pay(gateway.api, token, { outcome: 'late', method: 'bank' }, call)
    await cancel(gateway.api, token, { resolution: 'CANCELLED' }, call)
    await gateway.api('/pay/v1/test/clock', { body: { advance: 'P2D' }, ...call })
    const [row] = await until('the late payment', async () => {
      const found = await rows()
      return found.length > 0 && found
    })
    expect(row).toMatchObject({ token, amount: 50, unallocated: 50 })
    expect(await statusOf(gateway.api, token, call)).toMatchObject({
      status: 'cancelled',
      amounts: { paid: 0 },
    })
  })

  it('overpaid: the part that the link could not take is told', async () => {
    const { call, rows } = await newBiller()
    const { token } = await createLink(gateway.api, { amount: 50 }, call)
    await pay(gateway.api, token, { outcome: 'wrong-amount' }, call)
    expect(await rows()).toMatchObject([{ token, amount: 50.01, unallocated: 0.01 }])
    expect(await statusOf(gateway.api, token, call)).toMatchObject({ status: 'paid', amounts: { paid: 50 } })
  })

  it.each(['transfer', 'batch'])('arrives: %s, as the method says', async (arrives) => {
    const { call, rows } = await newBiller()
    const { token } = await createLink(gateway.api, {}, call)
    await pay(gateway.api, token, { arrives }, call)
    expect(await rows()).toMatchObject([{ arrives }])
  })

  it('oldest first', async () => {
    const { call, rows } = await newBiller()
    const links = await createLinks(gateway.api, [bill(), bill(), bill()], call)
    for (const link of [links[2], links[0], links[1]]) await pay(gateway.api, link?.token ?? '', {}, call)
    expect((await rows()).map((row) => row.token)).toEqual([
      links[2]?.token,
      links[0]?.token,
      links[1]?.token,
    ])
  })

  it.each(['0', '-1', '-3600', '-62135596800', '-99999999999'])('fromDate=%s gives all', async (fromDate) => {
    const { call, rows } = await newBiller()
    const { token } = await createLink(gateway.api, {}, call)
    await pay(gateway.api, token, {}, call)
    expect(await rows(`fromDate=${fromDate}`)).toHaveLength(1)
  })

  it('fromDate is inclusive and compares with the moment of recording', async () => {
    const { call, rows } = await newBiller()
    const { token } = await createLink(gateway.api, {}, call)
    const before = now()
    await pay(gateway.api, token, {}, call)
    expect(await rows(`fromDate=${before}`)).toHaveLength(1)
    expect(await rows(`fromDate=${now() + 1}`)).toEqual([])
    expect(await rows('fromDate=99999999999')).toEqual([])
  })

  it('a payment that says it was made days ago reaches a client that polls from its recording', async () => {
    const { call, rows } = await newBiller()
    const { token } = await createLink(gateway.api, {}, call)
    await gateway.api('/pay/v1/test/clock', { body: { advance: 'P20D' }, ...call })
    const before = now()
    const payment = await pay(gateway.api, token, {}, call)
    expect(Date.parse(payment.paidAt ?? '')).toBeGreaterThan(Date.now() + 19 * 86_400_000)
    expect(await rows(`fromDate=${before}`)).toHaveLength(1)
    expect(await rows(`fromDate=${now() + 1}`)).toEqual([])
  })

  it.each(['', 'fromDate=', 'fromDate=abc', 'fromDate=1.5', 'fromDate=99999999999999999999'])(
    '"%s" is 400 and names the field',
    async (query) => {
      const answer = await gateway.api(`/pay/v1/payments/search?${query}`)
      expectProblem(answer, 400, 'validation_failed')
      expect(pointersOf(answer)).toEqual([expect.stringMatching(/fromDate$/)])
    },
  )

  it('limit gives pages, each with the address of the next, and in all what the whole has', async () => {
    const { call, rows } = await newBiller()
    const userId = bill().userId
    const links = await createLinks(
      gateway.api,
      Array.from({ length: 7 }, () => bill({ userId })),
      call,
    )
    await pay(gateway.api, links[0]?.token ?? '', { scope: 'balance' }, call)
    const single = await createLink(gateway.api, {}, call)
    await pay(gateway.api, single.token, {}, call)
    const whole = await rows()
    expect(whole).toHaveLength(8)
    const pages = await readPages('/pay/v1/payments/search?fromDate=0&limit=3', call)
    expect(pages.map((page) => page.length)).toEqual([3, 3, 2])
    expect(pages.flat()).toEqual(whole)
  })

  it('nothing is cut: 1,200 bills paid are 1,200 rows', async () => {
    const { call, rows } = await newBiller()
    const userId = bill().userId
    const links = []
    for (let request = 0; request < 12; request++) {
      links.push(
        ...(await createLinks(
          gateway.api,
          Array.from({ length: 100 }, () => bill({ userId, amount: 1 })),
          call,
        )),
      )
    }
    // A checkout takes 500 bills at most.
    for (const index of [0, 500, 1000]) {
      const tokens = links.slice(index, index + 500).map((link) => link.token)
      await pay(gateway.api, tokens[0] ?? '', { scope: 'balance', tokens }, call)
    }
    const found = await rows()
    expect(found).toHaveLength(1200)
    expect(new Set(found.map((row) => row.token)).size).toBe(1200)
  })

  it.each(['0', '-1', 'x', '1.5'])('limit=%s is 400', async (limit) => {
    const answer = await gateway.api(`/pay/v1/payments/search?fromDate=0&limit=${limit}`)
    expectProblem(answer, 400, 'validation_failed')
    expect(pointersOf(answer)).toEqual([expect.stringMatching(/limit$/)])
  })

  it('shows only the provider’s own', async () => {
    const first = await newBiller()
    const { token } = await createLink(gateway.api, {}, first.call)
    await pay(gateway.api, token, {}, first.call)
    expect(await (await newBiller()).rows()).toEqual([])
  })
})

async function readPages(path: string, call: object): Promise<PaymentRow[][]> {
  const pages: PaymentRow[][] = []
  for (let next: string | undefined = path; next; ) {
    const answer = await gateway.api(next, call)
    expect(answer.status, answer.text).toBe(200)
    pages.push(answer.body as PaymentRow[])
    next = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1]
    if (pages.length > 20) throw new Error('the pages have no end')
  }
  return pages
}
