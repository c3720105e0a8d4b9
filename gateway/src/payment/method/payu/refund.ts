import { type Provider, providerNow } from '../../../provider/index.ts'
import type { RefundOrder, RefundStatus } from '../method.ts'
import { bodyOf, type PayuClient, saidOf } from './client.ts'
import { type Refund, RefundCreated, RefundList } from './wire.ts'

/** Asks for a refund; asked again with the same words PayU answers with the same one. */
export async function sendRefund(
  client: PayuClient,
  provider: Provider,
  { publicId, methodPaymentId, amount, currency, description }: RefundOrder,
): Promise<RefundStatus> {
  const answer = await client.call('POST', `/orders/${encodeURIComponent(methodPaymentId)}/refunds`, {
    refund: { description, amount: String(amount), extRefundId: publicId, currencyCode: currency },
  })
  // What the order cannot give back it can give back at no time.
  if (answer.status === 400 || answer.status === 404)
    return {
      state: 'failed',
      methodRefundId: null,
      reason: saidOf(answer.body).replace(/^: /, '') || 'refused',
    }
  return statusOf(bodyOf(answer, RefundCreated, 'a refund').refund, provider)
}

export async function refundStatus(
  client: PayuClient,
  provider: Provider,
  { publicId, methodPaymentId }: RefundOrder,
): Promise<RefundStatus> {
  const answer = await client.call('GET', `/orders/${encodeURIComponent(methodPaymentId)}/refunds`)
  if (answer.status === 404) return { state: 'absent' }
  const refunds = bodyOf(answer, RefundList, 'a question for refunds')
  const refund = refunds.find(({ extRefundId }) => extRefundId === publicId)
  return refund ? statusOf(refund, provider) : { state: 'absent' }
}

function statusOf(
  { refundId, status, statusDatetime, statusError }: Refund,
  provider: Provider,
): RefundStatus {
  const methodRefundId = refundId
  if (status === 'CANCELED')
    return {
      state: 'failed',
      methodRefundId,
      reason: statusError?.code?.slice(0, 100) ?? 'PayU cancelled it',
    }
  if (status !== 'FINALIZED') return { state: 'pending', methodRefundId }
  const said = new Date(statusDatetime ?? '')
  return {
    state: 'succeeded',
    methodRefundId,
    at: Number.isNaN(said.getTime()) ? providerNow(provider) : said,
  }
}
