import { amountAt } from './amount.ts'
import { dateOfMmdd, dateOfYymmdd } from './date.ts'
import { StatementError } from './statement-error.ts'
import { referenceOf } from './text.ts'

/** What a :61: line says. */
export interface EntryLine {
  valueOn: string
  bookedOn: string
  direction: 'credit' | 'debit'
  isReversal: boolean
  amount: bigint
  bankReference: string | null
  type: string | null
}

const entryShape =
  /^(\d{6})(\d{4})? ?(R?[CD])([A-Z])? ?(\d{1,15}[.,]?\d{0,2})(?!\d)(?:([NSF][A-Z0-9]{3})(.*))?$/

/**
 * Value date, booking date without a year, mark, third letter of the currency, amount, type and references.
 * RC takes a credit back and so is a debit, RD the other way round.
 */
export function readEntryLine(content: string, line: number): EntryLine {
  const match = entryShape.exec(content.trim())
  if (!match) throw new StatementError('An entry (:61:) that is not built as one.', { line })
  const [, value = '', booking, mark = '', , amount = '', type = null, references = ''] = match
  const valueOn = dateOfYymmdd(value)
  const bookedOn = valueOn === undefined || !booking ? valueOn : dateOfMmdd(booking, valueOn)
  if (valueOn === undefined || bookedOn === undefined) {
    throw new StatementError('A date of the entry (:61:) is not in the calendar.', { line })
  }
  const bank = references.indexOf('//')
  return {
    valueOn,
    bookedOn,
    direction: mark === 'C' || mark === 'RD' ? 'credit' : 'debit',
    isReversal: mark.length === 2,
    amount: amountAt(amount, 'The amount of the entry (:61:)', { line }),
    bankReference: bank === -1 ? null : referenceOf(references.slice(bank + 2)),
    type,
  }
}

/** What a :60F:, :62F: or the like says. */
export interface Balance {
  /** Minor units, below zero where the account is overdrawn. */
  amount: bigint
  on: string
  currency: string
}

export function readBalance(content: string, line: number): Balance {
  const match = /^([CD])(\d{6})([A-Z]{3}) ?(\d{1,15}[.,]?\d{0,2})$/.exec(content.trim())
  const on = dateOfYymmdd(match?.[2] ?? '')
  if (!match || on === undefined) throw new StatementError('A balance that is not built as one.', { line })
  const amount = amountAt(match[4] ?? '', 'The balance', { line })
  return { amount: match[1] === 'D' ? -amount : amount, on, currency: match[3] ?? '' }
}

/** What a :90C: or :90D: says: how many entries, and their sum. */
export function readTotal(content: string, line: number): { count: number; currency: string; sum: bigint } {
  const match = /^(\d{1,7})([A-Z]{3}) ?(\d{1,15}[.,]?\d{0,2})$/.exec(content.trim())
  if (!match) throw new StatementError('A sum of entries that is not built as one.', { line })
  const sum = amountAt(match[3] ?? '', 'The sum of entries', { line })
  return { count: Number(match[1]), currency: match[2] ?? '', sum }
}
