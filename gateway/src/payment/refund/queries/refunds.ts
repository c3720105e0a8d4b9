import type { Updateable } from 'kysely'
import type { Db } from '../../../platform/db/database.ts'
import type { Refund as RefundTable } from '../../../platform/db/tables.ts'
import type { Tx } from '../../../platform/db/transaction.ts'
import type { Collector } from '../../method/accounts.ts'
import type { ReturnPart } from '../parts.ts'
import type { Refund, RefundedPayment, RefundState } from '../refund.ts'

const paymentColumns = [
  'payment.id as paymentId',
  'payment.public_id as paymentPublicId',
  'payment.payer_id as payerId',
  'payment.checkout_id as checkoutId',
  'payment.reference_number as referenceNumber',
  'payment.method',
  'payment.method_payment_id as methodPaymentId',
  'payment.currency',
  'payment.collected_by as collectedBy',
] as const

type PaymentColumns = Omit<RefundedPayment, 'id' | 'publicId' | 'collectedBy'> & {
  paymentId: bigint
  paymentPublicId: string
  collectedBy: string
}

function paymentOf({
  paymentId: id,
  paymentPublicId: publicId,
  payerId,
  checkoutId,
  referenceNumber,
  method,
  methodPaymentId,
  currency,
  collectedBy,
}: PaymentColumns): RefundedPayment {
  const names = { id, publicId, payerId, checkoutId, referenceNumber, method, methodPaymentId, currency }
  // The database's own check allows no other words.
  return { ...names, collectedBy: collectedBy as Collector }
}

function refundRows(db: Db, providerId: number) {
  return db
    .selectFrom('refund')
    .innerJoin('payment', (join) =>
      join
        .onRef('payment.provider_id', '=', 'refund.provider_id')
        .onRef('payment.id', '=', 'refund.payment_id'),
    )
    .select([
      ...paymentColumns,
      'refund.id',
      'refund.public_id as publicId',
      'refund.kind',
      'refund.status',
      'refund.amount',
      'refund.reason',
      'refund.manual',
      'refund.method_refund_id as methodRefundId',
      'refund.failure',
      'refund.created_at as createdAt',
      'refund.sent_at as sentAt',
      'refund.next_check_at as nextCheckAt',
      'refund.checks',
      'refund.ended_at as endedAt',
    ])
    .where('refund.provider_id', '=', providerId)
}

type Row = Awaited<ReturnType<ReturnType<typeof refundRows>['execute']>>[number]

function refundOf(row: Row): Refund {
  return {
    id: row.id,
    publicId: row.publicId,
    // The database's own checks allow no other words.
    kind: row.kind as Refund['kind'],
    status: row.status as RefundState,
    payment: paymentOf(row),
    amount: row.amount,
    reason: row.reason,
    manual: row.manual,
    methodRefundId: row.methodRefundId,
    failure: row.failure,
    createdAt: row.createdAt,
    sentAt: row.sentAt,
    nextCheckAt: row.nextCheckAt,
    checks: row.checks,
    endedAt: row.endedAt,
  }
}

export async function findRefund(db: Db, providerId: number, publicId: string): Promise<Refund | undefined> {
  const row = await refundRows(db, providerId).where('refund.public_id', '=', publicId).executeTakeFirst()
  return row && refundOf(row)
}

export async function findRefundById(db: Db, providerId: number, id: bigint): Promise<Refund | undefined> {
  const row = await refundRows(db, providerId).where('refund.id', '=', id).executeTakeFirst()
  return row && refundOf(row)
}

/** Locks the refund until the transaction ends; its payer and links are locked before, where they are. */
export async function lockRefund(tx: Tx, providerId: number, id: bigint): Promise<Refund | undefined> {
  const row = await refundRows(tx, providerId)
    .where('refund.id', '=', id)
    .forNoKeyUpdate('refund')
    .executeTakeFirst()
  return row && refundOf(row)
}

