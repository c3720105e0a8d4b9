import { isNrb } from '@bill-gateway/contract'
import { sql } from 'kysely'
import type { Db, Tx } from '../platform/index.ts'
import type { Settings } from './settings.ts'

/** Bits of customercontacts.type. */
export const contactBits = {
  email: 8,
  invoices: 16,
  notifications: 32,
  bankAccount: 64,
  disabled: 16384,
} as const

/** "type & mask = wanted" of a customer's own account for payments to the provider; disabled ones drop out. */
export const alternativeAccount = {
  mask: contactBits.bankAccount + contactBits.invoices + contactBits.disabled,
  wanted: contactBits.bankAccount + contactBits.invoices,
}

const idsPerQuery = 1000
const nrbLength = 26

/**
 * LMS's account number of a customer: a prefix of up to `length` − 6 characters is completed by the customer's
 * number and check digits, anything longer is taken for a whole number as it is. A customer's number that has
 * more digits than there is room makes the result too long; it is never cut.
 *
 * @throws {RangeError} where a prefix holds anything but letters and digits
 */
export function ibanAccount(country: string, length: number, id: number, account: string): string {
  if (account === '' || account.length > length - 6) return account
  const body = account + String(id).padStart(length - 2 - account.length, '0')
  const digits = [...`${body}${country}00`].map(digitsOf).join('')
  const check = 98n - (BigInt(digits) % 97n)
  return `${String(check).padStart(2, '0')}${body}`
}

/** A digit as it is, a letter as 10 to 35. */
function digitsOf(character: string): string {
  if (/\d/.test(character)) return character
  if (/[a-z]/i.test(character)) return String(character.toUpperCase().charCodeAt(0) - 55)
  throw new RangeError('an account number holds only letters and digits')
}

/** Where an account number can come from; the first that is there counts. */
export interface AccountSources {
  customerId: number
  /** `billtech.bankaccount`. */
  setting?: string | undefined
  /** The customer's own account at the provider: the oldest enabled contact of that kind. */
  alternative?: string | null | undefined
  /** The division's account frozen in the document. */
  document?: string | null | undefined
  /** The account of the customer's division. */
  division?: string | null | undefined
}

export type AccountOrigin = 'setting' | 'alternative' | 'document' | 'division'

export type Account =
  | { nrb: string; from: AccountOrigin }
  | { nrb?: never; from: AccountOrigin | undefined; refused: 'missing' | 'too_long' | 'invalid' }

/** The account that a transfer for this bill goes to, with right check digits, or why there is none. */
export function chooseAccount(sources: AccountSources): Account {
  const { setting, alternative, document, division, customerId } = sources
  const candidates: [AccountOrigin, string | null | undefined][] = [
    ['setting', setting],
    ['alternative', alternative],
    ['document', document],
    ['division', division],
  ]
  for (const [from, written] of candidates) {
    const digits = (written ?? '').replace(/\D/g, '')
    if (digits === '') continue
    const nrb = from === 'setting' ? digits : ibanAccount('PL', nrbLength, customerId, digits)
    if (isNrb(nrb)) return { nrb, from }
    return { from, refused: nrb.length > nrbLength ? 'too_long' : 'invalid' }
  }
  return { from: undefined, refused: 'missing' }
}

/** A bill whose account is asked for; without a document it is a charge or a whole balance. */
export interface AccountQuestion {
  customerId: number
  documentId?: number | null
}

/** The accounts of many bills: two queries a thousand customers, in the order of the questions. */
export async function accountsOf(
  db: Db | Tx,
  settings: Pick<Settings, 'bankAccount'>,
  questions: readonly AccountQuestion[],
): Promise<Account[]> {
  const setting = settings.bankAccount
  if (setting) return questions.map(({ customerId }) => chooseAccount({ customerId, setting }))
  const customers = await accountsOfCustomers(db, [...new Set(questions.map((each) => each.customerId))])
  const documents = await accountsOfDocuments(
    db,
    questions.flatMap(({ documentId }) => documentId ?? []),
  )
  return questions.map(({ customerId, documentId }) =>
    chooseAccount({
      customerId,
      ...customers.get(customerId),
      document: documentId ? documents.get(documentId) : undefined,
    }),
  )
}

async function accountsOfCustomers(db: Db | Tx, ids: readonly number[]) {
  const found = new Map<number, { alternative: string | null; division: string | null }>()
  for (const some of chunks(ids)) {
    const { mask, wanted } = alternativeAccount
    const rows = await db
      .selectFrom('customers as c')
      .leftJoin('divisions as d', 'd.id', 'c.divisionid')
      .leftJoin('customercontacts as k', (join) =>
        join.onRef('k.customerid', '=', 'c.id').on(sql<boolean>`(k.type & ${mask}) = ${wanted}`),
      )
      .select(['c.id', 'k.contact as alternative', 'd.account as division'])
      .where('c.id', 'in', some)
      .orderBy('k.id')
      .execute()
    for (const { id, alternative, division } of rows) {
      const digits = (alternative ?? '').replace(/\D/g, '')
      if (!found.has(id)) found.set(id, { alternative: digits || null, division })
      const known = found.get(id)
      if (known && !known.alternative) known.alternative = digits || null
    }
  }
  return found
}

async function accountsOfDocuments(db: Db | Tx, ids: readonly number[]): Promise<Map<number, string>> {
  const found = new Map<number, string>()
  for (const some of chunks([...new Set(ids)])) {
    const rows = await db
      .selectFrom('documents')
      .select(['id', 'div_account'])
      .where('id', 'in', some)
      .execute()
    for (const row of rows) found.set(row.id, row.div_account)
  }
  return found
}

function* chunks(ids: readonly number[]): Generator<number[]> {
  for (let from = 0; from < ids.length; from += idsPerQuery) yield ids.slice(from, from + idsPerQuery)
}
