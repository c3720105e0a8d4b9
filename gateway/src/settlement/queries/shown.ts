import { sql } from 'kysely'
import type { Db } from '../../platform/db/database.ts'
import type { Tx } from '../../platform/db/transaction.ts'

/** A transfer that a statement shows. */
export interface Shown {
  referenceNumber: string
  /** credit: on the account that it came to; debit: on the account that paid it. */
  direction: 'credit' | 'debit'
  /** The account that it came to. */
  nrb: string
  /** Minor units. */
  amount: bigint
  currency: string
  /** Which line of which statement: shown again it is the same transfer. */
  shownBy: string
}

/**
 * The transfer of the provider that this can be, and its run; undefined where it was shown before. The oldest that
 * counts; one that the bank sent back never came to the account, so a credit is any other before it. Where none
 * counts, one of a cancelled run: its file was at the bank all the same.
 */
export async function transferShown(
  db: Db,
  providerId: number,
  { referenceNumber, direction, nrb, amount, currency, shownBy }: Shown,
): Promise<{ itemId: bigint; runId: bigint } | undefined> {
  const { rows } = await sql<{ itemId: bigint; runId: bigint }>`
    with own as (
      select item.* from payment join settlement_item as item on item.provider_id = payment.provider_id
        and item.payment_id = payment.id and not item.cancelled
      where payment.provider_id = ${providerId} and payment.reference_number = ${referenceNumber}
      union all
      -- By run: no index leads from a payment to items that were cancelled, and few runs are.
      select item.* from settlement_run as run
      join payment on payment.provider_id = ${providerId} and payment.reference_number = ${referenceNumber}
      join settlement_item as item on item.run_id = run.id and item.provider_id = payment.provider_id
        and item.payment_id = payment.id and item.kind = 'transfer' and item.cancelled
      where run.status = 'cancelled'
    )
    select item.id as "itemId", item.run_id as "runId" from own as item
    join settlement_run as run on run.id = item.run_id and run.currency = ${currency}
    where item.nrb = ${nrb} and item.amount = ${amount} and item.position is not null and item.closed_at is null
      and not exists (select from own as known where known.closed_by = ${shownBy})
    order by item.cancelled, ${direction} = 'credit' and exists (
      select from own as back where back.returns_item_id = item.id), item.id limit 1`.execute(db)
  return rows[0]
}

/** @returns whether it was open until now */
export async function closeItem(
  tx: Tx,
  providerId: number,
  itemId: bigint,
  { at, shownBy }: { at: Date; shownBy: string },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('settlement_item')
    .set({ closed_at: at, closed_by: shownBy })
    .where('provider_id', '=', providerId)
    .where('id', '=', itemId)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** The transfer of a cancelled run came back; which line had shown it stays, for that line is never another. */
export async function reopenItem(tx: Tx, providerId: number, itemId: bigint): Promise<void> {
  await tx
    .updateTable('settlement_item')
    .set({ closed_at: null })
    .where('provider_id', '=', providerId)
    .where('id', '=', itemId)
    .execute()
}

/** As a person says it: all that is still awaited of the run. @returns how many */
export async function closeItems(
  tx: Tx,
  runId: bigint,
  { at, shownBy }: { at: Date; shownBy: string },
): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable('settlement_item')
    .set({ closed_at: at, closed_by: shownBy })
    .where('run_id', '=', runId)
    .where('position', 'is not', null)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** Transfers of the run that are neither shown nor sent back. */
export async function awaitedTransfers(db: Db, runId: bigint): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from settlement_item as item
    where run_id = ${runId} and position is not null and closed_at is null and not exists (
      select from settlement_item as back
      where back.provider_id = item.provider_id and back.returns_item_id = item.id)`.execute(db)
  return rows[0]?.count ?? 0
}
