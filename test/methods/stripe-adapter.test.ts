import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Checkout } from '../../gateway/src/payment/index.ts'
import { stripe } from '../../gateway/src/payment/method/stripe/index.ts'
import { sendPost } from '../../gateway/testing/fakes/notifications.ts'
import { type StripeWorld, startStripeWorld } from './stripe-world.ts'

let fake: StripeWorld['fake']
let world: StripeWorld['world']
let code: StripeWorld['code']
let until: StripeWorld['until']
let statusOf: StripeWorld['statusOf']
let attempt: StripeWorld['attempt']
let asked: StripeWorld['asked']
beforeAll(async () => {
  ;({ fake, world, code, until, statusOf, attempt, asked } = await startStripeWorld())
})
afterAll(() => world?.close())

describe('a BLIK code', () => {
  test('is submitted from our page and confirmed in the payer’s app', async () => {
    const checkout = await code('777123')
    expect(checkout.methodReference).toMatch(/^pi_/)
    await until(checkout, 'succeeded')
    expect(await world.paymentsOf(checkout)).toMatchObject([
      { amount: 12_345n, method_payment_id: checkout.methodReference, method: 'stripe' },
    ])
  })

  test.each([
    ['123456', 'failed', 'wrong-code'],
    ['700701', 'failed', 'expired-code'],
    ['500500', 'failed', 'declined'],
    ['700702', 'failed', 'cancelled-by-payer'],
  ] as const)('%s is %s: %s', async (blikCode, status, failure) => {
    const checkout = await until(await code(blikCode), status)
    expect(checkout.failure).toBe(failure)
    expect(await world.paymentsOf(checkout)).toEqual([])
  })

  test('that nobody confirms in time is over', async () => {
    const checkout = await code('100000')
    expect(checkout.status).toBe('pending')
    await fake.expire(checkout.publicId)
    expect(await until(checkout, 'expired')).toMatchObject({ failure: 'timeout' })
  })

  test('whose answers are all lost is found by the checkout’s id, and paid once', async () => {
    fake.next({ on: /^POST \/v1\/payment_intents$/, lose: 'answer' })
    const checkout = await code('100001')
    expect(checkout).toMatchObject({ status: 'pending', methodReference: null })
    expect(await statusOf(checkout)).toEqual({ state: 'pending' })
    fake.notifications.mode = 'lost'
    await fake.pay(checkout.publicId)
    fake.notifications.mode = 'now'
    expect(await statusOf(checkout)).toMatchObject({ state: 'paid' })
    await fake.notify(checkout.publicId)
    expect(await world.paymentsOf(checkout)).toHaveLength(1)
    expect((await world.reread(checkout)).methodReference).toBe(fake.charge(checkout.publicId)?.reference)
  })

  test('that never reached Stripe is certainly not there', async () => {
    fake.next({ on: /^POST \/v1\/payment_intents$/, lose: 'request' })
    const checkout = await code('777000')
    expect(fake.charge(checkout.publicId)).toBeUndefined()
    expect(await statusOf(checkout)).toEqual({ state: 'absent' })
  })

  test('is sent again with the same idempotency key after a server error', async () => {
    const before = asked(/^POST \/v1\/payment_intents$/).length
    fake.next({ on: /^POST \/v1\/payment_intents$/, reply: { status: 503, body: { error: {} } } })
    const checkout = await code('100002')
    const tries = asked(/^POST \/v1\/payment_intents$/).slice(before)
    expect(tries.map(({ headers }) => headers['idempotency-key'])).toEqual([
      checkout.publicId,
      checkout.publicId,
    ])
    expect(checkout.status).toBe('pending')
  })

  test('can be stopped while it waits', async () => {
    const checkout = await code('100003')
    if (stripe.stop === 'cannot') throw new Error('it can')
    await stripe.stop(world.platform, await world.provider(), checkout)
    expect(fake.charge(checkout.publicId)?.state).toBe('stopped')
    expect(await until(checkout, 'failed')).toMatchObject({ failure: 'stopped' })
    const paid = await until(await code('777000'), 'succeeded')
    await stripe.stop(world.platform, await world.provider(), paid)
    expect(fake.charge(paid.publicId)?.state).toBe('paid')
  })
})

