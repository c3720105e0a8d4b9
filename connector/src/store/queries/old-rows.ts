import { sql } from 'kysely'
import { lockLedgers } from '../../lms/index.ts'
import type { Lms, Tx } from '../../platform/index.ts'
import type { LinkVerdict, OldLink, OldPayment, PaymentVerdict } from '../old-rows.ts'

const pageRows = 2000
const idsPerStatement = 500

/** Text of an id, on both engines. */
const textOf = (lms: Lms, column: string) =>
  lms.engine === 'postgres' ? sql`cast(${sql.ref(column)} as text)` : sql`cast(${sql.ref(column)} as char)`

/**
 * The next customers' link rows that the old plugin wrote, whole customers at a time.
 *
 * @param marked whether the new columns stand; without them every row is an old one
 */
export async function oldLinksAfter(lms: Lms, customer: number, marked: boolean, paymentTokens: boolean) {
  const fresh = marked ? sql`and gateway is null` : sql``
  const { rows: ids } = await sql<{ customer: number }>`
    select distinct customer_id as customer from (
      select customer_id from billtech_payment_links
      where customer_id > ${customer} ${fresh} order by customer_id limit ${sql.lit(pageRows)}
    ) page order by customer`.execute(lms.db)
  if (ids.length === 0) return []
  const { rows } = await sql<Omit<OldLink, 'paidAt'>>`
    select l.id, l.customer_id as customer, l.src_cash_id as ${sql.id('cashId')},
      l.src_document_id as ${sql.id('documentId')}, l.token
    from billtech_payment_links l
    where l.customer_id in (${sql.join(ids.map((each) => each.customer))}) ${fresh}
    order by l.customer_id, l.id`.execute(lms.db)
  const paid = paymentTokens ? await paidTokens(lms, rows) : new Map<string, number>()
  return rows.map((row): OldLink => ({ ...row, paidAt: paid.get(row.token) ?? null }))
}

/** When payments with these tokens were recorded. In a rehearsal there may be no index: a page is one scan. */
async function paidTokens(lms: Lms, links: readonly { token: string }[]): Promise<Map<string, number>> {
  const tokens = [...new Set(links.map(({ token }) => token))].filter((token) => token !== '')
  if (tokens.length === 0) return new Map()
  const { rows } = await sql<{ token: string; at: number }>`
    select token, max(cdate) as at from billtech_payments where token in (${sql.join(tokens)}) group by token
  `.execute(lms.db)
  return new Map(rows.map(({ token, at }) => [token, Number(at)]))
}

/** Tokens of active links by customer and operation, of rows that are taken over already. */
export async function standingTokens(lms: Lms, gateway: string, customers: readonly number[]) {
  const tokens = new Map<number, Map<string, string>>()
  for (const some of chunks(customers)) {
    const { rows } = await sql<{ customer: number; operation: string; token: string }>`
      select customer_id as customer, operation_id as operation, token from billtech_payment_links
      where customer_id in (${sql.join(some)}) and gateway = ${gateway} and active_key is not null`.execute(
      lms.db,
    )
    for (const { customer, operation, token } of rows) {
      tokens.set(customer, (tokens.get(customer) ?? new Map()).set(operation, token))
    }
  }
  return tokens
}

/** Writes down what the rows are, and whose: their gateway is the one that the old plugin spoke to. */
export async function markLinks(
  lms: Lms,
  tx: Tx,
  verdicts: readonly LinkVerdict[],
  { gateway, now }: { gateway: string; now: number },
): Promise<void> {
  const operation = sql`case when src_document_id is not null then ${textOf(lms, 'src_document_id')}
    when src_cash_id is not null then concat('cash_', ${textOf(lms, 'src_cash_id')}) end`
  const theirs = lms.engine === 'postgres' ? sql`cast(${gateway} as text)` : sql`cast(${gateway} as char)`
  for (const [verdict, members] of grouped(verdicts, (each) => each.verdict)) {
    const state = { active: 'active', superfluous: 'active', paid: 'paid', copy: 'moved' }[verdict]
    const key =
      verdict === 'active'
        ? sql`concat(${theirs}, '|', ${textOf(lms, 'customer_id')}, '|', ${operation})`
        : sql`null`
    const ended =
      verdict === 'paid'
        ? sql`(select max(p.cdate) from billtech_payments p where p.token = billtech_payment_links.token)`
        : sql`${verdict === 'copy' ? now : null}`
    for (const ids of chunks(members.map(({ id }) => id))) {
      await sql`update billtech_payment_links
        set operation_id = ${operation}, gateway = ${gateway}, state = ${state}, active_key = ${key},
          created_at = coalesce(created_at, ${now}), ended_at = ${ended}
        where id in (${sql.join(ids)}) and gateway is null`.execute(tx)
    }
  }
}

