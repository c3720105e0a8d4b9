import { formatGrosze, type PaymentState, type Tx } from '../../../platform/index.ts'
import type { Booking } from '../context.ts'
import type { Incoming } from '../incoming.ts'

/** What becomes of a payment: written together, so that old readers of `closed` see the same as we do. */
export interface PaymentFate {
  state: PaymentState
  closed: 0 | 1
  cashid: number | null
  expires_at?: number | null
  settled_importid?: number | null
  cdate?: number
}

export async function insertPayment(
  tx: Tx,
  row: Incoming,
  booking: Pick<Booking, 'gatewayId' | 'eventId'>,
  fate: PaymentFate,
  now: number,
): Promise<void> {
  await tx
    .insertInto('billtech_payments')
    .values({
      ten: row.companyTaxId,
      customerid: row.customerId ?? null,
      amount: formatGrosze(row.amount),
      title: row.title,
      document_number: row.documentNumber || row.title.slice(0, 255),
      cdate: now,
      test: row.isTest ? 1 : 0,
      refunded: '0',
      ...origin(row, booking),
      ...fate,
    })
    .execute()
}

function origin(row: Incoming, { gatewayId, eventId }: Pick<Booking, 'gatewayId' | 'eventId'>) {
  return {
    reference_number: row.referenceNumber,
    reference_digits: row.references,
    token: row.token,
    row_id: row.rowId,
    operation_id: row.operationId,
    gateway: gatewayId.slice(0, 255),
    paid_at: row.paidAt,
    arrives: row.arrives,
    method: row.method,
    event_id: eventId ?? null,
  }
}

/** A payment that the old plugin booked gets what the gateway says about it; its state stays. */
export async function adoptPayment(
  tx: Tx,
  id: number,
  row: Incoming,
  booking: Pick<Booking, 'gatewayId' | 'eventId'>,
): Promise<void> {
  await tx.updateTable('billtech_payments').set(origin(row, booking)).where('id', '=', id).execute()
}

/** The event of a payment that a search had brought before. */
export async function noteEvent(tx: Tx, id: number, eventId: string): Promise<void> {
  await tx.updateTable('billtech_payments').set({ event_id: eventId }).where('id', '=', id).execute()
}

export async function setFate(tx: Tx, id: number, fate: PaymentFate): Promise<void> {
  await tx.updateTable('billtech_payments').set(fate).where('id', '=', id).execute()
}

export async function setRefunded(tx: Tx, id: number, refunded: bigint): Promise<void> {
  await tx
    .updateTable('billtech_payments')
    .set({ refunded: formatGrosze(refunded) })
    .where('id', '=', id)
    .execute()
}

/** @returns false where this refund was booked before */
export async function insertRefund(
  tx: Tx,
  refund: { id: string; rowId: string; amount: bigint; cashId: number | null },
  now: number,
): Promise<void> {
  await tx
    .insertInto('billtech_refunds')
    .values({
      refund_id: refund.id,
      payment_row_id: refund.rowId,
      amount: formatGrosze(refund.amount),
      cash_id: refund.cashId,
      cdate: now,
    })
    .execute()
}

export async function isRefundBooked(tx: Tx, id: string): Promise<boolean> {
  const row = await tx
    .selectFrom('billtech_refunds')
    .select('refund_id')
    .where('refund_id', '=', id)
    .executeTakeFirst()
  return row !== undefined
}
