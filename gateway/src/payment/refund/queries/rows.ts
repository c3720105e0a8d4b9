import { sql } from 'kysely'
import type { Db } from '../../../platform/db/database.ts'
import type { ReturnableRow } from '../parts.ts'

/**
 * What can still go back of the rows of payments: what neither went back nor is reserved to. The newest payment
 * first, and of each payment the last row first.
 */
export async function returnableRows(
  db: Db,
  providerId: number,
  paymentIds: readonly bigint[],
): Promise<ReturnableRow[]> {
  if (paymentIds.length === 0) return []
  const { rows } = await sql<ReturnableRow>`
    select row.payment_id as "paymentId", row.position, row.link_id as "linkId",
      (row.amount - row.unallocated - going.taken)::bigint as taken,
      (row.unallocated - going.unallocated)::bigint as unallocated
    from allocation as row
    cross join lateral (
      select coalesce(sum(part.amount - part.unallocated), 0) as taken,
        coalesce(sum(part.unallocated), 0) as unallocated
      from refund_part as part
      join refund on refund.provider_id = part.provider_id and refund.id = part.refund_id
        and refund.status <> 'failed'
      where part.provider_id = row.provider_id and part.payment_id = row.payment_id
        and part.position = row.position
    ) as going
    where row.provider_id = ${providerId} and row.payment_id = any(${[...paymentIds]}::bigint[])
    order by row.payment_id desc, row.position desc`.execute(db)
  return rows
}

/** One part of a refund with what names its row to the provider. */
export interface ReturnedRow {
  refundId: bigint
  position: number
  linkId: bigint
  token: string
  userId: string
  operationId: string | null
  title: string
  amount: bigint
  unallocated: bigint
}

/** The parts of refunds, in the order of the payment's rows. */
export async function returnedRows(
  db: Db,
  providerId: number,
  refundIds: readonly bigint[],
): Promise<ReturnedRow[]> {
  if (refundIds.length === 0) return []
  const rows = await db
    .selectFrom('refund_part as part')
    .innerJoin('allocation as row', (join) =>
      join
        .onRef('row.provider_id', '=', 'part.provider_id')
        .onRef('row.payment_id', '=', 'part.payment_id')
        .onRef('row.position', '=', 'part.position'),
    )
    .innerJoin('payment_link as link', (join) =>
      join.onRef('link.provider_id', '=', 'part.provider_id').onRef('link.id', '=', 'part.link_id'),
    )
    .innerJoin('payer', (join) =>
      join.onRef('payer.provider_id', '=', 'row.provider_id').onRef('payer.id', '=', 'row.payer_id'),
    )
    .select([
      'part.refund_id as refundId',
      'part.position',
      'part.link_id as linkId',
      'link.token',
      'payer.user_id as userId',
      'row.operation_id as operationId',
      'row.title',
      'part.amount',
      'part.unallocated',
    ])
    .where('part.provider_id', '=', providerId)
    .where('part.refund_id', 'in', refundIds)
    .orderBy('part.refund_id')
    .orderBy('part.position')
    .execute()
  return rows.map((row) => ({ ...row, token: row.token.toString('hex') }))
}

/** A payment's row of which no link took all, as the provider is shown it. */
export interface UnallocatedRow {
  eventId: bigint
  paymentPublicId: string
  referenceNumber: string
  currency: string
  channel: string
  /** Minor units of the whole payment. */
  amount: bigint
  paidAt: Date
  position: number
  token: string
  userId: string
  operationId: string | null
  title: string
  /** Minor units that neither went back nor are reserved to. */
  unallocated: bigint
}

/** Rows of the next payments that have such money, in the order in which payments were recorded. */
export async function unallocatedRows(
  db: Db,
  providerId: number,
  { after, payments }: { after: bigint; payments: number },
): Promise<UnallocatedRow[]> {
  const { rows } = await sql<Omit<UnallocatedRow, 'token'> & { token: Buffer }>`
    with free as (
      select row.payment_id, row.event_id, row.position, row.link_id, row.payer_id, row.operation_id, row.title,
        row.unallocated - coalesce((
          select sum(part.unallocated) from refund_part as part
          join refund on refund.provider_id = part.provider_id and refund.id = part.refund_id
            and refund.status <> 'failed'
          where part.provider_id = row.provider_id and part.payment_id = row.payment_id
            and part.position = row.position
        ), 0)::bigint as unallocated
      from allocation as row
      where row.provider_id = ${providerId} and row.unallocated > 0 and row.event_id > ${after}
    ),
    page as (
      select payment_id from free where unallocated > 0
      group by payment_id, event_id order by event_id limit ${payments}
    )
    select free.event_id as "eventId", payment.public_id as "paymentPublicId",
      payment.reference_number as "referenceNumber", payment.currency, payment.channel, payment.amount,
      payment.paid_at as "paidAt", free.position, link.token, payer.user_id as "userId",
      free.operation_id as "operationId", free.title, free.unallocated
    from page
    join free using (payment_id)
    join payment on payment.provider_id = ${providerId} and payment.id = free.payment_id
    join payment_link as link on link.provider_id = ${providerId} and link.id = free.link_id
    join payer on payer.provider_id = ${providerId} and payer.id = free.payer_id
    where free.unallocated > 0
    order by free.event_id, free.position`.execute(db)
  return rows.map((row) => ({ ...row, token: row.token.toString('hex') }))
}
