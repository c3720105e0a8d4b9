import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectMethod } from '../../gateway/src/payment/method/accounts.ts'
import type { RefundOrder } from '../../gateway/src/payment/method/method.ts'
import { stripe } from '../../gateway/src/payment/method/stripe/index.ts'
import { sendPost } from '../../gateway/testing/fakes/notifications.ts'
import { until as look } from '../support/until.ts'
import { type StripeWorld, startStripeWorld } from './stripe-world.ts'

let fake: StripeWorld['fake']
let world: StripeWorld['world']
let code: StripeWorld['code']
let until: StripeWorld['until']
let statusOf: StripeWorld['statusOf']
let attempt: StripeWorld['attempt']
beforeAll(async () => {
  ;({ fake, world, code, until, statusOf, attempt } = await startStripeWorld())
})
afterAll(() => world?.close())

describe('a dispute', () => {
  test.each([
    ['needs_response', undefined],
    ['won', undefined],
    ['lost', [{ amount: 12_345n }]],
  ] as const)('%s', async (end, takenBack) => {
    const checkout = await until(await code('777000'), 'succeeded')
    await fake.dispute(checkout.publicId, end)
    expect(fake.notifications.sent.at(-1)?.answers[0]).toBe(204)
    const said = await statusOf(checkout)
    expect(said.state === 'paid' && said.takenBack).toEqual(
      takenBack && [expect.objectContaining(takenBack[0])],
    )
  })
})

describe('a refund', () => {
  const order = async (amount: bigint): Promise<RefundOrder> => {
    const checkout = await until(await code('777000'), 'succeeded')
    return {
      publicId: `re_${randomUUID().replaceAll('-', '').slice(0, 20)}`,
      checkout,
      methodPaymentId: checkout.methodReference ?? '',
      methodRefundId: null,
      amount,
      currency: 'PLN',
      description: 'zwrot',
      notifyUrl: `${world.gateway.url}/notify/stripe/x`,
    }
  }
  const refunds = () => {
    if (stripe.refund === 'cannot') throw new Error('it can')
    return stripe.refund
  }
  const send = async (of: RefundOrder) => refunds().send(world.platform, await world.provider(), of)
  const status = async (of: RefundOrder) => refunds().status(world.platform, await world.provider(), of)

  test('is given once, however often it is asked for, also after Stripe forgot the key', async () => {
    const part = await order(5_000n)
    expect(await status(part)).toEqual({ state: 'absent' })
    const said = await send(part)
    expect(said).toMatchObject({ state: 'succeeded', methodRefundId: expect.stringMatching(/^re_/) })
    expect(await send(part)).toEqual(said)
    expect(await status(part)).toEqual(said)
    expect(fake.charge(part.checkout.publicId)).toMatchObject({ refunded: 5_000n })
  })

  test('of more than is left fails for ever, and says why', async () => {
    const all = await order(12_345n)
    expect(await send(all)).toMatchObject({ state: 'succeeded' })
    const more = { ...all, publicId: 're_aaaaaaaaaaaaaaaaaaaa', amount: 1n }
    expect(await send(more)).toEqual({
      state: 'failed',
      methodRefundId: null,
      reason: 'charge_already_refunded',
    })
  })

  test('may wait, and fail later', async () => {
    fake.refundsEnd('later')
    const slow = await order(100n)
    expect(await send(slow)).toMatchObject({ state: 'pending' })
    fake.refundsEnd('succeeded')
    await fake.decideRefund(slow.publicId, 'failed')
    expect(await status(slow)).toMatchObject({ state: 'failed', reason: 'declined' })
  })

  test('is not decided by an answer that never came or by too many requests', async () => {
    const unlucky = await order(100n)
    const reply = { status: 429, body: { error: { type: 'invalid_request_error', code: 'rate_limit' } } }
    fake.next({ on: /^POST \/v1\/refunds$/, reply })
    await expect(send(unlucky)).rejects.toThrow('rate_limit')
    fake.next({ on: /^POST \/v1\/refunds$/, lose: 'answer' })
    await expect(send(unlucky)).rejects.toThrow('Stripe')
    expect(await send(unlucky)).toMatchObject({ state: 'succeeded' })
    expect(fake.charge(unlucky.checkout.publicId)?.refunds).toHaveLength(1)
  })
})

