import { Value } from 'typebox/value'
import { jsonOf } from '../json.ts'
import type { Heard, RawNotification } from '../method.ts'
import type { PayuClient } from './client.ts'
import { isSignedBy } from './signature.ts'
import { checkoutOfExtOrderId, Notice, RefundNotice } from './wire.ts'

const nothing: Heard = { verdict: 'believed', nothing: true }

/** Reads a notification. A shop at PayU may sell other things too: what is none of ours is heard and left alone. */
export function hearPayu(
  { secondKey, algorithm, posId }: PayuClient,
  { headers, body }: RawNotification,
): Heard {
  const signature = headers['openpayu-signature'] ?? headers['x-openpayu-signature']
  if (!isSignedBy(secondKey, algorithm, signature, body)) return { verdict: 'forged' }
  const notice = jsonOf(body)
  if (Value.Check(Notice, notice)) {
    const { orderId, extOrderId, merchantPosId } = notice.order
    if (merchantPosId !== undefined && merchantPosId !== posId) return { verdict: 'forged' }
    const checkoutPublicId = checkoutOfExtOrderId(extOrderId)
    return checkoutPublicId ? { verdict: 'believed', checkoutPublicId, reference: orderId } : nothing
  }
  if (!Value.Check(RefundNotice, notice)) return { verdict: 'unreadable' }
  const { extRefundId = '' } = notice.refund
  return /^re_[A-Za-z0-9]{20}$/.test(extRefundId)
    ? { verdict: 'believed', refundPublicId: extRefundId }
    : nothing
}
