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
import { expectSoundBooks } from '../support/books.ts'
import { until } from '../support/until.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway()
})
afterAll(() => gateway?.close())

const payAnswer = (token: string, body: unknown) =>
  gateway.api(`/pay/v1/test/payments/${token}/pay`, { body })

describe('test pay', () => {
  it('scope link pays this link only; scope balance all of the payer; tokens those named', async () => {
    const userId = bill().userId
    const links = await createLinks(
      gateway.api,
      [1, 2, 3, 4].map((amount) => bill({ userId, amount })),
    )
    const [a, b, c, d] = links.map((link) => link.token)
    expect(await pay(gateway.api, a ?? '')).toMatchObject({
      amount: 1,
      status: 'succeeded',
      rows: [{ token: a }],
    })
    const some = await pay(gateway.api, b ?? '', { scope: 'balance', tokens: [b, d] })
    expect(some.amount).toBe(6)
    expect((await statusOf(gateway.api, c ?? '')).status).toBe('active')
    expect(await pay(gateway.api, c ?? '', { scope: 'balance' })).toMatchObject({ amount: 3 })
  })

  it.each(['blik', 'bank', 'card'])(
    'method %s is told in row and status; blik is the default',
    async (method) => {
      const { token } = await createLink(gateway.api)
      expect(await pay(gateway.api, token, { method })).toMatchObject({ method, rows: [{ method }] })
      const other = await createLink(gateway.api)
      expect((await pay(gateway.api, other.token)).method).toBe('blik')
    },
  )

  it('the answer’s reference number is of the Warsaw day, six digits, and unique', async () => {
    const paid = []
    for (let count = 0; count < 5; count++)
      paid.push(await pay(gateway.api, (await createLink(gateway.api)).token))
    const numbers = paid.map((payment) => payment.referenceNumber)
    expect(new Set(numbers).size).toBe(5)
    const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Warsaw' })
      .format(new Date())
      .replaceAll('-', '')
    for (const number of numbers) expect(number).toMatch(new RegExp(`^(${day}|\\d{8})-\\d{6}$`))
  })

  it.each([
    ['paid', 'paid', 123.45],
    ['twice', 'paid', 123.45],
    ['early', 'paid', 123.45],
    ['silent', 'paid', 123.45],
    ['slow', 'paid', 123.45],
    ['late', 'paid', 123.45],
    ['wrong-amount', 'paid', 123.46],
    ['refused', 'active', 0],
    ['expired', 'active', 0],
  ])('outcome %s ends with the link %s and %d recorded', async (outcome, status, money) => {
    const { credentials } = await gateway.newProvider()
    const call = { credentials }
    const { token } = await createLink(gateway.api, {}, call)
    await pay(gateway.api, token, { outcome, method: outcome === 'expired' ? 'bank' : 'blik' }, call)
    await gateway.api('/pay/v1/test/clock', { body: { advance: 'P3D' }, ...call })
    await until(`${outcome} is final`, async () => {
      const now = await statusOf(gateway.api, token, call)
      return now.status === status && !now.processing
    })
    const rows = await search(gateway.api, 'fromDate=0', call)
    expect(rows.reduce((sum, row) => sum + Math.round(row.amount * 100), 0)).toBe(Math.round(money * 100))
    expect(rows.length).toBe(money > 0 ? 1 : 0)
    await expectSoundBooks(gateway.platform.db)
  })

  it('a refused link can be paid at the next try', async () => {
    const { token } = await createLink(gateway.api)
    expect(await pay(gateway.api, token, { outcome: 'refused' })).toMatchObject({
      status: 'failed',
      paymentId: null,
      rows: [],
    })
    expect(await pay(gateway.api, token)).toMatchObject({ status: 'succeeded' })
  })

  it('while a checkout is pending a second one is refused', async () => {
    const { token } = await createLink(gateway.api)
    await pay(gateway.api, token, { outcome: 'slow' })
    expectProblem(await payAnswer(token, { scope: 'link' }), 409, 'payment_in_progress')
  })

  it('a paid or cancelled link is 409', async () => {
    const paid = await createLink(gateway.api)
    await pay(gateway.api, paid.token)
    expectProblem(await payAnswer(paid.token, { scope: 'link' }), 409, 'link_not_active')
    const cancelled = await createLink(gateway.api)
    await cancel(gateway.api, cancelled.token, { resolution: 'PAID' })
    expectProblem(await payAnswer(cancelled.token, { scope: 'link' }), 409, 'link_not_active')
  })

  it.each([
    [{}, ['/scope']],
    [{ scope: 'all' }, ['/scope']],
    [
      { scope: 'link', method: 'cash', outcome: 'maybe', arrives: 'horse' },
      ['/arrives', '/method', '/outcome'],
    ],
    [{ scope: 'balance', tokens: [] }, ['/tokens']],
    [{ scope: 'balance', tokens: [7] }, ['/tokens/0']],
    [null, ['']],
  ])('a bad body %j is refused, every field named', async (body, at) => {
    const { token } = await createLink(gateway.api)
    const answer = await gateway.api(`/pay/v1/test/payments/${token}/pay`, { body: JSON.stringify(body) })
    expectProblem(answer, 400, 'validation_failed')
    expect(pointersOf(answer).sort()).toEqual(at)
  })

  it('another payer’s token among tokens is refused and pays nothing', async () => {
    const [own, strange] = [await createLink(gateway.api), await createLink(gateway.api)]
    const answer = await payAnswer(own.token, { scope: 'balance', tokens: [own.token, strange.token] })
    expect([400, 404, 409]).toContain(answer.status)
    expect((await statusOf(gateway.api, own.token)).status).toBe('active')
    expect((await statusOf(gateway.api, strange.token)).status).toBe('active')
  })
})

describe('test clock', () => {
  it('moves this provider’s clock only, and answers when all that fell due is done', async () => {
    const { credentials } = await gateway.newProvider()
    const call = { credentials }
    const { token } = await createLink(gateway.api, {}, call)
    await pay(gateway.api, token, { outcome: 'slow' }, call)
    const answer = await gateway.api('/pay/v1/test/clock', { body: { advance: 'PT1H' }, ...call })
    expect(answer).toMatchObject({ status: 200, body: { done: expect.any(Number) } })
    expect((await statusOf(gateway.api, token, call)).status).toBe('paid')
    const { now } = answer.body as { now: string }
    expect(Date.parse(now)).toBeGreaterThan(Date.now() + 50 * 60_000)
    const made = await createLink(gateway.api)
    expect(Date.parse((await statusOf(gateway.api, made.token)).createdAt)).toBeLessThan(Date.now() + 60_000)
  })

  it('adds up', async () => {
    const { credentials } = await gateway.newProvider()
    const move = async (advance: string) =>
      ((await gateway.api('/pay/v1/test/clock', { body: { advance }, credentials })).body as { now: string })
        .now
    const first = Date.parse(await move('P5D'))
    const second = Date.parse(await move('P1W'))
    expect(second - first).toBeGreaterThanOrEqual(7 * 86_400_000)
    expect(first).toBeGreaterThan(Date.now() + 4 * 86_400_000)
  })

  it.each([undefined, '', '5', 'P', 'PT', 'P-1D', 'P1Y', 'p1d', 'P401D', 'P9999W', 5, null])(
    'advance %j is refused',
    async (advance) => {
      const answer = await gateway.api('/pay/v1/test/clock', { body: { advance } })
      expectProblem(answer, 400, 'validation_failed')
      expect(pointersOf(answer)).toEqual(['/advance'])
    },
  )
})
