import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Checkout, changeWays } from '../../gateway/src/payment/index.ts'
import type { RefundOrder } from '../../gateway/src/payment/method/method.ts'
import { newRefundId } from '../../gateway/src/payment/refund/refund.ts'
import { startP24Fake } from '../../gateway/testing/fakes/p24/index.ts'
import {
  type Attempted,
  found,
  type MethodWorld,
  startMethodWorld,
} from '../../gateway/testing/method-world.ts'
import { until } from '../../gateway/testing/payments.ts'
import { attemptOf, siblingOf } from './attempt.ts'

let world: MethodWorld
beforeAll(async () => {
  world = await startMethodWorld('p24', startP24Fake)
})
afterAll(() => world?.close())

const sentTo = (path: string) =>
  world.fake.requests
    .filter((request) => request.path.endsWith(path))
    .map(({ body }) => JSON.parse(body.toString()))

describe('a registration', () => {
  test('says what Przelewy24 wants of it, and of the payer no more than the bill has', async () => {
    const checkout = await world.started({ amount: 1.01, channel: 'bank', bankId: '25' })
    expect(sentTo('/transaction/register').at(-1)).toMatchObject({
      merchantId: 12345,
      posId: 54321,
      sessionId: checkout.publicId,
      amount: 101,
      currency: 'PLN',
      description: expect.stringContaining(`ref ${checkout.referenceNumber} ID `),
      email: 'biuro@netix.example',
      client: 'Jan Kowalski',
      language: 'pl',
      method: 25,
      timeLimit: 30,
      channel: 2,
      transferLabel: `ref ${checkout.referenceNumber}`,
      urlStatus: `${world.gateway.url}/notify/p24/${world.gateway.provider.code}`,
    })
    const card = await world.started({ channel: 'card' })
    expect(sentTo('/transaction/register').at(-1)).toMatchObject({ sessionId: card.publicId, channel: 1 })
  })

  test('takes the payer’s own address where the bill has one that fits, and no part of a longer one', async () => {
    const checkout = await world.started({})
    const emails = ['jan@example.com', `${'j'.repeat(40)}@example.com`, `${'j'.repeat(38)}@example.com`]
    for (const [index, email] of emails.entries()) {
      const again = { ...checkout, publicId: `${checkout.publicId.slice(0, -1)}${index}` }
      const attempt = attemptOf(world, again, { payer: { email, name: 'x'.repeat(60) } })
      await world.method.start(world.platform, await world.provider(), attempt)
    }
    const sent = sentTo('/transaction/register').slice(-3)
    expect(sent.map(({ email }) => email)).toEqual([emails[0], 'biuro@netix.example', emails[2]])
    expect(sent[0].client).toHaveLength(40)
  })

  test('that Przelewy24 refuses ends the checkout at once', async () => {
    world.fake.next({
      on: /register$/,
      reply: { status: 400, body: { error: 'Invalid amount', code: 400 } },
    })
    expect(await world.started({})).toMatchObject({ status: 'failed', failure: 'not-started' })
    expect(await world.books()).toEqual([])
  })
})

test('a press that is repeated goes on at its own method, whatever carries the way by now', async () => {
  const { db } = world.platform
  const token = await world.newLink(8)
  const press = { token, formNonce: `ways-${token.slice(0, 20)}` }
  world.fake.next({ on: /register$/, lose: 'answer' })
  expect((await world.started(press)).redirectUrl).toBeNull()
  await changeWays(db, await world.provider(), { bank: null })
  const again = await world.redirected(press)
  expect(again.redirectUrl).toBe(world.fake.charge(again.publicId)?.payerUrl)
  await changeWays(db, await world.provider(), { bank: 'p24' })
  await world.fake.pay(again.publicId)
  await world.expectPaid(again, 800n)
})

