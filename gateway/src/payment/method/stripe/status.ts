import type Stripe from 'stripe'
import type { MethodStatus } from '../method.ts'
import { calling } from './client.ts'
import { chargeOf, moneyOf, savedOf, takenBackOf, unpaidStatus } from './wire.ts'

/** A payment is disputed seldom more than once. */
const disputesMax = 100

/** @param isOneTry see {@link unpaidStatus} */
export async function statusOfIntent(
  stripe: Stripe,
  intent: Stripe.PaymentIntent,
  isOneTry: boolean,
): Promise<MethodStatus> {
  if (intent.status !== 'succeeded') return unpaidStatus(intent, isOneTry)
  const saved = savedOf(intent)
  const takenBack = chargeOf(intent)?.disputed ? await disputesOf(stripe, intent.id) : []
  return {
    state: 'paid',
    money: [moneyOf(intent)],
    ...(takenBack.length > 0 ? { takenBack } : {}),
    ...(saved ? { saved } : {}),
  }
}

/** A payer may try several times on Stripe's page: only its end, or money, ends the checkout. */
export async function statusOfSession(
  stripe: Stripe,
  session: Stripe.Checkout.Session,
  intent: Stripe.PaymentIntent,
): Promise<MethodStatus> {
  const said = await statusOfIntent(stripe, intent, false)
  if (said.state === 'paid' || said.state === 'pending') return said
  if (session.status === 'expired') return { state: 'expired', failure: null }
  // Handed in, and refused by the bank afterwards: the page takes no second try.
  if (session.status === 'complete') return unpaidStatus(intent, intent.last_payment_error !== null)
  return { state: 'open' }
}

/** The page's payment intent; undefined before the payer's first try. */
export function intentOfSession({
  payment_intent: intent,
}: Stripe.Checkout.Session): Stripe.PaymentIntent | undefined {
  return intent && typeof intent === 'object' ? intent : undefined
}

async function disputesOf(stripe: Stripe, intentId: string) {
  const disputes = await calling(stripe.disputes.list({ payment_intent: intentId, limit: disputesMax }))
  return takenBackOf(intentId, disputes.data)
}
