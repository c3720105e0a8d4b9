import { sql } from 'kysely'
import type { Lms } from '../../../connector/src/platform/index.ts'

export interface OldLinkValues {
  customer: number
  document?: number | null
  cash?: number | null
  token: string
  amount?: string
}

/** @returns its id */
export async function addOldLink(lms: Lms, values: OldLinkValues): Promise<number> {
  const { customer, document = null, cash = null, token, amount = '69.00' } = values
  await sql`insert into billtech_payment_links (customer_id, src_cash_id, src_document_id, type, link, token, amount)
    values (${customer}, ${cash}, ${document}, 'linked', ${`https://old.example/${token}`}, ${token},
      ${amount})`.execute(lms.db)
  return lastId(lms, 'billtech_payment_links')
}

export interface OldPaymentValues {
  customer: number
  cash: number | null
  token: string | null
  reference: string
  closed?: 0 | 1
  amount?: string
  cdate?: number
}

/** @returns its id */
export async function addOldPayment(lms: Lms, values: OldPaymentValues): Promise<number> {
  const { customer, cash, token, reference, closed = 0, amount = '69.00', cdate = 1_700_000_000 } = values
  await sql`insert into billtech_payments (customerid, amount, title, reference_number, cdate, closed, cashid, token)
    values (${customer}, ${amount}, 'FV 1', ${reference}, ${cdate}, ${closed}, ${cash}, ${token})`.execute(
    lms.db,
  )
  return lastId(lms, 'billtech_payments')
}

/** A ledger row as the old plugin booked it. @returns its id */
export async function addOldCash(lms: Lms, customer: number, value = '69.00'): Promise<number> {
  await sql`insert into cash (time, type, value, customerid, comment, currency, currencyvalue)
    values (1700000000, 100, ${value}, ${customer}, 'Wpłata online za: FV 1', 'PLN', 1)`.execute(lms.db)
  return lastId(lms, 'cash')
}

export async function lastId(lms: Lms, table: string): Promise<number> {
  const { rows } = await sql<{ id: number }>`select max(id) as id from ${sql.table(table)}`.execute(lms.db)
  return Number(rows[0]?.id)
}

/** Every row of a table of the old plugin, its old columns only. */
export async function oldRows(lms: Lms, table: string, columns: readonly string[]): Promise<unknown[]> {
  const { rows } = await sql`select ${sql.join(columns.map((name) => sql.ref(name)))} from ${sql.table(table)}
    order by ${sql.ref(columns[0] ?? 'id')}`.execute(lms.db)
  return rows
}

export const oldColumns = {
  billtech_payments: [
    ...[
      'id',
      'ten',
      'customerid',
      'amount',
      'title',
      'document_number',
      'reference_number',
      'cdate',
      'closed',
    ],
    ...['cashid', 'token'],
  ],
  billtech_payment_links: [
    ...[
      'id',
      'customer_id',
      'src_cash_id',
      'src_document_id',
      'type',
      'link',
      'short_link',
      'token',
      'amount',
    ],
  ],
  billtech_customer_info: ['customer_id', 'last_cash_id'],
  billtech_info: ['keytype', 'keyvalue'],
  billtech_log: ['cdate', 'type', 'description'],
}
