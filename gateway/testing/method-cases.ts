import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Fake } from './fakes/fake-server.ts'
import { describeNotifications } from './method-notifications.ts'
import { describeRefunds } from './method-refunds.ts'
import { found, type MethodWorld, startMethodWorld } from './method-world.ts'

export interface MethodCases {
  /** The request that starts a redirect; default: any POST. */
  startRequest?: RegExp
  /** The request by which a BLIK code is submitted; default: any POST. null: the method takes no code. */
  blikRequest?: RegExp | null
  /** The request that orders a refund; default: a POST to an address with refund in it. */
  refundRequest?: RegExp
  /** Whether a notification tells that a refund is decided; else it is asked about. Default: true. */
  refundsAreTold?: boolean
}

/**
 * What every real method does, whoever is behind it: the suite runs a whole gateway against the method's fake,
 * by HTTP on both sides, and looks at the books after each test.
 */
export function describeMethod(code: string, startFake: () => Promise<Fake>, cases: MethodCases = {}): void {
  describe(`every method, ${code}:`, () => {
    let world: MethodWorld
    beforeAll(async () => {
      world = await startMethodWorld(code, startFake)
    })
    afterAll(() => world?.close())
    const blikRequest = cases.blikRequest === undefined ? /^POST / : cases.blikRequest
    describeRedirect(() => world, cases.startRequest ?? /^POST /)
    if (blikRequest) describeBlik(() => world, blikRequest)
    describeMoney(() => world)
    describeNotifications(() => world)
    describeRefunds(() => world, cases.refundRequest ?? /^POST .*refund/, cases.refundsAreTold ?? true)
    describeAccount(() => world)
  })
}

function describeRedirect(world: () => MethodWorld, startRequest: RegExp): void {
  describe('a payer who is sent to the payment provider', () => {
    test('is asked for what the link owes, and has paid once', async () => {
      const checkout = await world().started({ amount: 50 })
      expect(checkout).toMatchObject({ status: 'created', redirectUrl: expect.stringMatching(/^http/) })
      expect(world().fake.charge(checkout.publicId)).toMatchObject({ amount: 5_000n, currency: 'PLN' })
      await world().fake.pay(checkout.publicId)
      expect((await world().reread(checkout)).status).toBe('succeeded')
      const page = await world().back(checkout)
      expect(page.text).toContain('Zapłacono 50,00 zł')
      await world().expectPaid(checkout, 5_000n)
      expect(await world().status(checkout.links[0]?.token ?? '')).toMatchObject({ status: 'paid' })
    })

    test('blocks nobody while there: a second checkout of the link is paid as well, and all of it is kept', async () => {
      const token = await world().newLink(20)
      const first = await world().started({ token })
      const second = await world().started({ token, channel: 'card' })
      await world().fake.pay(first.publicId)
      await world().fake.pay(second.publicId)
      await world().expectPaid(first, 2_000n)
      await world().expectPaid(second, 2_000n)
      expect(await world().status(token)).toMatchObject({ status: 'paid', amounts: { paid: 20 } })
    })

    test('pays nothing by coming back', async () => {
      const checkout = await world().started()
      await world().back(checkout)
      await world().fake.refuse(checkout.publicId)
      await world().back(checkout)
      await world().expectPaid(checkout)
      expect((await world().status(checkout.links[0]?.token ?? '')).processing).toBe(false)
    })

    test('walks away: the checkout expires and money that comes later all the same is recorded', async () => {
      const checkout = await world().started({ amount: 30 })
      await world().advance('PT31M')
      expect((await world().reread(checkout)).status).toBe('expired')
      await world().expectPaid(checkout)
      await world().fake.pay(checkout.publicId)
      expect((await world().reread(checkout)).status).toBe('succeeded')
      await world().expectPaid(checkout, 3_000n)
    })

    test('has one charge although the answer to the start was lost and the button pressed again', async () => {
      const token = await world().newLink(40)
      const press = { token, formNonce: `nonce-${token.slice(0, 20)}` }
      world().fake.next({ on: startRequest, lose: 'answer' })
      const lost = await world().started(press)
      expect(lost).toMatchObject({ status: 'created', redirectUrl: null })
      const again = await world().started(press)
      expect(again.publicId).toBe(lost.publicId)
      expect(again.redirectUrl).toMatch(/^http/)
      await world().fake.pay(again.publicId)
      await world().expectPaid(again, 4_000n)
    })
  })
}

