import type { GatewayEvent, Refund, Refunds, UnallocatedPayment } from '@bill-gateway/contract'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'
import {
  type Api,
  bill,
  createLink,
  createLinks,
  eventsAfter,
  expectProblem,
  pay,
  pointersOf,
  statusOf,
} from '../support/bill.ts'
import { expectSoundBooks } from '../support/books.ts'
import { until } from '../support/until.ts'

let gateway: TestGateway
let api: Api
beforeAll(async () => {
  gateway = await startTestGateway()
  api = gateway.api
})
afterAll(() => gateway.close())

const order = (token: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<Answer> =>
  api(`/pay/v1/payments/${token}/refunds`, { body, headers })

async function ordered(token: string, body: unknown = {}): Promise<Refund[]> {
  const answer = await order(token, body)
  expect(answer.status, answer.text).toBe(201)
  return (answer.body as Refunds).refunds
}

const refund = async (id: string) => (await api(`/pay/v1/refunds/${id}`)).body as Refund
const refundsOf = async (token: string) =>
  ((await api(`/pay/v1/payments/${token}/refunds`)).body as Refunds).refunds

async function ended(id: string): Promise<Refund> {
  return until(`the end of refund ${id}`, async () => {
    const seen = await refund(id)
    return seen.status !== 'pending' && seen
  })
}

async function told(refundId: string): Promise<GatewayEvent[]> {
  const events = await eventsAfter(api)
  return events.filter((event) => 'refundId' in event.data && event.data.refundId === refundId)
}

async function paidLink(amount: number): Promise<string> {
  const { token } = await createLink(api, { amount, title: 'FV 7' })
  await pay(api, token)
  return token
}

describe('a refund', () => {
  test('of a part and then of the rest: the link stays paid and says what went back', async () => {
    const token = await paidLink(100)
    const [first, ...others] = await ordered(token, { amount: 30.5, reason: 'KOR 7/2030' })
    expect(others).toEqual([])
    expect(first).toMatchObject({ status: 'pending', kind: 'refund', amount: 30.5, reason: 'KOR 7/2030' })
    expect(await ended(first?.id ?? '')).toMatchObject({ status: 'succeeded', test: true, failure: null })
    expect(await statusOf(api, token)).toMatchObject({
      status: 'paid',
      amounts: { asked: 100, paid: 100, refunded: 30.5, open: 0 },
    })
    const [rest] = await ordered(token)
    expect(rest).toMatchObject({ amount: 69.5 })
    await ended(rest?.id ?? '')
    expect((await statusOf(api, token)).amounts).toMatchObject({ paid: 100, refunded: 100 })
    const nothing = expectProblem(await order(token), 409, 'refund_exceeds_payment')
    expect(nothing.detail).toBe('nothing is left to refund')
    expect((await refundsOf(token)).map(({ id }) => id)).toEqual([rest?.id, first?.id])
    await expectSoundBooks(gateway.database.db)
  })

  test('is told once, row by row, with the row of search that it is of', async () => {
    const token = await paidLink(12.34)
    const rows = (await api('/pay/v1/payments/search?fromDate=0')).body as { id: string; token: string }[]
    const [made] = await ordered(token)
    await ended(made?.id ?? '')
    const events = await told(made?.id ?? '')
    expect(events).toMatchObject([
      {
        type: 'payment.refunded',
        test: true,
        data: {
          amount: 12.34,
          paymentId: made?.paymentId,
          referenceNumber: made?.referenceNumber,
          rows: [
            {
              id: `${made?.id}-1`,
              paymentRowId: rows.find((row) => row.token === token)?.id,
              token,
              amount: 12.34,
              title: 'FV 7',
            },
          ],
        },
      },
    ])
  })

  test('that the method refuses frees its money, and nothing is told', async () => {
    const token = await paidLink(50)
    const [refused] = await ordered(token, { amount: 20.13 })
    expect(await ended(refused?.id ?? '')).toMatchObject({
      status: 'failed',
      failure: 'the sandbox refuses this amount',
    })
    expect(await told(refused?.id ?? '')).toEqual([])
    expect((await statusOf(api, token)).amounts.refunded).toBe(0)
    const [again] = await ordered(token)
    expect(again?.amount).toBe(50)
    expect((await ended(again?.id ?? '')).status).toBe('succeeded')
    await expectSoundBooks(gateway.database.db)
  })

  test('that takes a while is asked about by schedule and keeps its money reserved', async () => {
    const token = await paidLink(50)
    const [slow] = await ordered(token, { amount: 30.12 })
    await until('the sandbox to hear of the refund', async () => {
      const row = await gateway.database.db
        .selectFrom('sandbox_refund')
        .select('amount')
        .where('refund_public_id', '=', slow?.id ?? '')
        .executeTakeFirst()
      return row !== undefined
    })
    expect((await refund(slow?.id ?? '')).status).toBe('pending')
    const problem = expectProblem(await order(token, { amount: 20 }), 409, 'refund_exceeds_payment')
    expect(problem.detail).toBe('19.88 PLN can be refunded')
    await api('/pay/v1/test/clock', { body: { advance: 'PT2M' } })
    expect((await refund(slow?.id ?? '')).status).toBe('succeeded')
    expect(await told(slow?.id ?? '')).toHaveLength(1)
  })

  test('given back by the provider itself is recorded at once, and no method hears of it', async () => {
    const token = await paidLink(40)
    const [made] = await ordered(token, { amount: 15, manual: true })
    expect(made).toMatchObject({ status: 'succeeded', manual: true, amount: 15 })
    expect(await told(made?.id ?? '')).toHaveLength(1)
    const asked = await gateway.database.db
      .selectFrom('sandbox_refund')
      .select('amount')
      .where('refund_public_id', '=', made?.id ?? '')
      .execute()
    expect(asked).toEqual([])
    await expectSoundBooks(gateway.database.db)
  })

  test('by the same Idempotency-Key is ordered once', async () => {
    const token = await paidLink(40)
    const key = { 'idempotency-key': `refund-${token.slice(0, 8)}` }
    const answers = [await order(token, { amount: 10 }, key), await order(token, { amount: 10 }, key)]
    expect(answers.map(({ status }) => status)).toEqual([201, 201])
    expect(answers[1]?.body).toEqual(answers[0]?.body)
    expect(await refundsOf(token)).toHaveLength(1)
    expectProblem(await order(token, { amount: 11 }, key), 422, 'idempotency_key_reused')
  })
})

describe('money goes back', () => {
  test('of what no link took first, whichever row it is on, and never of what paid another link', async () => {
    const [one, two] = await createLinks(api, [
      bill({ userId: 'both', amount: 100 }),
      bill({ userId: 'both', amount: 50 }),
    ])
    if (!one || !two) throw new Error('no links')
    // Paid in full twice: the second money of the second link is nobody's.
    const late = await pay(api, two.token, { outcome: 'late', method: 'bank' })
    await pay(api, two.token, { scope: 'balance' })
    await api('/pay/v1/test/clock', { body: { advance: 'PT40M' } })
    const waiting = (await api('/pay/v1/unallocated')).body as UnallocatedPayment[]
    expect(waiting.filter(({ referenceNumber }) => referenceNumber === late.referenceNumber)).toMatchObject([
      { amount: 50, unallocated: 50, rows: [{ token: two.token, unallocated: 50 }] },
    ])
    const made = await ordered(two.token, { amount: 60 })
    expect(
      made.map(({ amount, referenceNumber }) => [amount, referenceNumber === late.referenceNumber]),
    ).toEqual([
      [50, true],
      [10, false],
    ])
    for (const { id } of made) expect((await ended(id)).status).toBe('succeeded')
    expect((await statusOf(api, two.token)).amounts).toMatchObject({ paid: 50, refunded: 10 })
    expect((await statusOf(api, one.token)).amounts).toMatchObject({ paid: 100, refunded: 0 })
    const [rest] = await ordered(two.token)
    expect(rest?.amount).toBe(40)
    await ended(rest?.id ?? '')
    expect((await statusOf(api, one.token)).amounts.refunded).toBe(0)
    await expectSoundBooks(gateway.database.db)
  })

  test('of one payment only, where it is named, and of what no link took only, where that is asked', async () => {
    const { token } = await createLink(api, { amount: 20 })
    const late = await pay(api, token, { outcome: 'late', method: 'bank' })
    const first = await pay(api, token)
    await api('/pay/v1/test/clock', { body: { advance: 'PT40M' } })
    const free = await ordered(token, { unallocatedOnly: true })
    expect(free).toMatchObject([{ amount: 20, referenceNumber: late.referenceNumber }])
    expectProblem(await order(token, { unallocatedOnly: true }), 409, 'refund_exceeds_payment')
    const named = await ordered(token, { paymentId: first.paymentId })
    expect(named).toMatchObject([{ amount: 20, paymentId: first.paymentId }])
    const other = await paidLink(10)
    expect(pointersOf(await order(other, { paymentId: first.paymentId }))).toEqual(['/paymentId'])
  })

  test('the list of it is read page by page', async () => {
    const credentials = (await gateway.newProvider()).credentials
    for (let count = 0; count < 3; count++) {
      const { token } = await createLink(api, { amount: 10 + count }, { credentials })
      await pay(api, token, { outcome: 'late', method: 'bank' }, { credentials })
      await pay(api, token, {}, { credentials })
    }
    await api('/pay/v1/test/clock', { body: { advance: 'PT40M' }, credentials })
    const pages: UnallocatedPayment[][] = []
    let next = '/pay/v1/unallocated?limit=2'
    while (next) {
      const answer = await api(next, { credentials })
      expect(answer.status).toBe(200)
      pages.push(answer.body as UnallocatedPayment[])
      next = /<(.*)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1] ?? ''
    }
    expect(pages.map((page) => page.length)).toEqual([2, 1])
    expect(new Set(pages.flat().map(({ paymentId }) => paymentId)).size).toBe(3)
  })
})

