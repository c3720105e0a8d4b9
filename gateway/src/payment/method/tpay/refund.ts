import { amountOf } from '@bill-gateway/contract'
import type { Platform } from '../../../platform/platform.ts'
import { type Provider, providerNow } from '../../../provider/index.ts'
import { MethodError, type RefundOrder, type RefundStatus } from '../method.ts'
import { bodyOf, codesOf, isRefused, type TpayClient } from './client.ts'
import { claim, refundsOfOurs } from './our-refunds.ts'
import { minorOf, Refund, Refunds, refundIdOf, refundStatusOf } from './wire.ts'

/**
 * Asks for a refund. Tpay knows no idempotency key and keeps no id of ours, so one that may have been sent before
 * is looked for first among those that belong to no other of ours: its answer was lost.
 */
export async function sendRefund(
  platform: Platform,
  client: TpayClient,
  provider: Provider,
  order: RefundOrder,
): Promise<RefundStatus> {
  if (!(await isFirst(platform, provider, order))) {
    const known = await refundStatus(platform, client, provider, order)
    if (known.state !== 'absent') return known
  }
  // Always with an amount, also for all of it: Tpay then says of the transaction that it is paid as before.
  const body = { amount: amountOf(order.amount) }
  const path = `/transactions/${encodeURIComponent(order.methodPaymentId)}/refunds`
  const answer = await client.call('POST', path, body)
  if (isRefused(answer))
    return {
      state: 'failed',
      methodRefundId: null,
      reason: codesOf(answer.body) || `status ${answer.status}`,
    }
  const made = bodyOf(answer, Refund, 'a refund')
  const id = refundIdOf(made)
  if (id === null) return refundStatus(platform, client, provider, order)
  // Another one, whose own request was lost, took it for its own in between: this one is looked for again.
  if (!(await claim(platform.db, provider, order, id)))
    throw new MethodError('the refund was taken for another one of the same amount')
  return refundStatusOf(made, providerNow(provider))
}

export async function refundStatus(
  { db }: Platform,
  client: TpayClient,
  provider: Provider,
  order: RefundOrder,
): Promise<RefundStatus> {
  const { methodPaymentId, methodRefundId, amount } = order
  const answer = await client.call('GET', `/transactions/${encodeURIComponent(methodPaymentId)}/refunds`)
  const { refunds } = bodyOf(answer, Refunds, 'a question for refunds')
  const now = providerNow(provider)
  if (methodRefundId !== null) {
    const refund = refunds.find((one) => refundIdOf(one) === methodRefundId)
    return refund ? refundStatusOf(refund, now) : { state: 'pending', methodRefundId }
  }
  for (const one of refunds) {
    const id = refundIdOf(one)
    const said = refundStatusOf(one, now)
    const fits = one.amount !== undefined && minorOf(one.amount) === amount && said.state !== 'failed'
    if (id !== null && fits && (await claim(db, provider, order, id))) return said
  }
  return { state: 'absent' }
}

/** Whether it was never sent before: then it cannot be there, and what looks like it is another one. */
async function isFirst({ db }: Platform, provider: Provider, order: RefundOrder): Promise<boolean> {
  const ours = await refundsOfOurs(db, provider, order.methodPaymentId)
  const own = ours.find(({ publicId }) => publicId === order.publicId)
  return own !== undefined && own.checks <= 1
}
