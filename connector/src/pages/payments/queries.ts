import { type RawBuilder, sql } from 'kysely'
import { type Db, formatGrosze, type Lms, parseGrosze } from '../../platform/index.ts'
import {
  type PaymentLine,
  type PaymentState,
  paymentStates,
  type SortKey,
  unsettledStates,
} from '../views/models.ts'
import type { Filter, Query } from './filter.ts'

/** More are not counted: the page then says “more than”. */
export const countedMax = 10_000
const partsMax = 200

/** What a list is ordered by. The id comes second, so that every order is total. */
const sortExpressions: Record<SortKey, RawBuilder<unknown>> = {
  date: sql`p.cdate`,
  customer: sql`coalesce(nullif(lower(concat(c.lastname, ' ', c.name)), ' '), '')`,
  title: sql`coalesce(p.title, '')`,
  reference: sql`coalesce(p.reference_number, '')`,
  amount: sql`p.amount`,
  state: sql`coalesce(p.state, '')`,
}

export interface ListPage {
  lines: PaymentLine[]
  /** Whether there are rows before the first and after the last. */
  before: boolean
  after: boolean
}

/**
 * One page of payments, by its neighbour's id and not by a number of rows to skip: the last page of 100,000
 * costs what the first does.
 */
export async function listPayments(
  { db }: Lms,
  { filter, sort, cursor }: Pick<Query, 'filter' | 'sort' | 'cursor'>,
  size: number,
): Promise<ListPage> {
  const backwards = cursor?.direction === 'before'
  const start = cursor ? await startAfter(db, sort, cursor.id, backwards) : undefined
  const rows = await readLines(db, and([...conditions(filter), ...(start ? [start] : [])]), {
    by: sort.by,
    down: sort.down !== backwards,
    limit: size + 1,
  })
  const more = rows.length > size
  const lines = rows.slice(0, size)
  if (backwards) lines.reverse()
  return {
    lines,
    before: start !== undefined && (!backwards || more),
    after: backwards ? start !== undefined : more,
  }
}

/** How many fit the filter and what they sum to; without a sum where there are more than `countedMax`. */
export async function countPayments({ db }: Lms, filter: Filter): Promise<{ count: number; sum?: bigint }> {
  const { rows } = await sql<{ count: number; sum: string }>`
    select count(*) as count, coalesce(sum(found.amount), 0) as sum from (
      select p.amount from billtech_payments p ${joinFor(filter)}
      where ${and(conditions(filter))} limit ${countedMax + 1}
    ) found`.execute(db)
  const count = Number(rows[0]?.count ?? 0)
  return count > countedMax ? { count: countedMax } : { count, sum: parseGrosze(String(rows[0]?.sum ?? 0)) }
}

/** The id of the last row of every part of `size` rows but the last part: where the next part begins. */
export async function partEnds(
  { db }: Lms,
  { filter, sort }: Pick<Query, 'filter' | 'sort'>,
  size: number,
): Promise<number[]> {
  const order = sql`${sortExpressions[sort.by]} ${direction(sort.down)}, p.id ${direction(sort.down)}`
  const { rows } = await sql<{ id: number }>`
    select numbered.id from (
      select p.id, row_number() over (order by ${order}) as place, count(*) over () as total
      from billtech_payments p left join customers c on c.id = p.customerid
      where ${and(conditions(filter))}
    ) numbered
    where mod(numbered.place, ${size}) = 0 and numbered.place < numbered.total
    order by numbered.place limit ${partsMax}`.execute(db)
  return rows.map(({ id }) => id)
}

/** Payments by their ids, newest first. */
export function paymentsByIds({ db }: Lms, ids: readonly number[]): Promise<PaymentLine[]> {
  if (ids.length === 0) return Promise.resolve([])
  return readLines(db, sql`p.id in (${sql.join(ids)})`, { by: 'date', down: true, limit: ids.length })
}

interface Order {
  by: SortKey
  down: boolean
  limit: number
}

async function readLines(db: Db, where: RawBuilder<unknown>, order: Order): Promise<PaymentLine[]> {
  const { rows } = await sql<Row>`
    select p.id, p.cdate, p.paid_at, p.customerid, c.id as found, c.lastname, c.name, p.title,
      p.document_number, p.reference_number, p.amount, p.refunded, p.state, p.closed, p.settled_importid,
      p.expires_at, p.method, p.test
    from billtech_payments p left join customers c on c.id = p.customerid
    where ${where}
    order by ${sortExpressions[order.by]} ${direction(order.down)}, p.id ${direction(order.down)}
    limit ${order.limit}`.execute(db)
  return rows.map(lineOf)
}

