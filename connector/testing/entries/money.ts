import { sql } from 'kysely'
import { writeSetting } from '../../src/lms/index.ts'
import { type Lms, parseDecimal, parseGrosze, type Tx, toGrosze, transact } from '../../src/platform/index.ts'
import { type Desk, insert, now } from './desk.ts'

export interface NewCash {
  customerId: number | null
  /** Negative: owed. */
  value: string
  /** 0 for charges and 1 for payments, by the sign, unless told. */
  type?: number
  /** Epoch seconds; now unless told. */
  time?: number
  comment?: string
  documentId?: number
  itemId?: number
  importId?: number
  currency?: string | null
  currencyvalue?: string | null
}

export interface NewStatement {
  customerId: number | null
  value: string
  description: string
  /** Epoch seconds; now unless told. */
  date?: number
  srcaccount?: string
  /** Whether LMS has booked it; yes unless told. */
  booked?: boolean
}

export async function addCash(
  desk: Desk,
  options: NewCash,
  tx: Tx | Lms['db'] = desk.lms.db,
): Promise<number> {
  const owed = parseGrosze(options.value) < 0n
  const row = {
    time: options.time ?? (await now(desk)),
    type: options.type ?? (owed ? 0 : 1),
    value: options.value,
    customerid: options.customerId,
    comment: options.comment ?? (owed ? 'Abonament' : 'Wpłata'),
    docid: options.documentId ?? null,
    itemid: options.itemId ?? 0,
    importid: options.importId ?? null,
    currency: options.currency === undefined ? 'PLN' : options.currency,
    currencyvalue: options.currencyvalue === undefined ? '1' : options.currencyvalue,
  }
  return insert(desk, 'cash', row, tx)
}

/** A transfer of a bank statement; booked as LMS's own import books it. */
export async function addStatement(
  desk: Desk,
  options: NewStatement,
): Promise<{ importId: number; cashId?: number }> {
  const date = options.date ?? (await now(desk))
  const importId = await insert(desk, 'cashimport', {
    date,
    value: options.value,
    customer: 'Jan Płacący',
    description: options.description,
    customerid: options.customerId,
    hash: `${desk.next()}-${date}`,
    closed: 0,
    sourceid: null,
    ...(options.srcaccount ? { srcaccount: options.srcaccount } : {}),
  })
  if (options.booked === false) return { importId }
  return { importId, cashId: await bookStatement(desk, importId) }
}

/** @param customerId whom an operator chose, where that is somebody else */
export async function bookStatement(desk: Desk, importId: number, customerId?: number): Promise<number> {
  return transact(desk.lms, async (tx) => {
    const row = await tx
      .selectFrom('cashimport')
      .selectAll()
      .where('id', '=', importId)
      .executeTakeFirstOrThrow()
    const chosen = customerId ?? row.customerid
    const set = { closed: 1, customerid: chosen }
    await tx.updateTable('cashimport').set(set).where('id', '=', importId).execute()
    const { value, description: comment, date: time } = row
    return addCash(desk, { customerId: chosen, value, comment, time, type: 1, importId }, tx)
  })
}

/** `api_url` means `billtech.api_url`; variables of other sections are named whole. */
export async function setSetting({ lms }: Desk, name: string, value: string): Promise<void> {
  const [section = '', variable = ''] = name.includes('.') ? name.split(/\.(.*)/s) : ['billtech', name]
  await transact(lms, (tx) => writeSetting(lms, tx, { section, variable }, value))
}

/** The balance as LMS computes it, in grosze. */
export async function balanceOf({ lms }: Desk, customerId: number): Promise<bigint> {
  const { rows } = await sql<{ sum: string | null }>`
    select sum(value * currencyvalue) as sum from cash where customerid = ${customerId}`.execute(lms.db)
  return toGrosze(parseDecimal(rows[0]?.sum ?? '0'))
}

/** What the triggers' cache holds for a customer: one entry, unless it went wrong. */
export async function cachedBalances({ lms }: Desk, customerId: number): Promise<bigint[]> {
  const rows = await lms.db
    .selectFrom('customerbalances')
    .select('balance')
    .where('customerid', '=', customerId)
    .execute()
  return rows.map(({ balance }) => parseGrosze(balance))
}
