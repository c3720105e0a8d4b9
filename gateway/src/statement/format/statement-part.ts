/** The kinds of files that are read. Reports of mass payments are `csv` with a profile, or `elixir`. */
export type StatementFormat = 'mt940' | 'camt053' | 'csv' | 'elixir'

export const statementFormats: readonly StatementFormat[] = ['mt940', 'camt053', 'csv', 'elixir']

/** One credit or debit of a statement, as the bank says it. Text is free of control characters and trimmed. */
export interface StatementEntry {
  /** 26 bare digits, or what the bank writes without spaces where that is no Polish account. */
  account: string
  /** Three capital letters. */
  currency: string
  /** Minor units, above zero. */
  amount: bigint
  /** What the entry does to the balance: a taken back credit is a debit. */
  direction: 'credit' | 'debit'
  /** Whether it takes another entry back. */
  isReversal: boolean
  /** yyyy-mm-dd */
  bookedOn: string
  /** yyyy-mm-dd */
  valueOn: string | null
  /** The bank's own number of this entry, where it gives one that is likely to be unique. */
  bankReference: string | null
  /** Pieces joined, line breaks and double blanks removed; empty where there is none. */
  title: string
  counterpartyName: string | null
  counterpartyAccount: string | null
  /** The virtual account that was paid, or the bank's number for it (mBank's ID IPH). */
  targetAccount: string | null
  /** The bank's code for the kind of operation. */
  transactionCode: string | null
  /** 1-based among the entries of the file. */
  position: number
}

/** Comes before the entries of its statement. A file may hold several. */
export interface StatementHead {
  account: string
  statementId: string | null
  /** Minor units, below zero where the account is overdrawn. */
  opening: bigint | null
  /** Minor units; null where the format says it only after the entries. It is checked all the same. */
  closing: bigint | null
  currency: string | null
  /** yyyy-mm-dd */
  from: string | null
  /** yyyy-mm-dd */
  to: string | null
}

export type StatementPart = { kind: 'head'; head: StatementHead } | { kind: 'entry'; entry: StatementEntry }