/** The next payment rows that the old plugin wrote, with the earlier rows that they may be copies of. */
export async function oldPaymentsAfter(lms: Lms, id: number, marked: boolean, tokens: boolean) {
  const fresh = marked ? sql`and p.state is null` : sql``
  const columns = sql`p.id, p.customerid as customer, p.amount, p.reference_number as reference, p.closed,
    ${tokens ? sql`p.token` : sql`null`} as token, c.id as ${sql.id('cashId')}`
  const { rows } = await sql<OldPaymentRow>`
    select ${columns} from billtech_payments p left join cash c on c.id = p.cashid
    where p.id > ${id} ${fresh} order by p.id limit ${sql.lit(pageRows)}`.execute(lms.db)
  const references = [...new Set(rows.flatMap(({ reference }) => (reference ? [reference] : [])))]
  const earlier: OldPaymentRow[] = []
  for (const some of tokens ? chunks(references) : []) {
    const found = await sql<OldPaymentRow>`
      select ${columns} from billtech_payments p left join cash c on c.id = p.cashid
      where p.reference_number in (${sql.join(some)}) and p.id < ${rows[0]?.id ?? 0}`.execute(lms.db)
    earlier.push(...found.rows)
  }
  return { rows: rows.map(whole), earlier: earlier.map(whole) }
}

type OldPaymentRow = Omit<OldPayment, 'closed'> & { closed: number }

function whole(row: OldPaymentRow): OldPayment {
  return { ...row, amount: String(row.amount), closed: Number(row.closed) !== 0 }
}

interface PaymentMark {
  gateway: string
  /** Days until an open payment expires, or never. */
  expiration: number | 'never'
}

/** Writes down what the rows are; a ledger row that counts a payment twice goes. */
export async function markPayments(
  lms: Lms,
  tx: Tx,
  verdicts: readonly PaymentVerdict[],
  { gateway, expiration }: PaymentMark,
): Promise<void> {
  const digits =
    lms.engine === 'postgres'
      ? sql`nullif(left(regexp_replace(reference_number, '[^0-9]', '', 'g'), 20), '')`
      : sql`nullif(left(regexp_replace(reference_number, '[^0-9]', ''), 20), '')`
  const operation = sql`(select max(l.operation_id) from billtech_payment_links l
    where l.token = billtech_payments.token and l.customer_id = billtech_payments.customerid)`
  for (const [state, members] of grouped(verdicts, (each) => each.state)) {
    const expires =
      state === 'open' && expiration !== 'never' ? sql`cdate + ${sql.lit(expiration * 86_400)}` : sql`null`
    const closed = state === 'open' ? sql`closed` : sql`1`
    for (const ids of chunks(members.map(({ id }) => id))) {
      await sql`update billtech_payments
        set state = ${state}, closed = ${closed}, gateway = ${gateway}, reference_digits = ${digits},
          operation_id = ${operation}, paid_at = cdate, arrives = 'transfer', expires_at = ${expires}
        where id in (${sql.join(ids)}) and state is null`.execute(tx)
    }
  }
  await removeDoubled(lms, tx, verdicts)
}

async function removeDoubled(lms: Lms, tx: Tx, verdicts: readonly PaymentVerdict[]): Promise<void> {
  const doubled = verdicts.flatMap(({ id, removeCashId }) =>
    removeCashId === null ? [] : [{ id, removeCashId }],
  )
  if (doubled.length === 0) return
  const { rows } = await sql<{ customerid: number }>`
    select distinct customerid from billtech_payments
    where id in (${sql.join(doubled.map(({ id }) => id))}) and customerid is not null`.execute(tx)
  await lockLedgers(
    lms,
    tx,
    rows.map(({ customerid }) => customerid),
  )
  for (const { id, removeCashId } of doubled) {
    await sql`delete from cash where id = ${removeCashId} and docid is null and importid is null and type <> 0
      and comment like 'Wpłata online%'`.execute(tx)
    await sql`update billtech_payments set cashid = null where id = ${id}`.execute(tx)
  }
}

/** Keys of billtech_info and customers of billtech_customer_info that stand more than once. */
export async function mergeDoubled(
  tx: Tx,
  table: 'billtech_info' | 'billtech_customer_info',
): Promise<string[]> {
  const [key, value] =
    table === 'billtech_info'
      ? (['keytype', 'keyvalue'] as const)
      : (['customer_id', 'last_cash_id'] as const)
  const { rows } = await sql<{ k: string | number; v: string | number | null }>`
    select ${sql.ref(key)} as k, ${sql.ref(value)} as v from ${sql.table(table)}
    where ${sql.ref(key)} in (
      select k from (select ${sql.ref(key)} as k from ${sql.table(table)} group by ${sql.ref(key)}
        having count(*) > 1) doubled)`.execute(tx)
  const groups = grouped(rows, ({ k }) => k)
  for (const [k, members] of groups) {
    const greatest = members.map(({ v }) => v).sort((a, b) => Number(b ?? 0) - Number(a ?? 0))[0] ?? null
    await sql`delete from ${sql.table(table)} where ${sql.ref(key)} = ${k}`.execute(tx)
    await sql`insert into ${sql.table(table)} (${sql.ref(key)}, ${sql.ref(value)}) values (${k}, ${greatest})`.execute(
      tx,
    )
  }
  return [...groups.keys()].map(String)
}

function chunks<T>(values: readonly T[]): T[][] {
  const parts: T[][] = []
  for (let from = 0; from < values.length; from += idsPerStatement) {
    parts.push(values.slice(from, from + idsPerStatement))
  }
  return parts
}

function grouped<T, K>(values: readonly T[], keyOf: (value: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const value of values) {
    const group = groups.get(keyOf(value))
    if (group) group.push(value)
    else groups.set(keyOf(value), [value])
  }
  return groups
}