describe('is refused:', () => {
  test.each([
    [{ amount: 0 }, '/amount'],
    [{ amount: 1.005 }, '/amount'],
    [{ amount: '5' }, '/amount'],
    [{ manual: 'yes' }, '/manual'],
    [{ reason: 'a\u0000b' }, '/reason'],
    [{ reason: 'x'.repeat(201) }, '/reason'],
    [{ paymentId: 5 }, '/paymentId'],
  ])('%j', async (body, pointer) => {
    const token = await paidLink(5)
    const answer = await order(token, body)
    expectProblem(answer, 400, 'validation_failed')
    expect(pointersOf(answer)).toEqual([pointer])
    expect(await refundsOf(token)).toEqual([])
  })

  test('a link that nobody paid, another provider’s, and an unknown one', async () => {
    const { token } = await createLink(api)
    expectProblem(await order(token), 409, 'refund_exceeds_payment')
    const stranger = await gateway.newProvider()
    const paid = await paidLink(5)
    const { credentials } = stranger
    expectProblem(await api(`/pay/v1/payments/${paid}/refunds`, { body: {}, credentials }), 404)
    const [made] = await ordered(paid)
    expectProblem(await api(`/pay/v1/refunds/${made?.id}`, { credentials }), 404)
    expectProblem(await order('f'.repeat(128)), 404)
    for (const id of ['re_aaaaaaaaaaaaaaaaaaaa', 'nonsense', '%00'])
      expectProblem(await api(`/pay/v1/refunds/${id}`), 404)
  })

  test('a payment of a method that cannot give money back, unless the provider gives it back itself', async () => {
    const token = await paidLink(25)
    const { payments } = await statusOf(api, token)
    const paymentId = payments[0]?.id.replace(/-\d+$/, '') ?? ''
    await spoilMethod(paymentId, 'gone')
    expectProblem(await order(token), 422, 'refund_not_possible')
    expect(await refundsOf(token)).toEqual([])
    const [made] = await ordered(token, { manual: true })
    expect(made).toMatchObject({ status: 'succeeded', amount: 25 })
  })
})

/** As if the money had come by a method that there is no more. */
async function spoilMethod(publicId: string, method: string): Promise<void> {
  await gateway.database.db.transaction().execute(async (tx) => {
    await sql`set local session_replication_role = replica`.execute(tx)
    await tx.updateTable('payment').set({ method }).where('public_id', '=', publicId).execute()
  })
}
