/** One entry of a statement that a test writes. */
export interface StatementLine {
  /** Minor units, above zero. */
  amount: bigint
  /** credit unless told. */
  direction?: 'credit' | 'debit'
  /** Whether it takes another entry back: a reversal with direction debit takes a credit back. */
  isReversal?: boolean
  /** yyyy-mm-dd */
  bookedOn: string
  /** yyyy-mm-dd; the booking date unless told. */
  valueOn?: string
  title: string
  name?: string
  /** 26 digits. */
  counterparty?: string
  /** The bank's own number of the entry. */
  bankReference?: string
  /** The virtual account that was paid. */
  target?: string
}

export interface StatementText {
  account: string
  /** PLN unless told. */
  currency?: string
  /** Minor units; 0 unless told. */
  opening?: bigint
  /** The right one unless told. */
  closing?: bigint
  /** The first booking date unless told. */
  openedOn?: string
  statementId?: string
  lines: readonly StatementLine[]
}

export function closingOf({ opening = 0n, closing, lines }: StatementText): bigint {
  const signed = ({ amount, direction }: StatementLine) => (direction === 'debit' ? -amount : amount)
  return closing ?? lines.reduce((sum, line) => sum + signed(line), opening)
}

export function openedOnOf({ openedOn, lines }: StatementText): string {
  return openedOn ?? lines[0]?.bookedOn ?? '2026-11-20'
}

/** `123.45`, with the mark that is asked for. Never below zero. */
export function decimal(amount: bigint, mark: ',' | '.'): string {
  const digits = String(amount < 0n ? -amount : amount).padStart(3, '0')
  return `${digits.slice(0, -2)}${mark}${digits.slice(-2)}`
}

/** A text in pieces of a width. */
export function inPieces(text: string, width: number): string[] {
  return text.match(new RegExp(`[\\s\\S]{1,${width}}`, 'g')) ?? []
}