/** Refunds and reversals of the payments, the newest first. */
export async function refundsOfPayments(
  db: Db,
  providerId: number,
  paymentIds: readonly bigint[],
): Promise<Refund[]> {
  if (paymentIds.length === 0) return []
  const rows = await refundRows(db, providerId)
    .where('refund.payment_id', 'in', paymentIds)
    .orderBy('refund.id', 'desc')
    .execute()
  return rows.map(refundOf)
}

/** The newest first, of one state or of all. */
export async function newestRefunds(
  db: Db,
  providerId: number,
  { status, limit }: { status?: RefundState | undefined; limit: number },
): Promise<Refund[]> {
  let query = refundRows(db, providerId).orderBy('refund.id', 'desc').limit(limit)
  if (status) query = query.where('refund.status', '=', status)
  return (await query.execute()).map(refundOf)
}

/** By its id or reference number, or by the method's own id of the money. */
export async function paymentToReturn(
  db: Db,
  providerId: number,
  of: { named: string } | { method: string; methodPaymentId: string },
): Promise<RefundedPayment | undefined> {
  let query = db.selectFrom('payment').select(paymentColumns).where('provider_id', '=', providerId)
  query =
    'named' in of
      ? query.where((eb) => eb.or([eb('public_id', '=', of.named), eb('reference_number', '=', of.named)]))
      : query.where('method', '=', of.method).where('method_payment_id', '=', of.methodPaymentId)
  const row = await query.executeTakeFirst()
  return row && paymentOf(row)
}

/** Payments that have a row for the link, the newest first. */
export async function paymentsToReturn(
  db: Db,
  providerId: number,
  linkId: bigint,
): Promise<RefundedPayment[]> {
  const rows = await db
    .selectFrom('payment')
    .select(paymentColumns)
    .where('provider_id', '=', providerId)
    .where((eb) =>
      eb(
        'id',
        'in',
        eb
          .selectFrom('allocation')
          .select('payment_id')
          .where('provider_id', '=', providerId)
          .where('link_id', '=', linkId),
      ),
    )
    .orderBy('id', 'desc')
    .execute()
  return rows.map(paymentOf)
}

export interface RefundToInsert {
  publicId: string
  kind: Refund['kind']
  status: RefundState
  payment: RefundedPayment
  amount: bigint
  reason: string | null
  manual: boolean
  methodReversalId: string | null
  createdAt: Date
  nextCheckAt: Date | null
  endedAt: Date | null
  parts: readonly ReturnPart[]
}

export async function insertRefund(tx: Tx, providerId: number, refund: RefundToInsert): Promise<bigint> {
  const { id } = await tx
    .insertInto('refund')
    .values({
      provider_id: providerId,
      public_id: refund.publicId,
      kind: refund.kind,
      status: refund.status,
      payment_id: refund.payment.id,
      amount: refund.amount,
      currency: refund.payment.currency,
      reason: refund.reason,
      manual: refund.manual,
      method: refund.payment.method,
      method_reversal_id: refund.methodReversalId,
      created_at: refund.createdAt,
      next_check_at: refund.nextCheckAt,
      ended_at: refund.endedAt,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const parts = refund.parts.map(({ paymentId, position, linkId, amount, unallocated }) => ({
    provider_id: providerId,
    refund_id: id,
    payment_id: paymentId,
    position,
    link_id: linkId,
    amount,
    unallocated,
  }))
  await tx.insertInto('refund_part').values(parts).execute()
  return id
}

export async function updateRefund(
  db: Db,
  providerId: number,
  id: bigint,
  changes: Updateable<RefundTable>,
): Promise<void> {
  await db
    .updateTable('refund')
    .set(changes)
    .where('provider_id', '=', providerId)
    .where('id', '=', id)
    .execute()
}

export async function hasReversal(
  db: Db,
  providerId: number,
  method: string,
  methodReversalId: string,
): Promise<boolean> {
  const row = await db
    .selectFrom('refund')
    .select('id')
    .where('provider_id', '=', providerId)
    .where('method', '=', method)
    .where('method_reversal_id', '=', methodReversalId)
    .executeTakeFirst()
  return row !== undefined
}
