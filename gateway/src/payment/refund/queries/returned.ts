import { sql } from 'kysely'
import type { Db } from '../../../platform/db/database.ts'

/** What of a payment went back to the payer, or was taken back by the payer's bank. Minor units. */
export interface Returned {
  done: bigint
  /** On its way, and not yet certain. */
  underWay: bigint
}

/**
 * What went back of payments, by their reference numbers; of others there is nothing in the map.
 *
 * @param linkId only of the payments' money for this link
 */
export async function returnedOf(
  db: Db,
  providerId: number,
  payments: readonly string[],
  linkId?: bigint,
): Promise<Map<string, Returned>> {
  if (payments.length === 0) return new Map()
  const ofStatus = (status: string) =>
    sql<bigint>`coalesce(sum(part.amount) filter (where refund.status = ${status}), 0)::bigint`
  const rows = await db
    .selectFrom('payment')
    .innerJoin('refund', (join) =>
      join
        .onRef('refund.provider_id', '=', 'payment.provider_id')
        .onRef('refund.payment_id', '=', 'payment.id'),
    )
    .innerJoin('refund_part as part', (join) =>
      join.onRef('part.provider_id', '=', 'refund.provider_id').onRef('part.refund_id', '=', 'refund.id'),
    )
    .select([
      'payment.reference_number as reference',
      ofStatus('succeeded').as('done'),
      ofStatus('pending').as('underWay'),
    ])
    .where('payment.provider_id', '=', providerId)
    .where('payment.reference_number', 'in', payments)
    .$if(linkId !== undefined, (query) => query.where('part.link_id', '=', linkId ?? 0n))
    .groupBy('payment.reference_number')
    .execute()
  return new Map(rows.map(({ reference, ...returned }) => [reference, returned]))
}
