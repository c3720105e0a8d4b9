import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Checkout } from '../../gateway/src/payment/index.ts'
import { stopCheckouts } from '../../gateway/src/payment/stop.ts'
import { type PayuFake, startPayuFake } from '../../gateway/testing/fakes/payu/index.ts'
import { found, type MethodWorld, startMethodWorld } from '../../gateway/testing/method-world.ts'
import { until } from '../../gateway/testing/payments.ts'
import { attemptOf, siblingOf } from './attempt.ts'

let world: MethodWorld
let fake: PayuFake
beforeAll(async () => {
  world = await startMethodWorld('payu', async () => {
    fake = await startPayuFake()
    return fake
  })
})
afterAll(() => world?.close())

const orders = () =>
  fake.requests
    .filter(({ method, path }) => method === 'POST' && path.endsWith('/orders'))
    .map(({ body }) => JSON.parse(body.toString()))
const tokensAsked = () => fake.requests.filter(({ path }) => path.endsWith('/oauth/authorize')).length

describe('an order', () => {
  test('says what PayU wants of it', async () => {
    const checkout = await world.started({ amount: 1.01, bankId: 'm' })
    expect(orders().at(-1)).toMatchObject({
      extOrderId: checkout.publicId,
      merchantPosId: '300746',
      customerIp: '192.0.2.7',
      totalAmount: '101',
      currencyCode: 'PLN',
      validityTime: '1800',
      buyer: { email: 'biuro@netix.example', firstName: 'Jan', lastName: 'Kowalski', language: 'pl' },
      products: [{ unitPrice: '101', quantity: '1' }],
      payMethods: { payMethod: { type: 'PBL', value: 'm' } },
      notifyUrl: `${world.gateway.url}/notify/payu/${world.gateway.provider.code}`,
    })
    await world.started({ channel: 'card' })
    expect(orders().at(-1).payMethods.payMethod).toEqual({ type: 'PBL', value: 'c' })
    await world.started({})
    expect(orders().at(-1).payMethods).toBe(undefined)
  })

  test('whose answer was lost is made anew: the payer comes to the one that he can pay', async () => {
    const token = await world.newLink(33)
    const press = { token, formNonce: `press-${token.slice(0, 20)}` }
    fake.next({ on: /\/orders$/, lose: 'answer' })
    await world.started(press)
    const again = await world.started(press)
    expect(orders().at(-1).extOrderId).toBe(`${again.publicId}.2`)
    await fake.pay(again.publicId)
    await world.expectPaid(again, 3_300n)
  })

  test('that PayU refuses ends the checkout at once', async () => {
    const reply = { status: 400, body: { status: { statusCode: 'ERROR_VALUE_INVALID' } } }
    fake.next({ on: /\/orders$/, reply })
    expect(await world.started({})).toMatchObject({ status: 'failed', failure: 'not-started' })
    expect(await world.books()).toEqual([])
  })

  test.each([
    ['700701', 'expired-code'],
    ['700702', 'cancelled-by-payer'],
    ['700703', 'used-code'],
    ['123456', 'wrong-code'],
  ])('with the code %s fails at once: %s', async (blikCode, failure) => {
    const checkout = await world.started({ channel: 'blik', blikCode })
    expect(checkout).toMatchObject({ status: 'failed', failure })
    await world.expectPaid(checkout)
  })

  test('that waits for the merchant is captured, and paid only then', async () => {
    fake.captureByHand(true)
    const checkout = await world.started({ amount: 34 })
    await fake.pay(checkout.publicId)
    fake.captureByHand(false)
    await world.comesTo(checkout, 'succeeded')
    await world.expectPaid(checkout, 3_400n)
    expect(fake.requests.some(({ path }) => path.endsWith('/captures'))).toBe(true)
  })

  test('is stopped at PayU when its bill is cancelled', async () => {
    const checkout = await world.started({ channel: 'blik', amount: 35 })
    const token = checkout.links[0]?.token
    await world.gateway.api(`/pay/v1/payments/${token}/cancel`, { body: { resolution: 'CANCELLED' } })
    await until(async () => fake.charge(checkout.publicId)?.state === 'stopped')
    await world.comesTo(checkout, 'failed')
    await world.expectPaid(checkout)
  })

  test('that cannot be stopped now holds up no other of its bill', async () => {
    const token = await world.newLink(37)
    const redirect = await world.started({ token })
    const code = await world.started({ token, channel: 'blik' })
    fake.next({ on: new RegExp(`^DELETE .*/${redirect.methodReference}$`), lose: 'request' })
    const { id: providerId } = await world.provider()
    const { linkId = 0n } = redirect.links[0] ?? {}
    const stopped = stopCheckouts(world.platform, providerId, linkId, redirect.referenceNumber)
    await expect(stopped).rejects.toThrow('the connection failed')
    expect(await world.reread(redirect)).toMatchObject({ status: 'expired', failure: 'paid-elsewhere' })
    expect(fake.charge(code.publicId)?.state).toBe('stopped')
    expect((await world.reread(code)).status).toBe('failed')
    expect(await world.books()).toEqual([])
  })

  test('of which PayU tells in the wrong order comes to its last state', async () => {
    const checkout = await world.started({ channel: 'blik', amount: 36 })
    fake.notifications.mode = 'held'
    await fake.refuse(checkout.publicId)
    await fake.pay(checkout.publicId)
    fake.notifications.mode = 'now'
    await fake.notifications.release('reversed')
    expect((await world.reread(checkout)).status).toBe('succeeded')
    await world.expectPaid(checkout, 3_600n)
  })
})

