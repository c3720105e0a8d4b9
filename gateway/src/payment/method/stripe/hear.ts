import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Platform } from '../../../platform/platform.ts'
import type { Provider } from '../../../provider/index.ts'
import { isCheckoutId } from '../../checkout.ts'
import { isRefundId } from '../../refund/refund.ts'
import { methodAccount } from '../accounts.ts'
import { jsonOf } from '../json.ts'
import type { Heard, RawNotification } from '../method.ts'
import { unlessWithoutAccount } from '../without-account.ts'
import { calling, stripeOf } from './client.ts'
import { isSignedBy } from './signature.ts'
import { idOf } from './wire.ts'

const Metadata = Type.Record(Type.String(), Type.String())
const Reference = Type.Union([Type.String(), Type.Object({ id: Type.String() }), Type.Null()])

/** What is read of an event: the thing it tells of. */
const Event = Type.Object({
  id: Type.String(),
  type: Type.String(),
  data: Type.Object({
    object: Type.Object({
      id: Type.Optional(Type.String()),
      object: Type.String(),
      metadata: Type.Optional(Type.Union([Metadata, Type.Null()])),
      client_reference_id: Type.Optional(Type.Union([Type.String(), Type.Null()])),
      payment_intent: Type.Optional(Reference),
    }),
  }),
})

const nothing: Heard = { verdict: 'believed', nothing: true }

/**
 * Reads an event. An account at Stripe may serve other shops too: what names nothing of ours is heard and left
 * alone.
 */
export async function hearStripe(
  platform: Platform,
  provider: Provider,
  { headers, body }: RawNotification,
): Promise<Heard> {
  const account = await unlessWithoutAccount(methodAccount(platform, provider, 'stripe'))
  const secret = account?.credentials.webhookSecret
  if (!secret || !isSignedBy(secret, headers['stripe-signature'], body, new Date()))
    return { verdict: 'forged' }
  const event = jsonOf(body)
  if (!Value.Check(Event, event)) return { verdict: 'unreadable' }
  const { object } = event.data
  const intent = object.payment_intent ? idOf(object.payment_intent) : undefined
  switch (object.object) {
    case 'checkout.session':
      return aboutCheckout(object.client_reference_id, object.id)
    case 'payment_intent':
      return aboutCheckout(object.metadata?.checkout, object.id)
    case 'charge':
      return aboutCheckout(object.metadata?.checkout, intent)
    case 'dispute':
      return aboutCheckout(intent && (await checkoutOfIntent(platform, provider, intent)), intent)
    case 'refund':
      return aboutRefund(object.metadata?.refund)
    default:
      return nothing
  }
}

function aboutCheckout(checkoutPublicId: string | null | undefined, reference: string | undefined): Heard {
  if (!checkoutPublicId || !isCheckoutId(checkoutPublicId)) return nothing
  return { verdict: 'believed', checkoutPublicId, ...(reference ? { reference } : {}) }
}

function aboutRefund(refundPublicId: string | undefined): Heard {
  return refundPublicId && isRefundId(refundPublicId) ? { verdict: 'believed', refundPublicId } : nothing
}

/** A dispute has no word of ours in it, its payment intent has. */
async function checkoutOfIntent(
  platform: Platform,
  provider: Provider,
  intent: string,
): Promise<string | undefined> {
  const stripe = await stripeOf(platform, provider)
  const { metadata } = await calling(stripe.paymentIntents.retrieve(intent))
  return metadata.checkout
}
