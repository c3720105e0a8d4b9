import { sql } from 'kysely'
import { type Db, type Lms, parseGrosze, type Tx } from '../platform/index.ts'
import { readReferences } from './statement-reference.ts'

/** A transfer from a bank statement that LMS has booked. */
export interface StatementRow {
  /**
   * Who it is for ever: id of the row in `cashimport`; a transfer that somebody's own importer wrote straight
   * into the ledger has none, its ledger row's id with a minus stands for it.
   */
  key: number
  cashId: number
  /** The customer it was booked for, which an operator may have chosen. */
  customerId: number
  /** Grosze. */
  value: bigint
  /** Account of the statement, digits only, where LMS knows it. */
  account: string | null
  /** Digits of the references that its title names, the likeliest first. */
  references: string[]
}

interface RawRow {
  importid: number | null
  cashid: number
  customerid: number
  value: string
  account: string | null
  comment: string | null
  description: string | null
}

/** The newest ledger row, by which the next look begins. */
export async function newestCashId(db: Db): Promise<number> {
  const row = await db
    .selectFrom('cash')
    .select(({ fn }) => fn.max('id').as('id'))
    .executeTakeFirst()
  return Number(row?.id ?? 0)
}

/** The first ledger row of transfers not older than this moment; undefined where there is none. */
export async function firstTransferSince(db: Db, time: number): Promise<number | undefined> {
  const row = await db
    .selectFrom('cash')
    .select(({ fn }) => fn.min('id').as('id'))
    .where('time', '>=', time)
    .where('type', '=', 1)
    .executeTakeFirst()
  return row?.id === null || row?.id === undefined ? undefined : Number(row.id)
}

/** Booked transfers that were not looked at yet, by ledger id, from this one (exclusive) on. */
export function unseenTransfers(db: Db, lms: Lms, afterCashId: number, limit: number) {
  return readTransfers(
    db,
    lms,
    sql`c.id > ${afterCashId} and not exists (
      select 1 from billtech_statement s where s.importid = coalesce(c.importid, -c.id))`,
    limit,
  )
}

/** Transfers by their keys, as they are booked now; what is not booked any more is missing. */
export async function transfersByKey(
  db: Db | Tx,
  lms: Lms,
  keys: readonly number[],
): Promise<StatementRow[]> {
  const imports = keys.filter((key) => key > 0)
  const rows = keys.filter((key) => key < 0).map((key) => -key)
  const found: StatementRow[] = []
  if (imports.length > 0)
    found.push(...(await readTransfers(db, lms, sql`c.importid in (${sql.join(imports)})`)))
  if (rows.length > 0) {
    found.push(...(await readTransfers(db, lms, sql`c.importid is null and c.id in (${sql.join(rows)})`)))
  }
  return found
}

/** Transfers booked for these customers since a moment that no payment was settled by. */
export function freeTransfersOf(tx: Tx, lms: Lms, customerIds: readonly number[], since: number) {
  return readTransfers(
    tx,
    lms,
    sql`c.customerid in (${sql.join(customerIds)}) and c.time >= ${since} and not exists (
      select 1 from billtech_statement s
      where s.importid = coalesce(c.importid, -c.id) and s.state in ('used', 'none'))`,
  )
}

async function readTransfers(
  db: Db | Tx,
  lms: Lms,
  condition: ReturnType<typeof sql>,
  limit = 10_000,
): Promise<StatementRow[]> {
  const account = lms.has('cashsources', 'account') ? sql<string | null>`s.account` : sql<null>`null`
  const { rows } = await sql<RawRow>`
    select c.importid, c.id as cashid, c.customerid, c.value, ${account} as account, c.comment, i.description
    from cash c
    left join cashimport i on i.id = c.importid
    left join cashsources s on s.id = c.sourceid
    where c.customerid is not null and c.value > 0 and c.docid is null
      and (c.importid is not null or c.type = 1) and ${condition}
    order by c.id limit ${sql.lit(limit)}`.execute(db)
  return rows.map(transferOf)
}

function transferOf(row: RawRow): StatementRow {
  const readings = [row.description, row.comment].flatMap((text) => (text ? readReferences(text) : []))
  const account = row.account?.replace(/\D/g, '')
  return {
    key: row.importid ?? -row.cashid,
    cashId: row.cashid,
    customerId: row.customerid,
    value: parseGrosze(row.value),
    account: account || null,
    references: [...new Set(readings)],
  }
}