describe('money', () => {
  test('is not the biller’s before it was verified, and is verified once it is asked for', async () => {
    const checkout = await world.started({ amount: 9 })
    world.fake.next({ on: /verify$/, reply: { status: 400, body: { error: 'Error call 2', code: 400 } } })
    world.fake.notifications.mode = 'held'
    await world.fake.pay(checkout.publicId)
    expect((await world.fake.notify(checkout.publicId)).status).toBe(503)
    await world.expectPaid(checkout)
    world.fake.notifications.mode = 'now'
    await world.fake.notifications.release()
    await world.expectPaid(checkout, 900n)
    expect(
      sentTo('/transaction/verify').filter(({ sessionId }) => sessionId === checkout.publicId),
    ).toHaveLength(2)
  })

  test('in another currency is left unverified: it stays at Przelewy24 for the payer or a person', async () => {
    const checkout = await world.started({ amount: 9 })
    await world.fake.pay(checkout.publicId, { currency: 'EUR' })
    expect(sentTo('/transaction/verify').filter(({ sessionId }) => sessionId === checkout.publicId)).toEqual(
      [],
    )
  })

  test('is told of again and again until it was taken', async () => {
    const checkout = await world.started({ amount: 9 })
    world.fake.next({
      on: new RegExp(`^GET .*${checkout.publicId}`),
      reply: { status: 500, body: { error: 'x' } },
    })
    await world.fake.pay(checkout.publicId)
    await world.comesTo(checkout, 'succeeded')
    const [sent] = world.fake.notifications.sent.filter(({ body }) => body.includes(checkout.publicId))
    // The gateway has committed before its answer arrives.
    await until(async () => sent?.answers.length === 2)
    expect(sent?.answers).toEqual([503, 204])
  })
})

describe('what is saved', () => {
  const label = 'NETIX rachunki'

  test('a BLIK alias is registered with the code, and charged without the payer', async () => {
    const alias = 'alias-1'
    const first = await world.started({})
    const provider = await world.provider()
    const blik = { ...siblingOf(first), channel: 'blik' as const }
    const attempt = attemptOf(world, blik, { blikCode: '100000', save: { alias, label } })
    expect(await world.method.start(world.platform, provider, attempt)).toMatchObject({ kind: 'pending' })
    expect(sentTo('/chargeByCode').at(-1)).toMatchObject({
      aliasValue: alias,
      aliasLabel: label,
      recurring: { type: 'O' },
    })
    const later = await unstarted({ amount: 77 })
    const charged = await charge({ ...later, channel: 'blik' }, alias)
    expect(charged).toMatchObject({ kind: 'pending' })
    await world.comesTo(later, 'succeeded')
    // Asked for again it is not charged again.
    expect(await charge({ ...later, channel: 'blik' }, alias)).toMatchObject({ kind: 'pending' })
    await world.expectPaid(later, 7_700n)
    expect(sentTo('/chargeByAlias')).toHaveLength(1)
  })

  test('a card’s reference and last digits come with its payment, and it is charged without the payer', async () => {
    const checkout = await world.started({ channel: 'card' })
    const provider = await world.provider()
    const saving = siblingOf(checkout)
    const attempt = attemptOf(world, saving, { save: { alias: 'alias-2', label } })
    const started = await world.method.start(world.platform, provider, attempt)
    world.fake.notifications.mode = 'lost'
    await world.fake.pay(saving.publicId)
    world.fake.notifications.mode = 'now'
    const status = await world.method.status(world.platform, provider, {
      ...saving,
      methodReference: started.reference,
    })
    const saved = status.state === 'paid' ? found(status.saved) : undefined
    expect(saved).toEqual({ reference: expect.stringMatching(/^card-/), label: '•••• 1111' })
    // The money is recorded also where the card cannot be had.
    for (const reply of [{ status: 500 }, { status: 200, body: { data: {} } }]) {
      world.fake.next({ on: /card\/info/, reply })
      const again = { ...saving, methodReference: started.reference }
      expect(await world.method.status(world.platform, provider, again)).toEqual({
        state: 'paid',
        money: [expect.objectContaining({ amount: 12_345n })],
      })
    }
    const later = await unstarted({ amount: 78, channel: 'card' })
    expect(await charge(later, found(saved).reference)).toMatchObject({ kind: 'pending' })
    await world.comesTo(later, 'succeeded')
    await world.expectPaid(later, 7_800n)
  })

  test('what Przelewy24 does not know is refused', async () => {
    const checkout = await unstarted({})
    expect(await charge({ ...checkout, channel: 'blik' }, 'nobody')).toMatchObject({ kind: 'failed' })
    await world.expectPaid(checkout)
  })

  /** A checkout of which Przelewy24 knows nothing yet. */
  function unstarted(attempted: Attempted): Promise<Checkout> {
    world.fake.next({ on: /register$/, lose: 'request' })
    return world.started(attempted)
  }

  async function charge(checkout: Checkout, reference: string) {
    const { method, platform } = world
    if (method.chargeSaved === 'cannot') throw new Error('it can')
    const { payer, ...attempt } = attemptOf(world, checkout, {})
    return method.chargeSaved(platform, await world.provider(), {
      ...attempt,
      payer,
      saved: { reference, label: null },
    })
  }
})

