import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { listPayouts, payoutTasks, readingsOf } from '../gateway/src/payout/index.ts'
import { warsawDate } from '../gateway/src/platform/warsaw-time.ts'
import { found } from '../gateway/testing/method-world.ts'
import { type PayoutWorld, startPayouts } from './support/payouts.ts'
import { until } from './support/until.ts'

let at: PayoutWorld
beforeAll(async () => {
  at = await startPayouts()
})
afterAll(() => at?.close())
beforeEach(() => at.begin())

const dayMs = 86_400_000
const daysAgo = (count: number) => new Date(Date.now() - count * dayMs)
const asked = (path: string) => at.fake.requests.filter((request) => request.path.endsWith(path)).length

describe('a payout', () => {
  test('is held against payments and refunds, page after page, and adds up', async () => {
    const [one, two] = [await at.paid(50), await at.paid(20)]
    const refundId = await at.refunded(one.token, 5)
    const batch = at.fake.reports.payOut({ charge: 100n })
    at.fake.reports.pageSize = 2
    await at.read()
    // 50.00 less 0.60, 20.00 less 0.24, 5.00 given back, 1.00 for the payout.
    expect(await at.seen(batch)).toEqual([
      expect.objectContaining({
        id: expect.stringMatching(/^po_\w{20}$/),
        method: 'p24',
        day: warsawDate(batch.dateOut),
        currency: 'PLN',
        amount: 63.16,
        fee: 1.84,
        payments: 2,
        refunds: 1,
        doubtful: 0,
        difference: 0,
      }),
    ])
    const first = await at.details(batch, '?limit=2')
    expect(first).toMatchObject({
      more: true,
      items: [
        { kind: 'payment', state: 'matched', referenceNumber: one.referenceNumber, amount: 50, fee: 0.6 },
        { kind: 'payment', state: 'matched', referenceNumber: two.referenceNumber, recorded: 20 },
      ],
    })
    expect(await at.details(batch, '?after=2')).toMatchObject({
      more: false,
      items: [{ position: 3, kind: 'refund', state: 'matched', refundId, amount: -5, recorded: -5, fee: 0 }],
    })
    expect(JSON.stringify(first)).not.toMatch(/jan|kowalski/i)
  })

  test('is the same one however often and by how many at once it is read', async () => {
    await at.paid(10)
    const batch = at.fake.reports.payOut()
    await Promise.all([at.read(), at.read(), at.read()])
    const [payout] = await at.seen(batch)
    const before = asked('/report/batch/details')
    expect(await at.read()).toMatchObject({ added: 0 })
    expect(asked('/report/batch/details')).toBe(before)
    expect(await at.seen(batch)).toEqual([payout])
    expect((await at.details(batch)).items).toHaveLength(1)
  })

  test('that comes days late is read all the same, after those that were read before', async () => {
    const early = at.fake.reports.payOut()
    await at.read()
    await at.paid(30)
    const late = at.fake.reports.payOut({ at: daysAgo(5) })
    await at.read()
    const ids = (await at.page()).payouts.map(({ methodPayoutId }) => methodPayoutId)
    expect(ids.slice(-2)).toEqual([String(early.id), String(late.id)])
    const after = found((await at.seen(early))[0]).id
    expect((await at.page(`?after=${after}`)).payouts).toEqual(await at.seen(late))
    const day = warsawDate(late.dateOut)
    expect((await at.page(`?from=${day}&to=${day}`)).payouts).toEqual(await at.seen(late))
  })

  test('of months ago is read in steps that Przelewy24 allows', async () => {
    const batch = at.fake.reports.payOut({ at: daysAgo(100) })
    await at.read()
    expect(await at.seen(batch)).toEqual([])
    const before = await at.page()
    const range = { from: warsawDate(daysAgo(120)), to: warsawDate(daysAgo(20)) }
    expect(await at.read(undefined, range)).toMatchObject({ added: 1 })
    expect(await at.seen(batch)).toHaveLength(1)
    expect((await at.page()).readings).toEqual(before.readings)
    await expect(at.read(undefined, { from: '2025-01-01', to: '2026-06-01' })).rejects.toThrow('399 days')
  })

  test('says what is unknown and what differs, and is read again until it adds up', async () => {
    const { token } = await at.paid(40)
    await at.refunded(token, 1)
    const batch = at.fake.reports.payOut()
    const [payment, refund] = [found(batch.payments[0]), found(batch.refunds[0])]
    const right = payment.amount
    payment.amount += 100n
    batch.payments.push({ orderId: 7, sessionId: 'nobody', amount: 300n, fee: 0n })
    batch.refunds.push({ ...refund, requestId: '', refundId: 99, amount: 200n })
    await at.read()
    expect(await at.seen(batch)).toMatchObject([{ doubtful: 3, difference: -2 }])
    expect((await at.details(batch)).items).toMatchObject([
      { state: 'differs', amount: 41, recorded: 40 },
      { state: 'unknown', methodPaymentId: '7', paymentId: null, recorded: null },
      { state: 'matched', amount: -1 },
      { state: 'unknown', kind: 'refund', amount: -2, refundId: null },
    ])
    const { id } = found((await at.seen(batch))[0])
    payment.amount = right
    batch.payments.pop()
    batch.refunds.pop()
    expect(await at.read()).toMatchObject({ added: 0 })
    expect(await at.seen(batch)).toMatchObject([{ id, doubtful: 0, difference: 0, payments: 1, refunds: 1 }])
  })

  test('matches what is recorded after it was read', async () => {
    at.fake.notifications.mode = 'lost'
    const checkout = await at.paid(15)
    at.fake.notifications.mode = 'now'
    const batch = at.fake.reports.payOut()
    const { publicId, referenceNumber } = checkout
    const orderId = Number(found(at.fake.charge(publicId)).reference)
    batch.payments.push({ orderId, sessionId: publicId, amount: 1_500n, fee: 0n })
    batch.amount += 1_500n
    await at.read()
    expect(await at.details(batch)).toMatchObject({ doubtful: 1, items: [{ state: 'unknown' }] })
    await at.world.back(checkout)
    expect(await at.details(batch)).toMatchObject({
      doubtful: 0,
      items: [{ state: 'matched', referenceNumber }],
    })
  })
})

