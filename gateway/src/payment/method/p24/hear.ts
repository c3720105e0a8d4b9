import { Value } from 'typebox/value'
import { isCheckoutId } from '../../checkout.ts'
import { jsonOf } from '../json.ts'
import type { Heard, RawNotification } from '../method.ts'
import type { P24Client } from './client.ts'
import { isSignatureOf } from './signature.ts'
import { RefundNotice, signedOf, signedOfRefund, TransactionNotice } from './wire.ts'

/**
 * Reads a notification. Its signature is over the values, not over the bytes: only signed values are read.
 */
export function hearP24({ merchantId, posId, crc }: P24Client, { body }: RawNotification): Heard {
  const notice = jsonOf(body)
  if (Value.Check(TransactionNotice, notice)) {
    const signed = isSignatureOf(notice.sign, signedOf(notice), crc)
    if (!signed || notice.merchantId !== merchantId || notice.posId !== posId) return { verdict: 'forged' }
    return isCheckoutId(notice.sessionId)
      ? { verdict: 'believed', checkoutPublicId: notice.sessionId }
      : { verdict: 'unreadable' }
  }
  if (!Value.Check(RefundNotice, notice)) return { verdict: 'unreadable' }
  const signed = isSignatureOf(notice.sign, signedOfRefund(notice), crc)
  if (!signed || notice.merchantId !== merchantId) return { verdict: 'forged' }
  return { verdict: 'believed', refundPublicId: notice.refundsUuid }
}