describe('a refund', () => {
  test.each([
    ['refused with 201', 201, { data: [{ status: false, message: 'No funds' }] }, 'No funds'],
    ['refused with 409', 409, { error: [{ message: 'Too much' }], code: 409 }, 'Too much (409)'],
  ])('%s has failed', async (_how, status, body, reason) => {
    const order = await orderOf()
    world.fake.next({ on: /transaction\/refund$/, reply: { status, body } })
    expect(await send(order)).toEqual({ state: 'failed', methodRefundId: null, reason })
  })

  test('that Przelewy24 says to know already, and does not list yet, is asked about again', async () => {
    const order = await orderOf()
    const body = { error: [{ message: 'Request already exists' }], code: 409 }
    world.fake.next({ on: /transaction\/refund$/, reply: { status: 409, body } })
    await expect(send(order)).rejects.toThrow('already exists')
    expect(await send(order)).toMatchObject({ state: 'pending' })
  })

  async function send(order: RefundOrder) {
    const { method, platform } = world
    if (method.refund === 'cannot') throw new Error('it can')
    return method.refund.send(platform, await world.provider(), order)
  }

  async function orderOf(): Promise<RefundOrder> {
    const checkout = await world.started({ amount: 10 })
    await world.fake.pay(checkout.publicId)
    const [payment] = await world.paymentsOf(checkout)
    return {
      publicId: newRefundId('refund'),
      checkout,
      methodPaymentId: found(payment).method_payment_id,
      methodRefundId: null,
      amount: 1_000n,
      currency: 'PLN',
      description: 'zwrot',
      notifyUrl: `${world.gateway.url}/notify/p24/${world.gateway.provider.code}`,
    }
  }
})

test('banks are those that are open, with a sign only where it is safe to show', async () => {
  const { banks } = world.method
  if (banks === 'cannot') throw new Error('it can')
  expect(await banks(world.platform, await world.provider())).toEqual([
    { id: '20', name: 'PKO BP — iPKO', logoUrl: 'https://static.example/20.svg' },
    { id: '25', name: 'mBank — mTransfer', logoUrl: null },
  ])
})

test('the fake refuses what Przelewy24 would refuse', async () => {
  const { url } = world.fake
  const call = (path: string, body: object, authorization: string) =>
    fetch(`${url}/api/v1${path}`, { method: 'POST', headers: { authorization }, body: JSON.stringify(body) })
  const key = `Basic ${Buffer.from('54321:7d8e0c5f2b1a4c6d9e3f').toString('base64')}`
  expect((await call('/transaction/register', {}, 'Basic eDp4')).status).toBe(401)
  expect((await call('/transaction/register', {}, key)).status).toBe(400)
  const right = found(sentTo('/transaction/register')[0])
  expect((await call('/transaction/register', right, key)).status).toBe(200)
  for (const change of [
    { amount: 102 },
    { email: `${'a'.repeat(50)}@b.pl` },
    { language: 'uk' },
    { sign: '' },
  ])
    expect((await call('/transaction/register', { ...right, ...change }, key)).status).toBe(400)
})
