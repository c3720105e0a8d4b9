import { type RawBuilder, sql } from 'kysely'
import { type Db, type Decimal, type Lms, parseDecimal, type Tx } from '../platform/index.ts'

/** Databases take a bounded number of parameters. */
const idsPerQuery = 5000

function* chunks(ids: readonly number[]): Generator<number[]> {
  for (let from = 0; from < ids.length; from += idsPerQuery) yield ids.slice(from, from + idsPerQuery)
}

/** A document or a ledger row without one, as it charges its customer now. */
export interface LedgerCharge {
  customerId: number
  /** Null for a row without a document. */
  documentId: number | null
  /** Null for a document. */
  cashId: number | null
  /** Above zero. */
  charged: Decimal
  /** Epoch seconds of the newest row. */
  time: number
}

/**
 * What each customer owes in all: −Σ value × rate over the ledger, as LMS's own balance, which leaves out rows
 * without a rate. Rows of cancelled documents, which LMS takes out when it cancels, do not count. Customers who
 * owe nothing are not in the answer.
 */
export async function outstandingOf(
  db: Db | Tx,
  customerIds: readonly number[],
): Promise<Map<number, Decimal>> {
  const owing = new Map<number, Decimal>()
  if (customerIds.length === 0) return owing
  const { rows } = await sql<{ id: number; total: string }>`
    select c.customerid as id, sum(c.value * c.currencyvalue) as total
    from cash c left join documents d on d.id = c.docid
    where c.customerid in (${sql.join([...customerIds])}) and (d.cancelled is null or d.cancelled = 0)
    group by c.customerid having sum(c.value * c.currencyvalue) < 0`.execute(db)
  for (const { id, total } of rows) owing.set(Number(id), -parseDecimal(total))
  return owing
}

/** Everything that charges these customers, as far as its rows add up to a charge. */
export async function chargesOf(db: Db | Tx, customerIds: readonly number[]): Promise<LedgerCharge[]> {
  if (customerIds.length === 0) return []
  const lone = sql`case when c.docid is null then c.id end`
  const { rows } = await sql<{
    customer: number
    document: number | null
    cash: number | null
    total: string
    time: number
  }>`
    select c.customerid as customer, c.docid as document, ${lone} as cash,
      sum(c.value * c.currencyvalue) as total, max(c.time) as time
    from cash c left join documents d on d.id = c.docid
    where c.customerid in (${sql.join([...customerIds])}) and (d.cancelled is null or d.cancelled = 0)
    group by c.customerid, c.docid, ${lone} having sum(c.value * c.currencyvalue) < 0`.execute(db)
  return rows.map(({ customer, document, cash, total, time }) => ({
    customerId: Number(customer),
    documentId: document === null ? null : Number(document),
    cashId: cash === null ? null : Number(cash),
    charged: -parseDecimal(total),
    time: Number(time),
  }))
}

/** What LMS knows of a document that somebody is asked to pay. */
export interface BilledDocument {
  id: number
  /** Null or empty in very old rows. */
  fullnumber: string | null
  number: number
  extnumber: string
  template: string | null
  /** Epoch seconds. */
  cdate: number
  /** Days to pay. */
  paytime: number
  /** Changes with everything above and with the account. */
  print: string
}

/**
 * A hash of everything about a document that its link shows. Joined as `d`, its number plan as `n`; computed by
 * the database, so that a whole set can be compared without reading it.
 */
export function documentPrint(lms: Lms): RawBuilder<string> {
  const columns = sql`coalesce(d.fullnumber, ''), d.number, d.extnumber, coalesce(n.template, ''), d.cdate,
    d.paytime, d.div_account, d.cancelled, coalesce(d.customerid, 0)`
  return textPrint(lms, columns)
}

/** The same of a ledger row without a document, joined as `c`. */
export function cashPrint(lms: Lms): RawBuilder<string> {
  return textPrint(lms, sql`c.comment, c.time`)
}

