import { type Selectable, sql } from 'kysely'
import type { Db } from '../../platform/db/database.ts'
import type { SettlementItem } from '../../platform/db/tables.ts'
import type { Tx } from '../../platform/db/transaction.ts'
import type { NettedDue } from '../net.ts'
import type { Item } from '../run.ts'

const batchRows = 1_000

/** Items of a new run; those with a transfer are numbered from 1 in the order given. */
export async function insertItems(tx: Tx, runId: bigint, items: readonly NettedDue[]): Promise<void> {
  let transfers = 0
  const rows = items.map((item) => ({
    provider_id: item.providerId,
    run_id: runId,
    payment_id: item.paymentId,
    nrb: item.nrb,
    kind: 'transfer',
    due: item.due,
    amount: item.amount,
    position: item.amount > 0n ? ++transfers : null,
    reference_number: item.referenceNumber,
    title: item.title,
    payee_name: item.payeeName,
  }))
  for (let start = 0; start < rows.length; start += batchRows)
    await tx
      .insertInto('settlement_item')
      .values(rows.slice(start, start + batchRows))
      .execute()
}

/** The bank sent a transfer back. */
export async function insertReturn(tx: Tx, runId: bigint, item: Item): Promise<void> {
  await tx
    .insertInto('settlement_item')
    .values({
      provider_id: item.providerId,
      run_id: runId,
      payment_id: item.paymentId,
      nrb: item.nrb,
      kind: 'return',
      due: -item.amount,
      amount: 0n,
      position: null,
      reference_number: item.referenceNumber,
      title: item.title,
      payee_name: item.payeeName,
      returns_item_id: item.id,
    })
    .execute()
}

/** All of a run, transfers in the order of the file first. */
export async function itemsOfRun(db: Db, runId: bigint): Promise<Item[]> {
  const rows = await db
    .selectFrom('settlement_item')
    .selectAll()
    .where('run_id', '=', runId)
    .orderBy(sql`position nulls last`)
    .orderBy('id')
    .execute()
  return rows.map(itemOf)
}

function itemOf(row: Selectable<SettlementItem>): Item {
  return {
    providerId: row.provider_id,
    id: row.id,
    paymentId: row.payment_id,
    nrb: row.nrb,
    kind: row.kind as Item['kind'],
    due: row.due,
    amount: row.amount,
    position: row.position,
    referenceNumber: row.reference_number,
    title: row.title,
    payeeName: row.payee_name,
    cancelled: row.cancelled,
    closedAt: row.closed_at,
  }
}

/** All of a run: whether its items count no more. */
export async function setCancelled(tx: Tx, runId: bigint, cancelled: boolean): Promise<void> {
  await tx.updateTable('settlement_item').set({ cancelled }).where('run_id', '=', runId).execute()
}

/** A provider's transfer, with the run that it is of. */
export interface ProviderTransfer extends Item {
  runPublicId: string
  runStatus: string
  currency: string
  executesOn: string
  paymentPublicId: string
  returned: boolean
}

/** Newest first; of runs whose file went to the bank. */
export async function transfersOfProvider(
  db: Db,
  providerId: number,
  { before, limit }: { before: bigint | undefined; limit: number },
): Promise<ProviderTransfer[]> {
  const { rows } = await sql<
    Selectable<SettlementItem> & {
      run_public_id: string
      run_status: string
      currency: string
      executes_on: string
      payment_public_id: string
      returned: boolean
    }
  >`
    select item.*, run.public_id as run_public_id, run.status as run_status, run.currency, run.executes_on,
      payment.public_id as payment_public_id, exists (select from settlement_item as back
        where back.provider_id = item.provider_id and back.returns_item_id = item.id) as returned
    from settlement_item as item
    join settlement_run as run on run.id = item.run_id and run.status in ('uploaded', 'closed')
    join payment on payment.provider_id = item.provider_id and payment.id = item.payment_id
    where item.provider_id = ${providerId} and item.kind = 'transfer'
      and (${before ?? null}::bigint is null or item.id < ${before ?? null}::bigint)
    order by item.id desc limit ${limit}`.execute(db)
  return rows.map((row) => ({
    ...itemOf(row),
    runPublicId: row.run_public_id,
    runStatus: row.run_status,
    currency: row.currency,
    executesOn: row.executes_on,
    paymentPublicId: row.payment_public_id,
    returned: row.returned,
  }))
}
