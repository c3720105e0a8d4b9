import { sql } from 'kysely'
import {
  type Db,
  formatGrosze,
  insertReturningId,
  type Lms,
  parseGrosze,
  type Tx,
} from '../platform/index.ts'

/**
 * Payments of ours in LMS's ledger. Their type is none of LMS's own: reports and notices that look for type 1
 * pass them over, while every balance counts them, because LMS takes all but 0 for a payment.
 */
export const onlinePaymentType = 100

/** The greatest time that MariaDB's LMS columns hold. */
export const timeMax = 2_147_483_647

export interface OnlineCash {
  customerId: number
  /** Epoch seconds: when the payer paid. */
  time: number
  /** Grosze; below zero for money that went back. */
  value: bigint
  comment: string
}

/**
 * Writes a ledger row of ours, without announcement to the customer. The caller has locked the customer's row.
 *
 * @returns its id
 */
export async function insertCash(lms: Lms, tx: Tx, row: OnlineCash): Promise<number> {
  const { customerId, value, comment } = row
  return insertReturningId(lms, tx, 'cash', {
    time: withinTime(row.time),
    type: onlinePaymentType,
    value: formatGrosze(value),
    customerid: customerId,
    comment,
    docid: null,
    itemid: 0,
    ...(lms.has('cash', 'currency') && { currency: 'PLN' }),
    ...(lms.has('cash', 'currencyvalue') && { currencyvalue: '1' }),
    ...(lms.has('cash', 'notification') && { notification: 0 }),
  })
}

function withinTime(time: number): number {
  return Math.max(0, Math.min(Math.trunc(time), timeMax))
}

/** The condition that keeps our hands off rows of documents and of bank statements. */
const isOurs = (cashId: number, customerId: number) =>
  sql<boolean>`id = ${cashId} and customerid = ${customerId} and importid is null and docid is null and type <> 0`

/**
 * Takes a ledger row of ours away. The caller has locked the customer's row.
 *
 * @returns false where it was not there any more, or is not ours
 */
export async function deleteCash(tx: Tx, cashId: number, customerId: number): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('cash')
    .where(isOurs(cashId, customerId))
    .executeTakeFirstOrThrow()
  return numDeletedRows === 1n
}

/**
 * Sets what a ledger row of ours is worth. The caller has locked the customer's row.
 *
 * @returns false where it was not there any more, or is not ours
 */
export async function setCashValue(tx: Tx, cashId: number, customerId: number, value: bigint) {
  const { numUpdatedRows } = await tx
    .updateTable('cash')
    .set({ value: formatGrosze(value) })
    .where(isOurs(cashId, customerId))
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/** What a ledger row of ours is worth in grosze, or undefined where it is gone. */
export async function cashValue(tx: Tx, cashId: number, customerId: number): Promise<bigint | undefined> {
  const row = await tx.selectFrom('cash').select('value').where(isOurs(cashId, customerId)).executeTakeFirst()
  return row && parseGrosze(row.value)
}

/**
 * A ledger row of ours that no payment points to, just as this one would be written: what an earlier
 * installation booked before its tables were dropped.
 */
export async function strayCash(tx: Tx, row: OnlineCash): Promise<number | undefined> {
  const found = await tx
    .selectFrom('cash')
    .select('id')
    .where('customerid', '=', row.customerId)
    .where('type', '=', onlinePaymentType)
    .where('time', '=', withinTime(row.time))
    .where('value', '=', formatGrosze(row.value))
    .where('comment', '=', row.comment)
    .where('docid', 'is', null)
    .where('importid', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('billtech_payments').select('id').whereRef('cashid', '=', 'cash.id'))),
    )
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('billtech_refunds').select('cash_id').whereRef('cash_id', '=', 'cash.id'))),
    )
    .orderBy('id')
    .executeTakeFirst()
  return found?.id
}

/** Which of these ledger rows still stand. */
export async function standingCash(db: Db | Tx, cashIds: readonly number[]): Promise<Set<number>> {
  if (cashIds.length === 0) return new Set()
  const rows = await db.selectFrom('cash').select('id').where('id', 'in', cashIds).execute()
  return new Set(rows.map(({ id }) => id))
}
