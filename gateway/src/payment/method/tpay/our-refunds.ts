import type { Db } from '../../../platform/db/database.ts'
import { transact } from '../../../platform/db/transaction.ts'
import type { Provider } from '../../../provider/index.ts'
import { paymentToReturn, refundsOfPayments, updateRefund } from '../../refund/queries/refunds.ts'
import type { Refund } from '../../refund/refund.ts'
import type { RefundOrder } from '../method.ts'
import { lockPayment } from './queries.ts'

/** Refunds of a payment that Tpay gave or may give for us. */
export async function refundsOfOurs(db: Db, provider: Provider, methodPaymentId: string): Promise<Refund[]> {
  const payment = await paymentToReturn(db, provider.id, { method: 'tpay', methodPaymentId })
  const all = payment ? await refundsOfPayments(db, provider.id, [payment.id]) : []
  return all.filter(({ kind, status, manual }) => kind === 'refund' && status !== 'failed' && !manual)
}

/**
 * Puts down which refund at Tpay is the ordered one: a refund there is one of ours and no second one too, whoever
 * looks at the same moment.
 *
 * @returns false where it belongs to another of ours
 */
export async function claim(
  db: Db,
  provider: Provider,
  { methodPaymentId, publicId }: RefundOrder,
  refundId: string,
): Promise<boolean> {
  return transact(db, async (tx) => {
    const payment = await paymentToReturn(tx, provider.id, { method: 'tpay', methodPaymentId })
    if (!payment) return true
    await lockPayment(tx, provider.id, payment.id)
    const all = await refundsOfPayments(tx, provider.id, [payment.id])
    const owner = all.find(({ methodRefundId }) => methodRefundId === refundId)
    if (owner) return owner.publicId === publicId
    const own = all.find((refund) => refund.publicId === publicId)
    if (own) await updateRefund(tx, provider.id, own.id, { method_refund_id: refundId })
    return true
  })
}
