import { signatureOf } from '../../../src/payment/method/stripe/signature.ts'
import { newNotifications, type Post } from '../notifications.ts'
import {
  chargeId,
  chargeObject,
  eventObject,
  intentObject,
  newId,
  nowSeconds,
  type StripeCharge,
  type StripeDispute,
  sessionObject,
} from './objects.ts'

export const webhookSecret = 'whsec_FakeSecretOfTheTests'

/** Between tries of a notification: hours at Stripe. */
const retryMs = [50, 150, 450, 1_000]

/** What the fake knows, and what happens to it from outside. */
export interface StripeWorld {
  charges: Map<string, StripeCharge>
  customers: Set<string>
  /** Where events go: Stripe is told in its panel. */
  endpoint: string
  refundsEnd: 'succeeded' | 'failed' | 'later'
}

export type Notifying = ReturnType<typeof newNotifying>

/** Signs events and sends them. */
export function newNotifying(world: StripeWorld) {
  const notifications = newNotifications({ retryMs })
  const postOf = (type: string, object: object): Post => signedPost(world, eventObject(type, object))
  return {
    notifications,
    postOf,
    tell: async (type: string, object: object) => notifications.post(postOf(type, object)),
  }
}

/** An event as it comes from Stripe; with another secret or time it is a forged one or a replay. */
export function signedPost(
  { endpoint }: Pick<StripeWorld, 'endpoint'>,
  event: object,
  { secret = webhookSecret, time = nowSeconds() } = {},
): Post {
  const body = JSON.stringify(event, null, 2)
  const signature = signatureOf(secret, time, Buffer.from(body))
  return {
    url: endpoint,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'stripe-signature': `t=${time},v1=${signature},v0=${'0'.repeat(64)}`,
    },
    body,
  }
}

export async function succeed(
  notifying: Notifying,
  charge: StripeCharge,
  { amount = charge.amount, currency = charge.currency }: { amount?: bigint; currency?: string } = {},
): Promise<void> {
  charge.tried = true
  charge.paid = { amount, currency }
  charge.paidAt = nowSeconds()
  charge.error = null
  charge.canceledFor = null
  charge.state = 'paid'
  if (charge.sessionId) charge.sessionState = 'complete'
  await notifying.tell('charge.succeeded', chargeObject(charge))
  await notifying.tell('payment_intent.succeeded', intentObject(charge))
  if (charge.sessionId) await notifying.tell('checkout.session.completed', sessionObject(charge))
}

/** The bank or the payer refuses. A page stays open: the payer may try again on it. */
export async function refuse(
  notifying: Notifying,
  charge: StripeCharge,
  error: StripeCharge['error'] = {
    code: 'payment_intent_authentication_failure',
    decline_code: 'customer_declined',
  },
): Promise<void> {
  charge.tried = true
  charge.error = error
  charge.state = 'refused'
  await notifying.tell('payment_intent.payment_failed', intentObject(charge))
}

export async function expire(notifying: Notifying, charge: StripeCharge): Promise<void> {
  charge.state = 'expired'
  if (charge.sessionId) {
    charge.sessionState = 'expired'
    await notifying.tell('checkout.session.expired', sessionObject(charge))
    return
  }
  charge.error = { code: 'payment_intent_payment_attempt_expired' }
  await notifying.tell('payment_intent.payment_failed', intentObject(charge))
}

/** A dispute, with the end that it comes to: open it holds the money, lost it has taken it. */
export async function dispute(
  notifying: Notifying,
  charge: StripeCharge,
  end: StripeDispute['status'],
): Promise<void> {
  const opened: StripeDispute = {
    id: newId('du'),
    object: 'dispute',
    amount: Number(charge.paid?.amount ?? 0n),
    currency: charge.currency.toLowerCase(),
    created: nowSeconds(),
    status: 'needs_response',
    payment_intent: charge.intentId,
    charge: chargeId(charge),
    reason: 'fraudulent',
  }
  charge.disputes.push(opened)
  await notifying.tell('charge.dispute.created', opened)
  opened.status = end
  if (end !== 'needs_response') await notifying.tell('charge.dispute.closed', opened)
}

/** The event of the charge as it is. */
export function eventOf(charge: StripeCharge): [type: string, object: object] | undefined {
  switch (charge.state) {
    case 'paid':
      return charge.sessionId
        ? ['checkout.session.completed', sessionObject(charge)]
        : ['payment_intent.succeeded', intentObject(charge)]
    case 'refused':
      return ['payment_intent.payment_failed', intentObject(charge)]
    case 'expired':
      return charge.sessionId
        ? ['checkout.session.expired', sessionObject(charge)]
        : ['payment_intent.payment_failed', intentObject(charge)]
    case 'stopped':
      return charge.sessionId
        ? ['checkout.session.expired', sessionObject(charge)]
        : ['payment_intent.canceled', intentObject(charge)]
    default:
      return undefined
  }
}
