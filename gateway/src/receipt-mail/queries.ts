import type { Channel } from '@bill-gateway/contract'
import { sql } from 'kysely'
import type { Db } from '../platform/db/database.ts'
import type { Tx } from '../platform/db/transaction.ts'

/** Providers that have events which nobody has looked at for a receipt. */
export async function providersWithNews(db: Db): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select provider.id from provider
    left join receipt_cursor on receipt_cursor.provider_id = provider.id
    where exists (select from event where event.provider_id = provider.id
      and event.id > coalesce(receipt_cursor.event_id, 0))
    order by provider.id`.execute(db)
  return rows.map((row) => row.id)
}

/** @returns the last event that was looked at; undefined where somebody else is looking just now */
export async function lockCursor(tx: Tx, providerId: number): Promise<bigint | undefined> {
  await tx
    .insertInto('receipt_cursor')
    .values({ provider_id: providerId, event_id: 0n })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const row = await tx
    .selectFrom('receipt_cursor')
    .select('event_id')
    .where('provider_id', '=', providerId)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()
  return row?.event_id
}

export async function moveCursor(tx: Tx, providerId: number, eventId: bigint): Promise<void> {
  await tx
    .updateTable('receipt_cursor')
    .set({ event_id: eventId })
    .where('provider_id', '=', providerId)
    .execute()
}

/** An event, and of those that payers get mail of what it names. */
export interface News {
  id: bigint
  type: string
  paymentId: string | null
  refundId: string | null
}

export async function newsAfter(db: Db, providerId: number, after: bigint, limit: number): Promise<News[]> {
  const { rows } = await sql<News>`
    select id, type,
      case when type = 'payment.succeeded' then data ->> 'paymentId' end as "paymentId",
      case when type = 'payment.refunded' then data ->> 'refundId' end as "refundId"
    from event where provider_id = ${providerId} and id > ${after} order by id limit ${limit}`.execute(db)
  return rows
}

export async function newestEventId(db: Db, providerId: number): Promise<bigint> {
  const { rows } = await sql<{ id: bigint }>`
    select coalesce(max(id), 0)::bigint as id from event where provider_id = ${providerId}`.execute(db)
  return rows[0]?.id ?? 0n
}

/** One payment's money for one bill whose payer gave an address. Amounts are minor units. */
export interface ReceiptRow {
  email: string
  language: string
  referenceNumber: string
  currency: string
  paidAt: Date
  channel: Channel
  title: string
  /** What the bill took. */
  taken: bigint
  unallocated: bigint
}

export async function receiptRows(db: Db, providerId: number, paymentId: string): Promise<ReceiptRow[]> {
  const { rows } = await sql<ReceiptRow>`
    select link.email, checkout.language, payment.reference_number as "referenceNumber", payment.currency,
      payment.paid_at as "paidAt", payment.channel, allocation.title,
      allocation.amount - allocation.unallocated as taken, allocation.unallocated
    from payment
    join checkout on checkout.provider_id = payment.provider_id and checkout.id = payment.checkout_id
    join allocation on allocation.provider_id = payment.provider_id and allocation.payment_id = payment.id
    join payment_link as link on link.provider_id = allocation.provider_id and link.id = allocation.link_id
    where payment.provider_id = ${providerId} and payment.public_id = ${paymentId} and link.email is not null
    order by allocation.position`.execute(db)
  return rows
}

/** What of a refund goes back of bills whose payer gave an address. Amounts are minor units. */
export interface RefundRow {
  email: string
  language: string
  referenceNumber: string
  currency: string
  at: Date
  manual: boolean
  amount: bigint
}

export async function refundRows(db: Db, providerId: number, refundId: string): Promise<RefundRow[]> {
  const { rows } = await sql<RefundRow>`
    select link.email, checkout.language, payment.reference_number as "referenceNumber", payment.currency,
      refund.ended_at as at, refund.manual, part.amount
    from refund
    join payment on payment.provider_id = refund.provider_id and payment.id = refund.payment_id
    join checkout on checkout.provider_id = payment.provider_id and checkout.id = payment.checkout_id
    join refund_part as part on part.provider_id = refund.provider_id and part.refund_id = refund.id
    join payment_link as link on link.provider_id = part.provider_id and link.id = part.link_id
    where refund.provider_id = ${providerId} and refund.public_id = ${refundId}
      and refund.ended_at is not null and link.email is not null
    order by part.position`.execute(db)
  return rows
}