/** 32 hexadecimal digits of the columns of one row. */
export function textPrint(lms: Lms, columns: RawBuilder<unknown>): RawBuilder<string> {
  const text = sql`concat_ws('|', ${columns})`
  // Several times as fast as md5, which counts at a hundred thousand rows.
  return hasFastHashes(lms)
    ? sql<string>`lpad(to_hex(hashtextextended(${text}, 0)), 32, '0')`
    : sql<string>`md5(${text})`
}

export async function billedDocuments(
  lms: Lms,
  db: Db | Tx,
  ids: readonly number[],
): Promise<Map<number, BilledDocument>> {
  const found = new Map<number, BilledDocument>()
  for (const some of chunks(ids)) {
    const { rows } = await sql<BilledDocument>`
      select d.id, d.fullnumber, d.number, d.extnumber, n.template, d.cdate, d.paytime,
        ${documentPrint(lms)} as print
      from documents d left join numberplans n on n.id = d.numberplanid
      where d.id in (${sql.join(some)})`.execute(db)
    for (const row of rows) found.set(Number(row.id), row)
  }
  return found
}

/** A ledger row without a document that somebody is asked to pay. */
export interface BilledRow {
  id: number
  comment: string
  time: number
  print: string
}

export async function billedRows(
  lms: Lms,
  db: Db | Tx,
  ids: readonly number[],
): Promise<Map<number, BilledRow>> {
  const found = new Map<number, BilledRow>()
  for (const some of chunks(ids)) {
    const { rows } = await sql<BilledRow>`
      select c.id, c.comment, c.time, ${cashPrint(lms)} as print from cash c
      where c.id in (${sql.join(some)})`.execute(db)
    for (const row of rows) found.set(Number(row.id), row)
  }
  return found
}

/**
 * Days to pay of charges without a document: the customer's own, his division's, or null where neither says.
 */
export async function payDaysOf(
  db: Db | Tx,
  customerIds: readonly number[],
): Promise<Map<number, number | null>> {
  if (customerIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('customers as k')
    .leftJoin('divisions as v', 'v.id', 'k.divisionid')
    .select(['k.id', 'k.paytime', 'v.inv_paytime'])
    .where('k.id', 'in', [...customerIds])
    .execute()
  return new Map(rows.map(({ id, paytime, inv_paytime }) => [id, paytime >= 0 ? paytime : inv_paytime]))
}

/**
 * The ledger of each customer in 64 bits: any row that comes, goes or changes changes it. Sums and counts alone
 * would miss a change in place that leaves them equal.
 *
 * @param customers a condition on `customerid`
 */
export function ledgerPrints(lms: Lms, customers: RawBuilder<boolean> | undefined): RawBuilder<unknown> {
  const where = customers ? sql`where ${customers}` : sql``
  if (hasFastHashes(lms)) {
    return sql`select customerid as id, count(*) as n,
      sum(hashint8extended(id, hashint8extended(coalesce(docid, 0),
        hash_numeric_extended(coalesce(value * currencyvalue, 0), time)))) as h
      from cash ${where} group by customerid`
  }
  // "+ 0": grouped by a hash in memory; by the index on customerid MariaDB would fetch row after row, at random.
  const group = customers || lms.engine === 'postgres' ? sql`customerid` : sql`customerid + 0`
  const columns = sql`coalesce(docid, 0), coalesce(value * currencyvalue, 0), time`
  return sql`select ${group} as id, count(*) as n, ${hashOfRows(lms, columns)} as h
    from cash ${where} group by 1`
}

/** One number for a set of rows, whatever their order. `id` is the rows’ own. */
export function hashOfRows(lms: Lms, columns: RawBuilder<unknown>): RawBuilder<unknown> {
  const text = sql`concat_ws('|', id, ${columns})`
  if (hasFastHashes(lms)) return sql`sum(hashtextextended(${text}, 0))`
  if (lms.engine === 'postgres') return sql`sum(('x' || substr(md5(${text}), 1, 15))::bit(60)::bigint)`
  // Times the id: checksums alone would cancel out where two rows trade values.
  return sql`bit_xor(crc32(${text}) * id)`
}

/** PostgreSQL has them since release 11. */
function hasFastHashes({ engine, version }: Lms): boolean {
  return engine === 'postgres' && Number.parseInt(version, 10) >= 11
}
