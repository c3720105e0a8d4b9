import type { FakeReply, Routes } from '../fake-server.ts'
import { type Api, type Call, error, missing, pageOf } from './api.ts'
import { newId, nowSeconds, type StripeCharge, type StripeRefund } from './objects.ts'
import type { Notifying, StripeWorld } from './world.ts'

const refundParams = ['payment_intent', 'amount', 'reason', 'metadata[]']

/** Refunds and disputes. */
export function refundRoutes(api: Api, world: StripeWorld, notifying: Notifying): Routes {
  const charges = () => [...world.charges.values()]
  const intentOf = (id: string | undefined) => charges().find(({ intentId }) => intentId === id)
  return {
    'POST /v1/refunds': api.post(refundParams, (call) => {
      const charge = intentOf(call.params.get('payment_intent'))
      if (!charge) return missing('payment_intent', call.params.get('payment_intent') ?? '')
      return newRefund(call, world, charge, notifying)
    }),
    'GET /v1/refunds': api.get(['payment_intent'], (call) =>
      pageOf(intentOf(call.params.get('payment_intent'))?.refunds ?? [], call),
    ),
    'GET /v1/refunds/:id': api.get([], ({ id }) => {
      const refund = charges()
        .flatMap(({ refunds }) => refunds)
        .find((one) => one.id === id)
      return refund ? { status: 200, body: refund } : missing('refund', id)
    }),
    'GET /v1/disputes': api.get(['payment_intent'], (call) =>
      pageOf(intentOf(call.params.get('payment_intent'))?.disputes ?? [], call),
    ),
  }
}

function newRefund(
  { params }: Call,
  world: StripeWorld,
  charge: StripeCharge,
  notifying: Notifying,
): FakeReply {
  const amount = Number(params.get('amount'))
  const given = charge.refunds.filter(({ status }) => status !== 'failed')
  const left = Number(charge.paid?.amount ?? 0n) - given.reduce((sum, refund) => sum + refund.amount, 0)
  if (!Number.isInteger(amount) || amount <= 0 || amount > left)
    return error(400, {
      type: 'invalid_request_error',
      code: left > 0 ? 'amount_too_large' : 'charge_already_refunded',
      message: 'Refund amount is greater than unrefunded amount on charge',
    })
  const refund: StripeRefund = {
    id: newId('re'),
    object: 'refund',
    amount,
    currency: charge.currency.toLowerCase(),
    created: nowSeconds(),
    status: 'pending',
    payment_intent: charge.intentId,
    metadata: { refund: params.get('metadata[refund]') ?? '' },
  }
  charge.refunds.push(refund)
  if (world.refundsEnd !== 'later') settle(charge, refund, world.refundsEnd)
  void notifying.tell('refund.created', { ...refund })
  return { status: 200, body: { ...refund } }
}

function settle(charge: StripeCharge, refund: StripeRefund, how: 'succeeded' | 'failed'): void {
  refund.status = how
  if (how === 'failed') refund.failure_reason = 'declined'
  else charge.refunded += BigInt(refund.amount)
}

/** @param refundId Stripe's own or ours */
export async function decideRefund(
  world: StripeWorld,
  notifying: Notifying,
  refundId: string,
  how: 'succeeded' | 'failed',
): Promise<void> {
  for (const charge of world.charges.values()) {
    const refund = charge.refunds.find(({ id, metadata }) => id === refundId || metadata.refund === refundId)
    if (!refund) continue
    settle(charge, refund, how)
    await notifying.tell(how === 'failed' ? 'refund.failed' : 'refund.updated', { ...refund })
    return
  }
  throw new Error(`Stripe never heard of refund ${refundId}`)
}