describe('what is saved', () => {
  test.each([
    ['card', '•••• 4242'],
    ['blik', null],
  ] as const)('%s is charged later without the payer', async (channel, label) => {
    const checkout = await world.started(channel === 'blik' ? { channel, blikCode: '123456' } : { channel })
    const first = {
      ...checkout,
      publicId: `${checkout.publicId.slice(0, -3)}sv${channel === 'card' ? 1 : 2}`,
    }
    const provider = await world.provider()
    await stripe.start(world.platform, provider, {
      ...attempt(first),
      ...(channel === 'blik' ? { blikCode: '100020' } : {}),
      save: { alias: `alias-${channel}`, label: 'Netix' },
    })
    fake.notifications.mode = 'lost'
    await fake.pay(first.publicId)
    fake.notifications.mode = 'now'
    const said = await stripe.status(world.platform, provider, { ...first, methodReference: null })
    if (said.state !== 'paid' || !said.saved) throw new Error('it is not saved')
    expect(said.saved).toEqual({ reference: expect.stringMatching(/^cus_\w+ pm_\w+$/), label })
    const later = await world.started({ channel, ...(channel === 'blik' ? { blikCode: '123456' } : {}) })
    const again = { ...later, publicId: `${later.publicId.slice(0, -3)}sx${channel === 'card' ? 1 : 2}` }
    if (stripe.chargeSaved === 'cannot') throw new Error('it can')
    const attempted = attempt(again)
    const started = await stripe.chargeSaved(world.platform, provider, { ...attempted, saved: said.saved })
    expect(started.kind).toBe('pending')
    await look('the payer’s bank has paid', async () => fake.charge(again.publicId)?.state === 'paid')
    const paid = await stripe.status(world.platform, provider, { ...again, methodReference: null })
    expect(paid).toMatchObject({ state: 'paid', money: [{ amount: 12_345n }] })
  })
})

describe('the account', () => {
  test('works, or says what does not', async () => {
    if (stripe.testConnection === 'cannot') throw new Error('it can')
    await expect(stripe.testConnection(world.platform, await world.provider())).resolves.toBeUndefined()
    const { provider } = await world.gateway.newProvider()
    await expect(stripe.testConnection(world.platform, provider)).rejects.toThrow(
      'has no account with stripe',
    )
    const values = { ...fake.credentials, secretKey: 'sk_test_SomethingElse' }
    await connectMethod(world.platform, provider, stripe, { collectedBy: 'provider', values })
    await expect(stripe.testConnection(world.platform, provider)).rejects.toThrow(
      'Stripe says: StripeAuthenticationError',
    )
    const live = { ...fake.credentials, secretKey: 'sk_live_RealMoney' }
    await connectMethod(world.platform, provider, stripe, { collectedBy: 'provider', values: live })
    await expect(stripe.testConnection(world.platform, provider)).rejects.toThrow('is for tests')
  })

  test('a refused start fails at once, and its error holds nothing of the payer', async () => {
    const reply = {
      status: 401,
      body: { error: { type: 'invalid_request_error', message: 'jan@example.com' } },
    }
    fake.next({ on: /^POST \/v1\/payment_intents$/, reply })
    const checkout = await code('777000')
    expect(checkout).toMatchObject({ status: 'failed', failure: 'not-started' })
    fake.next({ on: /^GET \/v1\/payment_intents/, reply })
    const error: unknown = await statusOf(checkout).catch((thrown: unknown) => thrown)
    expect(Object.keys(error as object)).not.toContain('raw')
    expect(`${JSON.stringify(error)} ${String(error)}`).not.toContain('jan@')
  })

  test('an event for a provider without one is not believed', async () => {
    const { provider } = await world.gateway.newProvider()
    const post = fake.sign({ id: 'evt_1', object: 'event' })
    expect(
      await sendPost({ ...post, url: `${world.gateway.url}/notify/stripe/${provider.code}` }),
    ).toMatchObject({
      status: 400,
    })
  })
})

test('the books are right', async () => {
  expect(await world.books()).toEqual([])
})