function describeBlik(world: () => MethodWorld, blikRequest: RegExp): void {
  describe('a BLIK code on our page', () => {
    test('waits for the payer’s app, blocks a second payment meanwhile, and is paid', async () => {
      const checkout = await world().started({ channel: 'blik', amount: 60 })
      expect(checkout.status).toBe('pending')
      const token = checkout.links[0]?.token ?? ''
      expect(await world().start({ token })).toMatchObject({ kind: 'refused', reason: 'processing' })
      await world().fake.pay(checkout.publicId)
      expect((await world().reread(checkout)).status).toBe('succeeded')
      await world().expectPaid(checkout, 6_000n)
    })

    test('that is confirmed at once is paid without anything more', async () => {
      const checkout = await world().started({ channel: 'blik', blikCode: '777123' })
      await world().comesTo(checkout, 'succeeded')
      await world().expectPaid(checkout, 12_345n)
    })

    test('that is wrong is refused, and the next one pays', async () => {
      const token = await world().newLink(10)
      const wrong = await world().started({ token, channel: 'blik', blikCode: '123456' })
      await world().advance('PT4M')
      expect(['failed', 'expired']).toContain((await world().reread(wrong)).status)
      await world().expectPaid(wrong)
      const right = await world().started({ token, channel: 'blik', blikCode: '777777' })
      await world().comesTo(right, 'succeeded')
      await world().expectPaid(right, 1_000n)
    })

    test('that is refused in the app leaves the link to be paid again', async () => {
      const checkout = await world().started({ channel: 'blik' })
      await world().fake.refuse(checkout.publicId)
      await world().advance('PT4M')
      expect(['failed', 'expired']).toContain((await world().reread(checkout)).status)
      await world().expectPaid(checkout)
      expect(await world().start({ token: checkout.links[0]?.token ?? '' })).toMatchObject({
        kind: 'started',
      })
    })

    test('whose answer was lost is submitted once, and found', async () => {
      world().fake.next({ on: blikRequest, lose: 'answer' })
      const checkout = await world().started({ channel: 'blik', amount: 70 })
      expect(checkout.status).toBe('pending')
      await world().fake.pay(checkout.publicId)
      await world().comesTo(checkout, 'succeeded')
      await world().expectPaid(checkout, 7_000n)
    })

    test('that never arrived takes no money and does not block for ever', async () => {
      world().fake.next({ on: blikRequest, lose: 'request' })
      const checkout = await world().started({ channel: 'blik' })
      expect(checkout.status).toBe('pending')
      await world().advance('PT10M')
      expect(['failed', 'expired']).toContain((await world().reread(checkout)).status)
      await world().expectPaid(checkout)
    })
  })
}

function describeMoney(world: () => MethodWorld): void {
  describe('money', () => {
    test('that is less than asked is recorded as it is, and the link takes the rest', async () => {
      const checkout = await world().started({ amount: 100 })
      await world().fake.pay(checkout.publicId, { amount: 9_900n })
      await world().expectPaid(checkout, 9_900n)
      const status = await world().status(checkout.links[0]?.token ?? '')
      expect(status).toMatchObject({ status: 'active', amounts: { paid: 99 } })
    })

    test('that is more than asked is recorded as it is, and what is over is kept', async () => {
      const checkout = await world().started({ amount: 100 })
      await world().fake.pay(checkout.publicId, { amount: 10_100n })
      await world().expectPaid(checkout, 10_100n)
      const rows = await world()
        .platform.db.selectFrom('allocation')
        .select(['amount', 'unallocated'])
        .where('link_id', '=', checkout.links[0]?.linkId ?? 0n)
        .execute()
      expect(rows).toMatchObject([{ amount: 10_100n, unallocated: 100n }])
    })

    test('in another currency is no payment: it waits for a person', async () => {
      const checkout = await world().started({ amount: 100 })
      await world().fake.pay(checkout.publicId, { currency: 'EUR' })
      await world().expectPaid(checkout)
      expect(await world().reviewsOf(checkout)).toMatchObject([{ kind: 'wrong-currency' }])
      expect((await world().reread(checkout)).status).toBe('pending')
    })
  })
}

function describeAccount(world: () => MethodWorld): void {
  describe('an account', () => {
    test('has secrets that lie sealed in the database, and stand nowhere else in it', async () => {
      const { account } = world().method
      if (account === 'none') throw new Error('it needs none')
      const stored = await storedText(world())
      const secrets = Object.keys(account.credentials).map((name) => world().fake.credentials[name])
      expect(secrets.length).toBeGreaterThan(0)
      for (const secret of secrets) expect(stored).not.toContain(found(secret))
      expect(stored).toContain(world().method.code)
    })

    test('that is right passes its test; one with another secret is told of in a sentence without it', async () => {
      const { method, platform, fake } = world()
      if (method.testConnection === 'cannot') throw new Error(`${method.code} cannot be tested`)
      const { testConnection } = method
      await testConnection(platform, await world().provider())
      for (const name of secretsThatOpen(method)) {
        const { provider } = await world().gateway.newProvider()
        const right = fake.credentials[name] ?? ''
        // Some keys have to begin as they do.
        const wrong = right.slice(0, 8) + [...right.slice(8)].reverse().join('')
        await world().connect(provider, { ...fake.credentials, [name]: wrong })
        const error = await testConnection(platform, provider).catch((thrown: unknown) => thrown)
        expect(error).toMatchObject({ name: expect.stringMatching(/Error|Refusal/) })
        expect(String(error)).not.toContain(wrong)
      }
    })
  })
}

/** Every row that there may be a secret in, as text. */
async function storedText({ platform: { db } }: MethodWorld): Promise<string> {
  const accounts = await db.selectFrom('method_account').selectAll().execute()
  const notifications = await db.selectFrom('notification').select('body').execute()
  const checkouts = await db.selectFrom('checkout').select(['method_reference', 'redirect_url']).execute()
  const sealed = accounts.map(({ credentials, ...row }) => [
    credentials.toString('latin1'),
    JSON.stringify(row),
  ])
  return JSON.stringify([sealed, notifications, checkouts])
}

/** Secrets without which nothing can be asked; those of notifications show only by notifications. */
function secretsThatOpen({ account }: MethodWorld['method']): string[] {
  if (account === 'none') return []
  return Object.keys(account.credentials).filter((name) => /^(apiKey|crc|clientSecret|secretKey)$/.test(name))
}
