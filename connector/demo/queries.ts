import { sql } from 'kysely'
import { type Lms, parseDecimal, toGrosze } from '../src/platform/index.ts'

export interface CustomerNow {
  id: number
  name: string
  email: string
  /** Grosze; below zero is owed. */
  balance: bigint
  blocked: boolean
}

export interface LedgerRow {
  id: number
  docid: number | null
  doctype: number | null
  number: string
  time: number
  value: bigint
  comment: string
  fromStatement: boolean
}

/** Temporary payments that one transfer will settle: all of a reference. */
export interface Awaiting {
  customerId: number
  customer: string
  amount: bigint
  reference: string
}

export interface BookedRow {
  importId: number
  customer: string
  value: bigint
  description: string
  /** What the connector made of it; undefined while it has not looked. */
  state: string | undefined
}

const balanceOf = sql<string>`coalesce((
  select sum(cash.value * cash.currencyvalue) from cash where cash.customerid = c.id), 0)`
const blockedOf = sql<boolean>`exists (select 1 from nodes n where n.ownerid = c.id and n.access = 0)`
const emailOf = sql<string>`coalesce((select min(contact) from customercontacts cc
  where cc.customerid = c.id and (cc.type & 16408) = 24), '')`

interface CustomerRow {
  id: number
  lastname: string
  name: string
  email: string
  balance: string
  blocked: boolean
}

export async function readCustomers(lms: Lms, ids: readonly number[]): Promise<CustomerNow[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<CustomerRow>`
    select c.id, c.lastname, c.name, ${emailOf} as email, ${balanceOf} as balance, ${blockedOf} as blocked
    from customers c where c.id in (${sql.join([...ids])}) order by c.id`.execute(lms.db)
  return rows.map(customerOf)
}

/** Some of those who owe most and are still there. */
export async function readDebtors(lms: Lms, limit: number): Promise<CustomerNow[]> {
  const { rows } = await sql<CustomerRow>`
    select * from (
      select c.id, c.lastname, c.name, ${emailOf} as email, ${balanceOf} as balance, ${blockedOf} as blocked
      from customers c where c.deleted = 0
    ) found where balance < 0 order by balance limit ${limit}`.execute(lms.db)
  return rows.map(customerOf)
}

function customerOf({ id, lastname, name, email, balance, blocked }: CustomerRow): CustomerNow {
  const whole = [name, lastname].filter(Boolean).join(' ')
  return { id, name: whole, email, balance: toGrosze(parseDecimal(balance)), blocked }
}

/** Oldest first, as LMS lists them. */
export async function readLedger(lms: Lms, customerId: number): Promise<LedgerRow[]> {
  const rows = await lms.db
    .selectFrom('cash')
    .leftJoin('documents', 'documents.id', 'cash.docid')
    .select(['cash.id', 'cash.docid', 'documents.type as doctype', 'documents.fullnumber as number'])
    .select(['cash.time', 'cash.value', 'cash.comment', 'cash.importid'])
    .where('cash.customerid', '=', customerId)
    .orderBy('cash.time')
    .orderBy('cash.docid')
    .orderBy('cash.id')
    .execute()
  return rows.map(({ value, importid, number, ...row }) => ({
    ...row,
    number: number ?? '',
    value: toGrosze(parseDecimal(value)),
    fromStatement: importid !== null,
  }))
}

/** What a bank statement is waited for, the newest first. */
export async function readAwaiting(lms: Lms): Promise<Awaiting[]> {
  const { rows } = await sql<{
    customerid: number
    lastname: string
    name: string
    amount: string
    reference: string
  }>`
    select p.customerid, c.lastname, c.name, sum(p.amount - p.refunded) as amount,
      p.reference_number as reference
    from billtech_payments p join customers c on c.id = p.customerid
    where p.state in ('open', 'awaited')
    group by p.customerid, c.lastname, c.name, p.reference_number
    order by max(p.id) desc limit 50`.execute(lms.db)
  return rows.map(({ customerid, lastname, name, amount, reference }) => ({
    customerId: customerid,
    customer: [name, lastname].filter(Boolean).join(' '),
    amount: toGrosze(parseDecimal(amount)),
    reference,
  }))
}

export async function readBooked(lms: Lms): Promise<BookedRow[]> {
  const { rows } = await sql<{
    importid: number
    lastname: string | null
    name: string | null
    value: string
    description: string
    state: string | null
  }>`
    select i.id as importid, c.lastname, c.name, i.value, i.description, s.state
    from cashimport i join cash k on k.importid = i.id
    left join customers c on c.id = k.customerid
    left join billtech_statement s on s.importid = i.id
    order by i.id desc limit 10`.execute(lms.db)
  return rows.map(({ importid, lastname, name, value, description, state }) => ({
    importId: importid,
    customer: [name, lastname].filter(Boolean).join(' '),
    value: toGrosze(parseDecimal(value)),
    description,
    state: state ?? undefined,
  }))
}

/** Changes whenever something changes that a page shows of the customer, or of anybody. */
export async function readPulse(lms: Lms, customerId: number | undefined): Promise<string> {
  const own = customerId === undefined ? sql`true` : sql`customerid = ${customerId}`
  const owner = customerId === undefined ? sql`true` : sql`ownerid = ${customerId}`
  const { rows } = await sql<{ pulse: string }>`
    select md5(concat_ws('|',
      (select concat(count(*), ' ', sum(value), ' ', max(id)) from cash where ${own}),
      (select sum(access) from nodes where ${owner}),
      (select string_agg(concat(id, state, closed), ',' order by id) from billtech_payments where ${own}),
      (select string_agg(concat(importid, state), ',' order by importid) from billtech_statement),
      (select string_agg(concat(id, state, amount), ',' order by id) from billtech_payment_links
        where ${customerId === undefined ? sql`true` : sql`customer_id = ${customerId}`})
    )) as pulse`.execute(lms.db)
  return rows[0]?.pulse ?? ''
}
