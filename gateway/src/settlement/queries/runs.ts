import { type Selectable, sql } from 'kysely'
import type { Db } from '../../platform/db/database.ts'
import type { SettlementRun } from '../../platform/db/tables.ts'
import type { Tx } from '../../platform/db/transaction.ts'
import type { DebitAccount, Run, RunStatus } from '../run.ts'

/** Runs are made one after the other, until the transaction ends: two at once would settle the same money. */
export async function lockRuns(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(7302, 0)`.execute(tx)
}

export async function insertRun(
  tx: Tx,
  run: Omit<Run, 'id' | 'status' | 'uploadedAt' | 'endedAt'>,
): Promise<Run> {
  const row = await tx
    .insertInto('settlement_run')
    .values({
      public_id: run.publicId,
      test: run.test,
      currency: run.currency,
      debit_nrb: run.from.nrb,
      debit_name: run.from.name,
      debit_address: run.from.address,
      debit_bic: run.from.bic,
      executes_on: run.executesOn,
      until: run.until,
      created_at: run.createdAt,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return runOf(row)
}

function runOf(row: Selectable<SettlementRun>): Run {
  return {
    id: row.id,
    publicId: row.public_id,
    test: row.test,
    currency: row.currency,
    status: row.status as RunStatus,
    from: { nrb: row.debit_nrb, name: row.debit_name, address: row.debit_address, bic: row.debit_bic },
    executesOn: row.executes_on,
    until: row.until,
    createdAt: row.created_at,
    uploadedAt: row.uploaded_at,
    endedAt: row.ended_at,
  }
}

/** The account of the newest run: whoever pays from another one says so. */
export async function lastDebitAccount(db: Db, test: boolean): Promise<DebitAccount | undefined> {
  const row = await db
    .selectFrom('settlement_run')
    .selectAll()
    .where('test', '=', test)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && runOf(row).from
}

export async function lockRun(tx: Tx, id: bigint): Promise<Run | undefined> {
  const row = await tx
    .selectFrom('settlement_run')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row && runOf(row)
}

export async function changeRun(
  tx: Tx,
  id: bigint,
  status: RunStatus,
  times: { uploadedAt?: Date; endedAt?: Date },
): Promise<void> {
  await tx
    .updateTable('settlement_run')
    .set({
      status,
      ...(times.uploadedAt ? { uploaded_at: times.uploadedAt } : {}),
      ...(times.endedAt ? { ended_at: times.endedAt } : {}),
    })
    .where('id', '=', id)
    .execute()
}

/** The file of a cancelled run was at the bank after all. */
export async function reviveRun(tx: Tx, id: bigint, uploadedAt: Date): Promise<void> {
  await tx
    .updateTable('settlement_run')
    .set({ status: 'uploaded', uploaded_at: uploadedAt, ended_at: null })
    .where('id', '=', id)
    .execute()
}

/** A run with what its items add up to. */
export interface RunSummary extends Run {
  transfers: number
  /** Minor units: the sum of the file. */
  amount: bigint
  /** Transfers that a statement has not shown yet. */
  awaited: number
  /** Minor units that the bank sent back. */
  returned: bigint
  /** Transfers that a statement shows although the run was cancelled: a person has to look at them. */
  paidThoughCancelled: number
}

/** Newest first. */
export async function listRuns(db: Db, limit: number): Promise<RunSummary[]> {
  return summaries(db, sql`order by run.id desc limit ${limit}`)
}

export async function findRunSummary(db: Db, id: bigint): Promise<RunSummary | undefined> {
  return (await summaries(db, sql`where run.id = ${id}`))[0]
}

async function summaries(db: Db, which: ReturnType<typeof sql>): Promise<RunSummary[]> {
  const { rows } = await sql<
    Selectable<SettlementRun> &
      Pick<RunSummary, 'transfers' | 'amount' | 'awaited' | 'returned' | 'paidThoughCancelled'>
  >`
    select run.*, coalesce(item.transfers, 0)::int as transfers, coalesce(item.amount, 0)::bigint as amount,
      coalesce(item.awaited, 0)::int as awaited, coalesce(item.returned, 0)::bigint as returned,
      coalesce(item.paid_though_cancelled, 0)::int as "paidThoughCancelled"
    from settlement_run as run
    left join lateral (
      select count(*) filter (where position is not null) as transfers, sum(amount) as amount,
        count(*) filter (where position is not null and closed_at is null and not exists (
          select from settlement_item as back
          where back.provider_id = each.provider_id and back.returns_item_id = each.id)) as awaited,
        -sum(due) filter (where kind = 'return') as returned,
        count(*) filter (where cancelled and closed_at is not null) as paid_though_cancelled
      from settlement_item as each where run_id = run.id
    ) as item on true ${which}`.execute(db)
  return rows.map((row) => ({
    ...runOf(row),
    transfers: row.transfers,
    amount: row.amount,
    awaited: row.awaited,
    returned: row.returned,
    paidThoughCancelled: row.paidThoughCancelled,
  }))
}