describe('a token', () => {
  test('is asked for once, by however many at a time, and kept', async () => {
    await world.started({})
    const before = tokensAsked()
    await Promise.all(Array.from({ length: 5 }, () => world.started({})))
    expect(tokensAsked()).toBe(before)
  })

  test('that PayU takes no more is asked for anew', async () => {
    fake.dropTokens()
    const before = tokensAsked()
    expect(await world.started({})).toMatchObject({ redirectUrl: expect.stringMatching(/^http/) })
    expect(tokensAsked()).toBe(before + 1)
  })
})

describe('what is saved', () => {
  test.each([
    ['card', '•••• 1111'],
    ['blik', null],
  ] as const)(
    'a %s is remembered for our name of the payer, and charged without him',
    async (channel, label) => {
      const provider = await world.provider()
      const checkout = await world.started({ channel: 'card' })
      const saving = { ...siblingOf(checkout), channel }
      const save = { alias: `alias-${channel}`, label: 'NETIX rachunki' }
      const attempt = attemptOf(world, saving, { save, ...(channel === 'blik' && { blikCode: '100000' }) })
      const started = await world.method.start(world.platform, provider, attempt)
      fake.notifications.mode = 'lost'
      await fake.pay(saving.publicId)
      fake.notifications.mode = 'now'
      const named = { ...saving, methodReference: started.reference }
      const status = await world.method.status(world.platform, provider, named)
      const saved = status.state === 'paid' ? found(status.saved) : undefined
      expect(saved?.label).toBe(label)

      const later = await world.started({ amount: 41, channel: 'card' })
      const order = { ...later, channel }
      await expect(charge(order, found(saved).reference)).rejects.toThrow(/already/)
      const fresh = siblingOf(order)
      expect(await charge(fresh, found(saved).reference)).toMatchObject({ kind: 'pending' })
      await until(async () => fake.charge(fresh.publicId)?.state === 'paid')
      expect(await charge(fresh, found(saved).reference).catch(() => 'made already')).toBe('made already')
    },
  )

  test('what belongs to another customer is refused', async () => {
    const checkout = await world.started({ channel: 'card' })
    expect(await charge(siblingOf(checkout), 'TOKC_1 alias-blik')).toMatchObject({
      kind: 'failed',
      failure: 'declined',
    })
  })

  async function charge(checkout: Checkout, reference: string) {
    const { method, platform } = world
    if (method.chargeSaved === 'cannot') throw new Error('it can')
    const attempt = attemptOf(world, checkout, {})
    return method.chargeSaved(platform, await world.provider(), {
      ...attempt,
      saved: { reference, label: null },
    })
  }
})

test('banks are those that are open, and no cards', async () => {
  const { banks } = world.method
  if (banks === 'cannot') throw new Error('it can')
  const names = (await banks(world.platform, await world.provider())).map(({ id }) => id)
  expect(names).toEqual(['m', 'p'])
})

test('the fake refuses what PayU would refuse', async () => {
  const call = (body: object, token: string) =>
    fetch(`${fake.url}/api/v2_1/orders`, {
      method: 'POST',
      redirect: 'manual',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const token = found(
    fake.requests.findLast(({ headers }) => headers.authorization)?.headers.authorization,
  ).slice(7)
  expect((await call({}, 'nobody')).status).toBe(401)
  const right = { ...found(orders()[0]), extOrderId: 'one-more' }
  expect((await call(right, token)).status).toBe(302)
  expect((await call(right, token)).status).toBe(400)
  for (const change of [
    { totalAmount: 101 },
    { products: [] },
    { customerIp: '0.0.0.0' },
    { merchantPosId: '1' },
  ])
    expect([400, 403]).toContain((await call({ ...right, extOrderId: 'two', ...change }, token)).status)
})
