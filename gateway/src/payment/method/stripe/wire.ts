import type Stripe from 'stripe'
import type { Failure } from '../../checkout.ts'
import type { MethodStatus, Money, RefundStatus, Saved, TakenBack } from '../method.ts'

/** The states of a payment intent whose money did not move, and their words of ours. */
type Unpaid = Exclude<MethodStatus, { state: 'paid' }>

/** What Stripe calls a refusal, in `decline_code` or `code`; whatever else it says is `declined`. */
const failures: ReadonlyMap<string | undefined, Failure> = new Map([
  ['code_invalid', 'wrong-code'],
  ['code_expired', 'expired-code'],
  ['customer_declined', 'cancelled-by-payer'],
  ['payment_method_customer_decline', 'cancelled-by-payer'],
  ['payment_intent_payment_attempt_expired', 'timeout'],
])

/**
 * What a payment intent says of money that did not move.
 *
 * @param isOneTry a BLIK code or a saved method: it is tried once. On Stripe's own page a payer may try again.
 */
export function unpaidStatus(
  { status, last_payment_error: error, cancellation_reason: reason }: Stripe.PaymentIntent,
  isOneTry: boolean,
): Unpaid {
  switch (status) {
    case 'processing':
    case 'requires_capture':
      return { state: 'pending' }
    case 'requires_action':
      return { state: isOneTry ? 'pending' : 'open' }
    case 'canceled':
      return reason === 'requested_by_customer' || reason === 'duplicate' || reason === 'fraudulent'
        ? { state: 'failed', failure: 'stopped' }
        : { state: 'expired', failure: null }
    case 'requires_payment_method':
    case 'requires_confirmation':
      if (!isOneTry) return { state: 'open' }
      // Nothing was submitted: the attempt is there, yet no money can come of it.
      return error ? refusal(error) : { state: 'absent' }
    default:
      return { state: isOneTry ? 'pending' : 'open' }
  }
}

function refusal(error: { code?: string; decline_code?: string }): Unpaid {
  const failure = failureOf(error)
  return failure === 'timeout' ? { state: 'expired', failure } : { state: 'failed', failure }
}

export function failureOf({
  code,
  decline_code: declined,
}: {
  code?: string
  decline_code?: string
}): Failure {
  return failures.get(declined) ?? failures.get(code) ?? 'declined'
}

/** The one payment of an intent that succeeded. Its id is the intent's: an intent takes money once. */
export function moneyOf(intent: Stripe.PaymentIntent): Money {
  const charge = chargeOf(intent)
  return {
    methodPaymentId: intent.id,
    amount: BigInt(intent.amount_received),
    currency: intent.currency.toUpperCase(),
    paidAt: timeOf(charge?.created ?? intent.created),
  }
}

/** The charge, where the answer holds it and not its id alone. */
export function chargeOf({ latest_charge: charge }: Stripe.PaymentIntent): Stripe.Charge | undefined {
  return charge && typeof charge === 'object' ? charge : undefined
}

/**
 * Disputes that the payer won. While one is open its money is held and may come back, so it is no word of the
 * end; an inquiry (`warning_…`) holds none.
 */
export function takenBackOf(intentId: string, disputes: readonly Stripe.Dispute[]): TakenBack[] {
  return disputes
    .filter(({ status, amount }) => status === 'lost' && amount > 0)
    .map(({ id, amount, created }) => ({
      methodReversalId: id,
      methodPaymentId: intentId,
      amount: BigInt(amount),
      at: timeOf(created),
    }))
}

/** What a paid intent saved, where it was told to. */
export function savedOf(intent: Stripe.PaymentIntent): Saved | undefined {
  const { customer, payment_method: method, payment_method_options: options } = intent
  const wanted = intent.setup_future_usage ?? options?.blik?.setup_future_usage
  if (wanted !== 'off_session' || !customer || !method) return undefined
  const last4 = chargeOf(intent)?.payment_method_details?.card?.last4
  return {
    reference: `${idOf(customer)} ${idOf(method)}`,
    label: last4 ? `•••• ${last4}` : null,
  }
}

/** Customer and payment method out of {@link Saved.reference}. */
export function savedParts(reference: string): { customer: string; method: string } | undefined {
  const [, customer, method] = /^(cus_\w+) (pm_\w+)$/.exec(reference) ?? []
  return customer && method ? { customer, method } : undefined
}

export function refundStatusOf(refund: Stripe.Refund): RefundStatus {
  const methodRefundId = refund.id
  switch (refund.status) {
    case 'succeeded':
      return { state: 'succeeded', methodRefundId, at: timeOf(refund.created) }
    case 'failed':
    case 'canceled':
      return { state: 'failed', methodRefundId, reason: refund.failure_reason ?? refund.status }
    default:
      return { state: 'pending', methodRefundId }
  }
}

export function idOf(thing: string | { id: string }): string {
  return typeof thing === 'string' ? thing : thing.id
}

function timeOf(seconds: number): Date {
  return new Date(seconds * 1000)
}
