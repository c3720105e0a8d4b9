/**
 * One credit or debit of a bank account, stored once however many files bring it.
 *
 * matched: it paid what it was for; short, over: less or more than that; duplicate: what it names was already
 * paid, a payment of its own where our own transfer was paid twice; expected: the transfer of a payment that
 * another method had confirmed; wrong-currency, unknown: nobody knows by rule what it is for; debit: the
 * provider's own; ignored: a person said that it is not for us.
 */
export const entryStates = [
  'new',
  'matched',
  'short',
  'over',
  'duplicate',
  'expected',
  'wrong-currency',
  'unknown',
  'debit',
  'ignored',
] as const
export type EntryState = (typeof entryStates)[number]

/** What decided an entry, in the order in which it is tried; person: somebody did. */
export const rules = [
  'virtual-account',
  'reference',
  'title',
  'source-account',
  'amount-and-name',
  'person',
] as const
export type Rule = (typeof rules)[number]

export interface Entry {
  id: bigint
  statementId: bigint
  position: number
  /** The same entry in another file has the same key. */
  key: string
  account: string
  currency: string
  /** Minor units, above zero. */
  amount: bigint
  direction: 'credit' | 'debit'
  isReversal: boolean
  /** yyyy-mm-dd */
  bookedOn: string
  valueOn: string | null
  bankReference: string | null
  /** This and the three below are null once they were forgotten. */
  title: string | null
  counterpartyName: string | null
  counterpartyAccount: string | null
  targetAccount: string | null
  transactionCode: string | null
  sourceHash: Buffer | null
  state: EntryState
  rule: Rule | null
  checkoutId: bigint | null
  payerId: bigint | null
  paymentId: bigint | null
  /** How often its money was recorded and taken back again. */
  recorded: number
  decidedAt: Date | null
}

/** Whether it waits for a person. */
export function isQueued({ state, paymentId }: Pick<Entry, 'state' | 'paymentId'>): boolean {
  return state === 'unknown' || state === 'wrong-currency' || (state === 'duplicate' && paymentId === null)
}

/** The id that its money is recorded under: after an undo the money is recorded as another payment. */
export function methodPaymentIdOf({ key, recorded }: Pick<Entry, 'key' | 'recorded'>): string {
  return recorded === 0 ? key : `${key}#${recorded + 1}`
}

export function entryIdOf(id: bigint): string {
  return `se_${id}`
}

/** @returns undefined where the text is no id of an entry */
export function idOfEntry(publicId: string): bigint | undefined {
  const digits = /^se_([1-9]\d{0,17})$/.exec(publicId)?.[1]
  return digits === undefined ? undefined : BigInt(digits)
}
