import type Stripe from 'stripe'
import type { RefundOrder, RefundStatus } from '../method.ts'
import { calling, StripeRefusal } from './client.ts'
import { refundStatusOf } from './wire.ts'

/** Refunds of one payment that are looked through. */
const refundsMax = 100

/**
 * Asks for the refund. Stripe forgets idempotency keys after a day, so a refund that is already there is looked
 * for first.
 */
export async function sendRefund(stripe: Stripe, order: RefundOrder): Promise<RefundStatus> {
  const known = await findRefund(stripe, order)
  if (known) return refundStatusOf(known)
  const { publicId, methodPaymentId, amount } = order
  try {
    const refund = await calling(
      stripe.refunds.create(
        {
          payment_intent: methodPaymentId,
          amount: Number(amount),
          reason: 'requested_by_customer',
          metadata: { refund: publicId },
        },
        { idempotencyKey: publicId },
      ),
    )
    return refundStatusOf(refund)
  } catch (error) {
    if (!(error instanceof StripeRefusal && isFinal(error))) throw error
    return { state: 'failed', methodRefundId: null, reason: error.code }
  }
}

export async function refundStatus(stripe: Stripe, order: RefundOrder): Promise<RefundStatus> {
  const refund = await findRefund(stripe, order)
  return refund ? refundStatusOf(refund) : { state: 'absent' }
}

/** Of the payment itself, such as too much or too late; a wrong key or too many requests pass. */
function isFinal({ isCertain, code }: StripeRefusal): boolean {
  return isCertain && !passing.has(code)
}

const passing: ReadonlySet<string> = new Set([
  'rate_limit',
  'lock_timeout',
  'StripeAuthenticationError',
  'StripePermissionError',
  'StripeRateLimitError',
  'StripeIdempotencyError',
  'idempotency_key_in_use',
])

async function findRefund(stripe: Stripe, order: RefundOrder): Promise<Stripe.Refund | undefined> {
  if (order.methodRefundId) return calling(stripe.refunds.retrieve(order.methodRefundId))
  const { data } = await calling(
    stripe.refunds.list({ payment_intent: order.methodPaymentId, limit: refundsMax }),
  )
  return data.find(({ metadata }) => metadata?.refund === order.publicId)
}
