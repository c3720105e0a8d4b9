import { sql } from 'kysely'
import type { Collector, ReportedItem, ReportedPayout } from '../../payment/index.ts'
import type { Db } from '../../platform/db/database.ts'
import type { Tx } from '../../platform/db/transaction.ts'
import { randomCode } from '../../platform/random.ts'

/** absent: never read; whole: as it is reported now, and its items add up to it; else it may be read again. */
export async function standOf(
  db: Db,
  providerId: number,
  method: string,
  { methodPayoutId, amount, fee, currency }: ReportedPayout,
): Promise<'absent' | 'whole' | 'doubtful'> {
  const { rows } = await sql<{ whole: boolean }>`
    select payout.amount = ${amount} and payout.fee = ${fee} and payout.currency = ${currency}
      and payout.amount + payout.fee = (select coalesce(sum(item.amount - item.fee), 0) from payout_item as item
        where item.provider_id = payout.provider_id and item.payout_id = payout.id) as whole
    from payout where provider_id = ${providerId} and method = ${method}
      and method_payout_id = ${methodPayoutId}`.execute(db)
  const [row] = rows
  if (!row) return 'absent'
  return row.whole ? 'whole' : 'doubtful'
}

export interface PayoutToStore extends ReportedPayout {
  day: string
  readAt: Date
  /** Kept as it was when the payout was first read. */
  collectedBy: Collector
}

/** Locks the payout until the transaction ends. @returns its id, the same one for ever */
export async function upsertPayout(
  tx: Tx,
  providerId: number,
  method: string,
  { day, readAt, collectedBy, ...reported }: PayoutToStore,
): Promise<bigint> {
  const values = {
    day,
    made_at: reported.madeAt,
    sent_at: reported.sentAt,
    currency: reported.currency,
    amount: reported.amount,
    fee: reported.fee,
    read_at: readAt,
  }
  const { id } = await tx
    .insertInto('payout')
    .values({
      provider_id: providerId,
      public_id: `po_${randomCode(20)}`,
      method,
      method_payout_id: reported.methodPayoutId,
      collected_by: collectedBy,
      ...values,
    })
    .onConflict((conflict) =>
      conflict.columns(['provider_id', 'method', 'method_payout_id']).doUpdateSet(values),
    )
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

const rowsPerInsert = 2_000

/** Puts these items in the place of those that were read before. */
export async function replaceItems(
  tx: Tx,
  providerId: number,
  method: string,
  payoutId: bigint,
  items: readonly ReportedItem[],
): Promise<void> {
  await tx
    .deleteFrom('payout_item')
    .where('provider_id', '=', providerId)
    .where('payout_id', '=', payoutId)
    .execute()
  const rows = items.map((item, index) => ({
    provider_id: providerId,
    payout_id: payoutId,
    position: index + 1,
    kind: item.refundReference === null ? 'payment' : 'refund',
    method,
    method_payment_id: item.methodPaymentId,
    refund_reference: item.refundReference,
    currency: item.currency,
    amount: item.amount,
    fee: item.fee,
  }))
  for (let at = 0; at < rows.length; at += rowsPerInsert)
    await tx
      .insertInto('payout_item')
      .values(rows.slice(at, at + rowsPerInsert))
      .execute()
}