describe('Stripe’s page', () => {
  test.each(['bank', 'card'] as const)('%s: the payer presses and has paid', async (channel) => {
    const checkout = await world.redirected({ channel })
    expect(checkout.redirectUrl).toBe(fake.charge(checkout.publicId)?.payerUrl)
    expect(fake.charge(checkout.publicId)?.type).toBe(channel === 'card' ? 'card' : 'p24')
    expect(await statusOf(checkout)).toEqual({ state: 'open' })
    const body = new URLSearchParams({ decision: 'pay' })
    const pressed = await fetch(checkout.redirectUrl ?? '', { method: 'POST', body, redirect: 'manual' })
    expect(pressed.headers.get('location')).toContain(`/checkout/${checkout.publicId}`)
    expect((await world.reread(checkout)).status).toBe('succeeded')
  })

  test('a refusal ends nothing while the payer can try again there', async () => {
    const checkout = await world.redirected({ channel: 'card' })
    await fake.refuse(checkout.publicId)
    expect(await statusOf(checkout)).toEqual({ state: 'open' })
    expect((await world.reread(checkout)).status).toBe('created')
    await fake.pay(checkout.publicId)
    expect((await world.reread(checkout)).status).toBe('succeeded')
  })

  test('asked for twice it is the same page, also where its address was lost', async () => {
    fake.next({ on: /^POST \/v1\/checkout\/sessions$/, lose: 'answer' })
    const lost = await world.started({ channel: 'card' })
    expect(lost.redirectUrl).toBeNull()
    expect(await statusOf(lost)).toEqual({ state: 'open' })
    const again = await stripe.start(world.platform, await world.provider(), attempt(lost))
    expect(again).toMatchObject({ kind: 'redirect', url: fake.charge(lost.publicId)?.payerUrl })
    const moved = { ...attempt(lost), payer: { email: 'other@example.com', name: null } }
    expect(await stripe.start(world.platform, await world.provider(), moved)).toEqual(again)
  })

  test('is closed with the checkout', async () => {
    const checkout = await world.redirected({ channel: 'card' })
    if (stripe.stop === 'cannot') throw new Error('it can')
    await stripe.stop(world.platform, await world.provider(), checkout)
    expect(await statusOf(checkout)).toEqual({ state: 'expired', failure: null })
  })
})

describe('an event', () => {
  const intent = (checkout: Checkout) => ({
    id: fake.charge(checkout.publicId)?.reference,
    object: 'payment_intent',
    metadata: { checkout: checkout.publicId },
  })
  const event = (object: object, type = 'payment_intent.succeeded') => ({
    id: 'evt_1',
    object: 'event',
    type,
    data: { object },
  })

  test('signed with another secret, or old, is forged and changes nothing', async () => {
    const checkout = await code('100010')
    const time = Math.floor(Date.now() / 1000)
    for (const otherwise of [{ secret: 'whsec_AnotherOne' }, { time: time - 301 }, { time: time + 400 }])
      expect(await sendPost(fake.sign(event(intent(checkout)), otherwise))).toMatchObject({ status: 400 })
    const right = fake.sign(event(intent(checkout)))
    const flipped = right.body.replace('evt_1', 'evt_2')
    expect(await sendPost({ ...right, body: flipped })).toMatchObject({ status: 400 })
    expect((await world.reread(checkout)).status).toBe('pending')
  })

  test('of money that Stripe itself does not confirm records none', async () => {
    const checkout = await code('100011')
    expect(await sendPost(fake.sign(event(intent(checkout))))).toMatchObject({ status: 204 })
    expect((await world.reread(checkout)).status).toBe('pending')
  })

  test.each([
    ['of another shop’s payment', { id: 'pi_other', object: 'payment_intent', metadata: {} }],
    [
      'of a checkout that is no name of ours',
      { id: 'pi_x', object: 'payment_intent', metadata: { checkout: 'x' } },
    ],
    ['of a payout', { id: 'po_1', object: 'payout' }],
    [
      'of another shop’s refund',
      { id: 're_1', object: 'refund', metadata: null, payment_intent: 'pi_other' },
    ],
  ])('%s is heard and left alone', async (_what, object) => {
    expect(await sendPost(fake.sign(event(object)))).toMatchObject({ status: 204 })
  })

  test('that is no event is refused', async () => {
    expect(await sendPost(fake.sign({ hello: 1 }))).toMatchObject({ status: 400 })
    expect(await sendPost(fake.sign([]))).toMatchObject({ status: 400 })
  })
})

test('the books are right', async () => {
  expect(await world.books()).toEqual([])
})