describe('a reading', () => {
  test('that breaks off keeps nothing by half, and the next one has all', async () => {
    await at.paid(10)
    const whole = at.fake.reports.payOut()
    await at.paid(11)
    await at.paid(12)
    const broken = at.fake.reports.payOut()
    at.fake.reports.pageSize = 1
    const on = /report\/batch\/details$/
    // The first payout is one page; of the second one the second page is lost.
    for (const fault of [{}, {}, { lose: 'request' as const }]) at.fake.next({ on, ...fault })
    await expect(at.read()).rejects.toThrow('the connection failed')
    expect([await at.seen(whole), await at.seen(broken)]).toMatchObject([[{ payments: 1 }], []])
    expect((await at.page()).readings).toMatchObject([
      { failure: expect.stringMatching(/^127\.0\.0\.1:\d+: the connection failed$/) },
    ])
    await at.read()
    expect(await at.seen(broken)).toMatchObject([{ payments: 2, doubtful: 0, difference: 0 }])
    expect((await at.page()).readings).toEqual([
      { method: 'p24', from: expect.any(String), to: expect.any(String), failure: null },
    ])
  })

  test('takes shapes that the documentation leaves open', async () => {
    const { provider, credentials } = await at.another('provider')
    const details = [{ batchId: '77', charge: '10', dateOut: '2026-01-02 10:00:00' }]
    const entry = { type: 'batch', amount: '990', currency: 'PLN', details }
    at.fake.next({ on: /history$/, reply: { status: 200, body: { data: [entry], token: null } } })
    const transactions = [
      { amount: 1_000, fee: '0', details: [{ ordrId: 5, settledAmount: 1_010 }] },
      { amount: 1, sessionId: 's-1' },
    ]
    const refunds = { amount: -11, orderId: 5, refundId: 6 }
    at.fake.next({ on: /details$/, reply: { status: 200, body: { data: { transactions, refunds } } } })
    await at.read(provider)
    const { payouts } = await at.page('', credentials)
    expect(payouts[0]).toMatchObject({
      methodPayoutId: '77',
      day: '2026-01-02',
      amount: 9.9,
      fee: 0,
      difference: 0,
    })
  })

  test.each([
    ['names no id', [{ type: 'batch', amount: 5 }], 'without id or amount'],
    ['is none', 'nothing', 'answered 200 to a question for payouts'],
  ])('of an answer that %s fails, and says so', async (_name, data, says) => {
    at.fake.next({ on: /history$/, reply: { status: 200, body: { data } } })
    await expect(at.read()).rejects.toThrow(says)
  })

  test('does not go round in circles where pages repeat', async () => {
    const reply = { status: 200, body: { data: [], token: 'again' } }
    for (let count = 0; count < 2; count++) at.fake.next({ on: /history$/, reply })
    await expect(at.read()).rejects.toThrow('the same page')
  })

  test('happens by itself for every account, and a refusal is told and no failure of the job', async () => {
    const { provider, credentials } = await at.another('provider', {
      ...at.fake.credentials,
      apiKey: 'wrong',
    })
    const { db } = at.world.platform
    const start = new Date()
    await payoutTasks['fetch-payouts']?.({}, at.world.platform)
    for (const { id } of [provider, at.world.gateway.provider])
      await until('it was tried', async () =>
        (await readingsOf(db, id)).some(({ triedAt }) => triedAt >= start),
      )
    const reading = found((await at.page('', credentials)).readings[0])
    expect(reading).toMatchObject({ method: 'p24', from: null, to: null })
    expect(reading.failure).toContain('Przelewy24 answered 401')
    expect(await listPayouts(db, provider.id, { limit: 1 })).toEqual([])
  })
})
