import { chargeOf } from '../blik.ts'
import { decisionPage, type Fake, type FakeReply, type Routes, startFakeServer } from '../fake-server.ts'
import { type Post, sendPost } from '../notifications.ts'
import { newApi, secretKey } from './api.ts'
import type { StripeCharge } from './objects.ts'
import { decideRefund, refundRoutes } from './refunds.ts'
import { startRoutes } from './start.ts'
import {
  dispute,
  eventOf,
  expire,
  type Notifying,
  newNotifying,
  refuse,
  type StripeWorld,
  signedPost,
  succeed,
  webhookSecret,
} from './world.ts'

/** One and two more. */
const sdkTries = 3

export interface StripeFake extends Fake {
  charge(checkoutId: string): StripeCharge | undefined
  registerEndpoint(url: string): void
  /** A dispute that ends as said. */
  dispute(checkoutId: string, end: 'needs_response' | 'lost' | 'won'): Promise<void>
  /** Signs any event as Stripe does, or with another secret or time. */
  sign(event: object, otherwise?: { secret?: string; time?: number }): Post
}

/** Stripe's API, page and events, as far as the gateway uses them. */
export async function startStripeFake(): Promise<StripeFake> {
  const world: StripeWorld = {
    charges: new Map(),
    customers: new Set(),
    endpoint: 'http://127.0.0.1:9/unset',
    refundsEnd: 'succeeded',
  }
  const notifying = newNotifying(world)
  const api = newApi()
  const server = await startFakeServer({
    ...startRoutes(api, world, notifying, () => server.url),
    ...refundRoutes(api, world, notifying),
    ...pageRoutes(world, notifying),
  })
  const find = (checkoutId: string) => chargeOf(world.charges, checkoutId)
  const postOf = (checkoutId: string) => {
    const event = eventOf(find(checkoutId))
    return event && notifying.postOf(...event)
  }
  return {
    ...server,
    // The SDK asks again by itself: what is lost is lost each time.
    next(fault) {
      for (let tries = 0; tries < (fault.lose ? sdkTries : 1); tries++) server.next(fault)
    },
    environment: { METHOD_STRIPE_URL: server.url },
    credentials: { secretKey, webhookSecret },
    charge: (checkoutId) => world.charges.get(checkoutId),
    registerEndpoint(url) {
      world.endpoint = url
    },
    pay: (checkoutId, money) => succeed(notifying, find(checkoutId), money),
    refuse: (checkoutId) => refuse(notifying, find(checkoutId)),
    expire: (checkoutId) => expire(notifying, find(checkoutId)),
    takeBack: (checkoutId) => dispute(notifying, find(checkoutId), 'lost'),
    dispute: (checkoutId, end) => dispute(notifying, find(checkoutId), end),
    sign: (event, otherwise) => signedPost(world, event, otherwise),
    notification: postOf,
    async notify(checkoutId) {
      const post = postOf(checkoutId)
      if (!post) throw new Error(`Stripe has nothing to tell of ${checkoutId}`)
      return sendPost(post)
    },
    refundsEnd(how) {
      world.refundsEnd = how
    },
    decideRefund: (refundId, how) => decideRefund(world, notifying, refundId, how),
    notifications: notifying.notifications,
    async close() {
      notifying.notifications.close()
      await server.close()
    },
  }
}

/** Stripe's page: the payer decides with a button, and may try again after a refusal. */
function pageRoutes({ charges }: StripeWorld, notifying: Notifying): Routes {
  const pageOf = (id: string | undefined) => [...charges.values()].find(({ sessionId }) => sessionId === id)
  const gone: FakeReply = { status: 404, body: '<!doctype html><title>Stripe</title>' }
  return {
    'GET /c/pay/:id': ({ params }) => {
      const charge = pageOf(params.id)
      if (!charge) return gone
      const state = charge.sessionState === 'open' ? 'open' : charge.state
      return decisionPage('Stripe', { ...charge, state })
    },
    'POST /c/pay/:id': async ({ params, body }) => {
      const charge = pageOf(params.id)
      if (!charge) return gone
      const decision = new URLSearchParams(body.toString()).get('decision')
      if (decision === 'pay' && charge.sessionState === 'open') await succeed(notifying, charge)
      if (decision === 'refuse' && charge.sessionState === 'open') await refuse(notifying, charge)
      return { status: 303, headers: { location: charge.returnUrl } }
    },
  }
}
