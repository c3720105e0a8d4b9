import type { FakeCharge } from '../fake-server.ts'

/** A charge as Stripe keeps it: a payment intent, behind a page or not. Times are unix seconds. */
export interface StripeCharge extends FakeCharge {
  intentId: string
  /** Null without a page. */
  sessionId: string | null
  sessionState: 'open' | 'complete' | 'expired'
  type: 'blik' | 'p24' | 'card'
  /** The payer tried: before, a page has no payment intent. */
  tried: boolean
  created: number
  paidAt: number
  error: { code: string; decline_code?: string } | null
  canceledFor: string | null
  metadata: Record<string, string>
  customer: string | null
  savesIt: boolean
  refunds: StripeRefund[]
  disputes: StripeDispute[]
}

export interface StripeRefund {
  id: string
  object: 'refund'
  amount: number
  currency: string
  created: number
  status: 'pending' | 'succeeded' | 'failed'
  failure_reason?: string
  payment_intent: string
  metadata: Record<string, string>
}

export interface StripeDispute {
  id: string
  object: 'dispute'
  amount: number
  currency: string
  created: number
  status: 'needs_response' | 'lost' | 'won'
  payment_intent: string
  charge: string
  reason: string
}

let made = 0

export function newId(prefix: string): string {
  made += 1
  return `${prefix}_fake${String(made).padStart(8, '0')}`
}

export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000)
}

/** @param whole with its charge and not the charge's id alone */
export function intentObject(charge: StripeCharge, whole = false) {
  const { intentId, paid, metadata, type, customer, created, error, canceledFor } = charge
  const succeeded = paid !== null
  return {
    id: intentId,
    object: 'payment_intent',
    amount: Number(charge.amount),
    amount_received: Number(paid?.amount ?? 0n),
    currency: (paid?.currency ?? charge.currency).toLowerCase(),
    status: intentStatus(charge),
    created,
    customer,
    metadata,
    livemode: false,
    cancellation_reason: canceledFor,
    last_payment_error: error && { type: 'card_error', message: 'The payment failed.', ...error },
    latest_charge: succeeded ? (whole ? chargeObject(charge) : chargeId(charge)) : null,
    payment_method: charge.tried && !error ? `pm_of_${intentId}` : null,
    payment_method_types: [type],
    payment_method_options:
      type === 'blik' && charge.savesIt ? { blik: { setup_future_usage: 'off_session' } } : {},
    setup_future_usage: type !== 'blik' && charge.savesIt ? 'off_session' : null,
    next_action: charge.state === 'pending' ? { type: 'blik_authorize', blik_authorize: {} } : null,
  }
}

function intentStatus({ state, canceledFor, paid }: StripeCharge): string {
  if (paid) return 'succeeded'
  if (canceledFor) return 'canceled'
  return state === 'pending' ? 'requires_action' : 'requires_payment_method'
}

export function chargeId({ intentId }: StripeCharge): string {
  return intentId.replace('pi_', 'ch_')
}

export function chargeObject(charge: StripeCharge) {
  const { paid, metadata, intentId, type, disputes, refunded, paidAt } = charge
  return {
    id: chargeId(charge),
    object: 'charge',
    amount: Number(paid?.amount ?? 0n),
    amount_refunded: Number(refunded),
    currency: (paid?.currency ?? charge.currency).toLowerCase(),
    created: paidAt,
    disputed: disputes.length > 0,
    metadata,
    paid: true,
    status: 'succeeded',
    payment_intent: intentId,
    payment_method_details: type === 'card' ? { type, card: { last4: '4242' } } : { type, [type]: {} },
  }
}

/** @param whole with its payment intent and that one's charge */
export function sessionObject(charge: StripeCharge, whole = false) {
  const { sessionId, sessionState, checkoutId, tried, paid, metadata, created } = charge
  return {
    id: sessionId ?? '',
    object: 'checkout.session',
    mode: 'payment',
    client_reference_id: checkoutId,
    amount_total: Number(charge.amount),
    currency: charge.currency.toLowerCase(),
    created,
    livemode: false,
    metadata,
    status: sessionState,
    payment_status: paid ? 'paid' : 'unpaid',
    payment_intent: tried ? (whole ? intentObject(charge, true) : charge.intentId) : null,
    url: sessionState === 'open' ? charge.payerUrl : null,
  }
}

export function eventObject(type: string, object: object) {
  return {
    id: newId('evt'),
    object: 'event',
    api_version: '2026-10-28.endive',
    created: nowSeconds(),
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
    data: { object },
  }
}
