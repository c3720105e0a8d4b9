import type Stripe from 'stripe'
import type { Provider } from '../../../provider/index.ts'
import type { Checkout } from '../../checkout.ts'
import { MethodError } from '../method.ts'
import { calling, StripeRefusal } from './client.ts'

const minuteMs = 60_000
/** Stripe's clock may differ from ours by so much. */
const skewMs = 10 * minuteMs
/** From a checkout's beginning to the last time that it may be started at Stripe, and some more. */
const startedWithinMs = 45 * minuteMs
/** Objects of that time that are looked through: an account with more of them is another answer than none. */
const lookedThroughMax = 5_000
const pageMax = 100

/** Charge, and with it when the money came and whether it is disputed. */
const expand = ['latest_charge']

/**
 * The checkout's payment intent. Where the answer to its start was lost, it is looked for by the checkout's id
 * among all that were made then.
 *
 * @returns undefined where Stripe certainly has none
 */
export async function findIntent(
  stripe: Stripe,
  provider: Provider,
  { publicId, createdAt, methodReference }: Checkout,
): Promise<Stripe.PaymentIntent | undefined> {
  if (methodReference?.startsWith('pi_'))
    return existing(stripe.paymentIntents.retrieve(methodReference, { expand }))
  const made = stripe.paymentIntents.list({
    created: madeWithin(provider, createdAt),
    limit: pageMax,
    expand: ['data.latest_charge'],
  })
  return firstOf(made, ({ metadata }) => metadata.checkout === publicId)
}

/** The checkout's page at Stripe, with its payment intent if there is one. */
export async function findSession(
  stripe: Stripe,
  provider: Provider,
  { publicId, createdAt, methodReference }: Checkout,
): Promise<Stripe.Checkout.Session | undefined> {
  if (methodReference?.startsWith('cs_'))
    return existing(
      stripe.checkout.sessions.retrieve(methodReference, { expand: ['payment_intent.latest_charge'] }),
    )
  const made = stripe.checkout.sessions.list({
    created: madeWithin(provider, createdAt),
    limit: pageMax,
    expand: ['data.payment_intent.latest_charge'],
  })
  return firstOf(made, ({ client_reference_id: id }) => id === publicId)
}

/** Stripe's clock is the real one, whatever a test provider's clock shows, now or when the checkout began. */
function madeWithin({ clockAheadMs }: Provider, createdAt: Date): { gte: number; lte: number } {
  const seconds = (ms: number) => Math.floor(ms / 1000)
  return {
    gte: seconds(createdAt.getTime() - clockAheadMs - skewMs),
    lte: seconds(createdAt.getTime() + startedWithinMs + skewMs),
  }
}

async function firstOf<T>(list: AsyncIterable<T>, isIt: (thing: T) => boolean): Promise<T | undefined> {
  let seen = 0
  const look = async () => {
    for await (const thing of list) {
      if (isIt(thing)) return thing
      seen += 1
      if (seen >= lookedThroughMax) throw new MethodError('Stripe has too much of that time to look through')
    }
    return undefined
  }
  return calling(look())
}

async function existing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await calling(call)
  } catch (error) {
    if (error instanceof StripeRefusal && error.code === 'resource_missing') return undefined
    throw error
  }
}
