import type { Arrival, Channel } from '@bill-gateway/contract'
import { sql } from 'kysely'
import type { Db } from '../../platform/db/database.ts'
import type { Tx } from '../../platform/db/transaction.ts'
import type { Collector } from '../method/accounts.ts'
import type { LinkPayment, PaymentSummary } from '../payment.ts'
import { rowId } from '../payment-row.ts'

export interface PaymentToInsert {
  publicId: string
  checkoutId: bigint
  payerId: bigint
  referenceNumber: string
  titleReference: string | null
  method: string
  channel: Channel
  methodPaymentId: string
  amount: bigint
  currency: string
  arrives: Arrival
  collectedBy: Collector
  paidAt: Date
  recordedAt: Date
  eventId: bigint
}

export async function insertPayment(tx: Tx, providerId: number, payment: PaymentToInsert): Promise<bigint> {
  const { id } = await tx
    .insertInto('payment')
    .values({
      provider_id: providerId,
      public_id: payment.publicId,
      checkout_id: payment.checkoutId,
      payer_id: payment.payerId,
      reference_number: payment.referenceNumber,
      title_reference: payment.titleReference,
      method: payment.method,
      channel: payment.channel,
      method_payment_id: payment.methodPaymentId,
      amount: payment.amount,
      currency: payment.currency,
      arrives: payment.arrives,
      collected_by: payment.collectedBy,
      paid_at: payment.paidAt,
      recorded_at: payment.recordedAt,
      event_id: payment.eventId,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

export interface AllocationToInsert {
  position: number
  linkId: bigint
  payerId: bigint
  operationId: string | null
  title: string
  amount: bigint
  unallocated: bigint
  completed: boolean
  lmsPlugin: boolean
}

/** @returns the number that each row has among its link's rows, by position */
export async function insertAllocations(
  tx: Tx,
  providerId: number,
  { paymentId, eventId }: { paymentId: bigint; eventId: bigint },
  allocations: readonly AllocationToInsert[],
): Promise<Map<number, number>> {
  const rows = await tx
    .insertInto('allocation')
    .values(
      allocations.map((allocation) => ({
        provider_id: providerId,
        payment_id: paymentId,
        position: allocation.position,
        link_id: allocation.linkId,
        payer_id: allocation.payerId,
        operation_id: allocation.operationId,
        title: allocation.title,
        amount: allocation.amount,
        unallocated: allocation.unallocated,
        completed: allocation.completed,
        lms_plugin: allocation.lmsPlugin,
        event_id: eventId,
        nth: sql<number>`(select coalesce(max(nth), 0) + 1 from allocation
          where provider_id = ${providerId} and link_id = ${allocation.linkId})`,
      })),
    )
    .returning(['position', 'nth'])
    .execute()
  return new Map(rows.map((row) => [row.position, row.nth]))
}

/** The payment that was recorded for the method's id, whichever checkout it is of. */
export async function paymentOfMethodId(
  db: Db,
  providerId: number,
  method: string,
  methodPaymentId: string,
): Promise<{ publicId: string; checkoutId: bigint } | undefined> {
  return db
    .selectFrom('payment')
    .select(['public_id as publicId', 'checkout_id as checkoutId'])
    .where('provider_id', '=', providerId)
    .where('method', '=', method)
    .where('method_payment_id', '=', methodPaymentId)
    .executeTakeFirst()
}

export async function hasPayment(db: Db, providerId: number, checkoutId: bigint): Promise<boolean> {
  const row = await db
    .selectFrom('payment')
    .select('id')
    .where('provider_id', '=', providerId)
    .where('checkout_id', '=', checkoutId)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Oldest first. */
export async function paymentsOfCheckout(
  db: Db,
  providerId: number,
  checkoutId: bigint,
): Promise<PaymentSummary[]> {
  const rows = await db
    .selectFrom('payment')
    .innerJoin('allocation', (join) =>
      join
        .onRef('allocation.provider_id', '=', 'payment.provider_id')
        .onRef('allocation.payment_id', '=', 'payment.id'),
    )
    .select([
      'payment.public_id as publicId',
      'payment.reference_number as referenceNumber',
      'payment.title_reference as titleReference',
      'payment.amount',
      'payment.channel',
      'payment.arrives',
      'payment.paid_at as paidAt',
      'allocation.link_id as linkId',
      'allocation.amount as rowAmount',
      'allocation.unallocated',
    ])
    .where('payment.provider_id', '=', providerId)
    .where('payment.checkout_id', '=', checkoutId)
    .orderBy('payment.id')
    .orderBy('allocation.position')
    .execute()
  const summaries = new Map<string, PaymentSummary>()
  for (const { linkId, rowAmount, unallocated, channel, arrives, ...payment } of rows) {
    const summary = summaries.get(payment.publicId) ?? {
      ...payment,
      channel: channel as Channel,
      arrives: arrives as Arrival,
      unallocated: 0n,
      rows: [],
    }
    summary.unallocated += unallocated
    summary.rows.push({ linkId, amount: rowAmount, unallocated })
    summaries.set(payment.publicId, summary)
  }
  return [...summaries.values()]
}

/** What was paid for the link, oldest first. */
export async function paymentsOfLink(db: Db, providerId: number, linkId: bigint): Promise<LinkPayment[]> {
  const rows = await db
    .selectFrom('allocation')
    .innerJoin('payment', (join) =>
      join
        .onRef('payment.provider_id', '=', 'allocation.provider_id')
        .onRef('payment.id', '=', 'allocation.payment_id'),
    )
    .innerJoin('checkout', (join) =>
      join
        .onRef('checkout.provider_id', '=', 'payment.provider_id')
        .onRef('checkout.id', '=', 'payment.checkout_id'),
    )
    .select([
      'payment.public_id as publicId',
      'payment.reference_number as referenceNumber',
      'payment.paid_at as paidAt',
      'payment.channel',
      'allocation.position',
      'allocation.amount',
      'allocation.unallocated',
      'allocation.completed',
      'checkout.public_id as checkoutPublicId',
    ])
    .where('allocation.provider_id', '=', providerId)
    .where('allocation.link_id', '=', linkId)
    .orderBy('allocation.nth')
    .execute()
  return rows.map(({ publicId, position, channel, ...row }) => ({
    ...row,
    channel: channel as Channel,
    rowId: rowId(publicId, position),
  }))
}

/** Whether there is a payment of one of the pairs that was recorded after the event. */
export async function paidAfter(
  db: Db,
  providerId: number,
  payerId: bigint,
  operationIds: readonly string[],
  eventId: bigint,
): Promise<boolean> {
  if (operationIds.length === 0) return false
  const row = await db
    .selectFrom('allocation')
    .select('payment_id')
    .where('provider_id', '=', providerId)
    .where('payer_id', '=', payerId)
    .where('operation_id', 'in', operationIds)
    .where('event_id', '>', eventId)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
