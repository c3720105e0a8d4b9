import { amountOf } from '@bill-gateway/contract'
import { recordEvent } from '../../event/index.ts'
import { postReturn } from '../../ledger/index.ts'
import { returnFromLink } from '../../payment-link/index.ts'
import type { Tx } from '../../platform/db/transaction.ts'
import { warsawTime } from '../../platform/warsaw-time.ts'
import type { Provider } from '../../provider/index.ts'
import { rowId } from '../payment-row.ts'
import { type ReturnedRow, returnedRows } from './queries/rows.ts'
import { type Refund, refundRowId } from './refund.ts'

/**
 * Books money that has gone back: postings, what the links say of it, and the event. The caller holds the locks
 * of the payer and of the links, and has just said in the refund's row that it succeeded.
 *
 * @param at when the money went back
 * @param now the provider's time
 */
export async function bookReturn(
  tx: Tx,
  provider: Provider,
  {
    id,
    publicId,
    kind,
    manual,
    payment,
    amount,
  }: Pick<Refund, 'id' | 'publicId' | 'kind' | 'manual' | 'payment' | 'amount'>,
  at: Date,
  now: Date,
): Promise<void> {
  const rows = await returnedRows(tx, provider.id, [id])
  const links = rows.flatMap((row) =>
    row.amount > row.unallocated ? [{ linkId: row.linkId, amount: row.amount - row.unallocated }] : [],
  )
  await postReturn(tx, provider.id, {
    kind,
    paymentId: payment.id,
    refundId: id,
    source: manual && payment.collectedBy === 'operator' ? 'settled' : 'clearing',
    currency: payment.currency,
    at: now,
    links,
    unallocated: rows.reduce((sum, row) => sum + row.unallocated, 0n),
  })
  for (const link of links)
    await returnFromLink(tx, { providerId: provider.id, id: link.linkId }, link.amount)
  await recordEvent(tx, provider.id, kind === 'refund' ? 'payment.refunded' : 'payment.reversed', now, {
    refundId: publicId,
    paymentId: payment.publicId,
    referenceNumber: payment.referenceNumber,
    amount: amountOf(amount),
    at: warsawTime(at),
    rows: rows.map((row) => shownPart(publicId, payment.publicId, row)),
  })
}

/** A part as events and answers give it. */
export function shownPart(publicId: string, paymentPublicId: string, row: ReturnedRow) {
  return {
    id: refundRowId(publicId, row.position),
    paymentRowId: rowId(paymentPublicId, row.position),
    token: row.token,
    userId: row.userId,
    operationId: row.operationId,
    amount: amountOf(row.amount),
    title: row.title,
  }
}
