import { amountOf, type Refund as RefundAnswer } from '@bill-gateway/contract'
import type { Db } from '../../platform/db/database.ts'
import { warsawTime } from '../../platform/warsaw-time.ts'
import type { Provider } from '../../provider/index.ts'
import { shownPart } from './book-return.ts'
import { returnedRows } from './queries/rows.ts'
import type { Refund } from './refund.ts'

/** Refunds as the API and the commands show them, in their order. */
export async function refundAnswers(
  db: Db,
  provider: Pick<Provider, 'id' | 'test'>,
  refunds: readonly Refund[],
): Promise<RefundAnswer[]> {
  const parts = await returnedRows(
    db,
    provider.id,
    refunds.map((refund) => refund.id),
  )
  return refunds.map((refund) => ({
    id: refund.publicId,
    kind: refund.kind,
    status: refund.status,
    test: provider.test,
    paymentId: refund.payment.publicId,
    referenceNumber: refund.payment.referenceNumber,
    amount: amountOf(refund.amount),
    currency: refund.payment.currency,
    manual: refund.manual,
    reason: refund.reason,
    failure: refund.failure,
    createdAt: warsawTime(refund.createdAt),
    endedAt: refund.endedAt && warsawTime(refund.endedAt),
    rows: parts
      .filter((part) => part.refundId === refund.id)
      .map((part) => shownPart(refund.publicId, refund.payment.publicId, part)),
  }))
}