interface Row {
  id: number
  cdate: number
  paid_at: number | null
  customerid: number | null
  found: number | null
  lastname: string | null
  name: string | null
  title: string | null
  document_number: string | null
  reference_number: string | null
  amount: string | null
  refunded: string | null
  state: string | null
  closed: number
  settled_importid: number | null
  expires_at: number | null
  method: string | null
  test: number | null
}

function lineOf(row: Row): PaymentLine {
  const name = [row.lastname, row.name].filter(Boolean).join(' ')
  return {
    id: row.id,
    at: Number(row.cdate),
    paidAt: row.paid_at === null ? null : Number(row.paid_at),
    customerId: row.customerid,
    customer: row.found === null ? null : name,
    title: row.title ?? '',
    document: row.document_number ?? '',
    reference: row.reference_number ?? '',
    amount: parseGrosze(row.amount ?? '0'),
    refunded: parseGrosze(row.refunded ?? '0'),
    state: stateOf(row),
    byStatement: row.settled_importid !== null,
    expiresAt: row.expires_at === null ? null : Number(row.expires_at),
    method: row.method ?? '',
    test: Number(row.test ?? 0) !== 0,
  }
}

function stateOf({ state, closed }: Row): PaymentState {
  return paymentStates.find((each) => each === state) ?? (Number(closed) === 0 ? 'open' : 'settled')
}

/** Rows that come after the one with this id in the order that is read. */
async function startAfter(
  db: Db,
  { by, down }: Query['sort'],
  id: number,
  backwards: boolean,
): Promise<RawBuilder<unknown> | undefined> {
  const expression = sortExpressions[by]
  const { rows } = await sql<{ value: string | number }>`
    select ${expression} as value from billtech_payments p left join customers c on c.id = p.customerid
    where p.id = ${id}`.execute(db)
  const found = rows[0]
  if (!found) return undefined
  const value = by === 'amount' ? sql`cast(${found.value} as decimal(12, 2))` : sql`${found.value}`
  return down !== backwards
    ? sql`(${expression} <= ${value} and (${expression} < ${value} or p.id < ${id}))`
    : sql`(${expression} >= ${value} and (${expression} > ${value} or p.id > ${id}))`
}

function direction(down: boolean): RawBuilder<unknown> {
  return down ? sql`desc` : sql`asc`
}

function and(all: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return all.length === 0 ? sql`1 = 1` : sql.join(all as RawBuilder<unknown>[], sql` and `)
}

function joinFor({ words }: Filter): RawBuilder<unknown> {
  return words.length > 0 ? sql`left join customers c on c.id = p.customerid` : sql``
}

function conditions(filter: Filter): RawBuilder<unknown>[] {
  const all: RawBuilder<unknown>[] = []
  if (filter.from !== undefined) all.push(sql`p.cdate >= ${filter.from}`)
  if (filter.until !== undefined) all.push(sql`p.cdate < ${filter.until}`)
  if (filter.customerId !== undefined) all.push(sql`p.customerid = ${filter.customerId}`)
  if (filter.amount) {
    const { min, max } = filter.amount
    all.push(sql`p.amount between cast(${formatGrosze(min)} as decimal(12, 2))
      and cast(${formatGrosze(max)} as decimal(12, 2))`)
  }
  if (filter.state) all.push(sql`p.state = ${filter.state}`)
  if (filter.hideSettled) all.push(sql`p.state in (${sql.join([...unsettledStates])})`)
  if (filter.reference) all.push(referenceCondition(filter.reference))
  for (const word of filter.words) {
    all.push(sql`lower(concat(c.lastname, ' ', c.name)) like lower(${containing(word)}) escape '!'`)
  }
  return all
}

/** As it was typed, or by its digits alone: people write `ref: 2026 1122 000123` too. */
function referenceCondition(typed: string): RawBuilder<unknown> {
  const digits = typed.replace(/\D/g, '')
  const asTyped = sql`p.reference_number like ${containing(typed)} escape '!'`
  return digits.length >= 4
    ? sql`(${asTyped} or p.reference_digits like ${`%${digits.slice(0, 20)}%`})`
    : asTyped
}

function containing(text: string): string {
  return `%${text.replace(/[!%_]/g, '!$&')}%`
}
