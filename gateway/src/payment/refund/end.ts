import { lockPayer } from '../../payer/index.ts'
import { lockLinks } from '../../payment-link/index.ts'
import { type Tx, transact } from '../../platform/db/transaction.ts'
import type { Platform } from '../../platform/platform.ts'
import { type Provider, providerNow } from '../../provider/index.ts'
import type { RefundStatus } from '../method/method.ts'
import { insertReview, type ReviewToInsert } from '../queries/reviews.ts'
import { sumText } from '../review.ts'
import { bookReturn } from './book-return.ts'
import { lockRefund, updateRefund } from './queries/refunds.ts'
import { returnedRows } from './queries/rows.ts'
import type { Refund } from './refund.ts'

export type RefundEnd = Extract<RefundStatus, { state: 'succeeded' | 'failed' }>

const failureCharactersMax = 200

/**
 * Ends a refund as the method says: succeeded is booked and told, failed frees what it reserved. Said again it
 * does nothing; where the method says the opposite of what it had said, a person looks into it.
 */
export async function endRefund(
  { db }: Pick<Platform, 'db'>,
  provider: Provider,
  { id, payment }: Refund,
  end: RefundEnd,
): Promise<void> {
  await transact(db, async (tx) => {
    await lockPayer(tx, provider.id, payment.payerId)
    await lockLinksOf(tx, provider.id, id)
    const refund = await lockRefund(tx, provider.id, id)
    if (!refund || refund.status === end.state) return
    if (refund.status !== 'pending') {
      await insertReview(tx, provider.id, unclear(refund, `${end.state} after ${refund.status}`))
      return
    }
    const now = providerNow(provider)
    await updateRefund(tx, provider.id, id, {
      status: end.state,
      method_refund_id: end.methodRefundId ?? refund.methodRefundId,
      failure: end.state === 'failed' ? failureOf(end.reason) : null,
      next_check_at: null,
      ended_at: now,
    })
    if (end.state === 'succeeded') await bookReturn(tx, provider, refund, end.at, now)
  })
}

async function lockLinksOf(tx: Tx, providerId: number, refundId: bigint): Promise<void> {
  const rows = await returnedRows(tx, providerId, [refundId])
  await lockLinks(
    tx,
    providerId,
    rows.map((row) => row.linkId),
  )
}

function failureOf(reason: string): string {
  return reason.trim().slice(0, failureCharactersMax) || 'refused'
}

/** A case for a person: what became of the refund is not known. */
export function unclear({ publicId, payment, amount }: Refund, found: string): ReviewToInsert {
  return {
    kind: 'refund-unclear',
    checkoutId: payment.checkoutId,
    subject: publicId,
    details: { found, referenceNumber: payment.referenceNumber, amount: sumText(amount, payment.currency) },
  }
}
