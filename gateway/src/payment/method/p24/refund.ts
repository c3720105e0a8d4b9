import { Value } from 'typebox/value'
import type { Provider } from '../../../provider/index.ts'
import { providerNow } from '../../../provider/index.ts'
import { MethodError, type RefundOrder, type RefundStatus } from '../method.ts'
import { bodyOf, type P24Answer, type P24Client, saidOf } from './client.ts'
import { Refunds, RefundsTaken, timeOf } from './wire.ts'

/** Asks for a refund; Przelewy24 takes no second one with the same id. */
export async function sendRefund(
  client: P24Client,
  provider: Provider,
  order: RefundOrder,
): Promise<RefundStatus> {
  const { publicId, checkout, methodPaymentId, amount, description, notifyUrl } = order
  const answer = await client.call('POST', '/transaction/refund', {
    requestId: publicId,
    refundsUuid: publicId,
    refunds: [
      { orderId: Number(methodPaymentId), sessionId: checkout.publicId, amount: Number(amount), description },
    ],
    urlStatus: notifyUrl,
  })
  if (answer.status === 201 || answer.status === 200) return takenOf(answer)
  const known = await refundStatus(client, provider, order)
  if (known.state !== 'absent') return known
  // A conflict is said for reasons that stay: too much, or a payment that cannot be given back.
  const reason = saidOf(answer.body).replace(/^: /, '') || `status ${answer.status}`
  if (answer.status === 409 && !isKnownId(reason)) return { state: 'failed', methodRefundId: null, reason }
  throw new MethodError(`Przelewy24 answered ${answer.status} to a refund: ${reason}`)
}

/** An answer has a word for each refund of the request: we ask for one at a time. */
function takenOf({ body }: P24Answer): RefundStatus {
  const [refused] = Value.Check(RefundsTaken, body) ? body.data.filter(({ status }) => !status) : []
  return refused
    ? { state: 'failed', methodRefundId: null, reason: (refused.message ?? 'refused').slice(0, 200) }
    : { state: 'pending', methodRefundId: null }
}

/** That it has our id already: it may be giving the money back, whatever its list shows now. */
function isKnownId(reason: string): boolean {
  return /exist|istniej|duplic/i.test(reason)
}

export async function refundStatus(
  client: P24Client,
  provider: Provider,
  { publicId, methodPaymentId }: RefundOrder,
): Promise<RefundStatus> {
  const answer = await client.call('GET', `/refund/by/orderId/${Number(methodPaymentId)}`)
  if (answer.status === 404) return { state: 'absent' }
  const { refunds } = bodyOf(answer, Refunds, 'a question for refunds').data
  const refund = refunds.find(({ requestId }) => requestId === publicId)
  if (!refund) return { state: 'absent' }
  if (refund.status === 1)
    return { state: 'succeeded', methodRefundId: publicId, at: timeOf(refund.date) ?? providerNow(provider) }
  if (refund.status === 4)
    return { state: 'failed', methodRefundId: publicId, reason: 'Przelewy24 refused it' }
  return { state: 'pending', methodRefundId: publicId }
}
