import { minorUnitsOfText } from './amount.ts'
import type { CsvProfile, TextField } from './csv-profile.ts'
import { dateOfFormat } from './date.ts'
import { type Place, StatementError } from './statement-error.ts'
import type { StatementEntry } from './statement-part.ts'
import { accountOf, cleanText, joinPieces, referenceOf, textOrNull } from './text.ts'

/** What a file does not name, and where the rest comes from. */
export interface Known {
  /** Of the whole file. */
  account: string | undefined
  currency: string
}

export type RowReader = (
  cells: readonly string[],
  line: number,
) => Omit<StatementEntry, 'position'> | undefined

type Column = number | string

/** Where a text is divided among cells, they are the four lines of 35 characters of a Polish transfer. */
const pieceChars = 35

/** Reads rows by a profile. @param names the cells of the header row, as {@link bareName} writes them */
export function createRowReader(profile: CsvProfile, names: readonly string[], known: Known): RowReader {
  const indexOf = (column: Column) => indexOfColumn(column, names)
  const columns = Object.fromEntries(
    Object.entries(profile.columns).map(([field, each]) => [field, [each].flat().map(indexOf)]),
  ) as Partial<Record<keyof CsvProfile['columns'], number[]>>
  const filters = (profile.rows ?? []).map((filter) => ({ ...filter, index: indexOf(filter.column) }))
  const detailCells = [profile.details?.columns ?? []].flat().map(indexOf)

  return (cells, line) => {
    const cell = (field: keyof typeof columns): string | undefined => {
      const indexes = columns[field]
      return (
        indexes &&
        joinPieces(
          indexes.map((index) => cells[index] ?? ''),
          pieceChars,
        )
      )
    }
    const day = cell('bookedOn') ?? ''
    if (!/^\s*\d/.test(day)) return undefined
    if (!filters.every((filter) => passes(filter, cells[filter.index] ?? ''))) return undefined
    const place = { line }
    const details = readDetails(
      profile,
      detailCells.map((index) => cells[index] ?? ''),
    )
    const text = (field: TextField) => details.get(field) ?? cell(field)
    const bookedOn = dateAt(day, profile, place)
    const amount = amountOfRow(profile, cell, place)
    const targetAccount = accountOf(text('targetAccount'))
    const account = accountOf(text('account')) ?? known.account ?? targetAccount
    if (account === null) throw new StatementError('The file names no account: tell it.', place)
    return {
      account,
      currency: currencyAt(text('currency') || known.currency, place),
      amount: amount < 0n ? -amount : amount,
      direction: amount < 0n ? 'debit' : 'credit',
      isReversal: profile.creditsOnly === true && amount < 0n,
      bookedOn,
      valueOn: cell('valueOn')?.trim() ? dateAt(cell('valueOn') ?? '', profile, place) : null,
      bankReference: referenceOf(text('bankReference')),
      title: cleanText(text('title') ?? ''),
      counterpartyName: textOrNull(text('counterpartyName')),
      counterpartyAccount: accountOf(text('counterpartyAccount')),
      targetAccount,
      transactionCode: textOrNull(text('transactionCode')),
    }
  }
}

/** A column's name as it is compared: banks put # before it, quotes around it, and change capitals. */
export function bareName(written: string): string {
  return cleanText(written.replace(/["'#\ufeff]/g, '')).toLowerCase()
}

function passes({ oneOf, isNumber }: NonNullable<CsvProfile['rows']>[number], cell: string): boolean {
  const text = cell.trim()
  return (oneOf?.includes(text) ?? true) && (!isNumber || /^\d+$/.test(text))
}

function indexOfColumn(column: Column, names: readonly string[]): number {
  if (typeof column === 'number') return column - 1
  const index = names.indexOf(bareName(column))
  if (index === -1) throw new StatementError(`The file has no column "${column}": is it of this profile?`)
  return index
}

function dateAt(written: string, { dateFormat }: CsvProfile, place: Place): string {
  const date = dateOfFormat(written, dateFormat)
  if (date === undefined) throw new StatementError(`A date that is not of the form ${dateFormat}.`, place)
  return date
}

export function currencyAt(written: string, place: Place): string {
  const currency = written.trim().toUpperCase()
  if (!/^[A-Z]{3}$/.test(currency)) throw new StatementError('A currency that is not three letters.', place)
  return currency
}

/** Above zero for a credit, below for a debit. */
function amountOfRow(
  profile: CsvProfile,
  cell: (field: 'amount' | 'credit' | 'debit') => string | undefined,
  place: Place,
): bigint {
  const read = (written: string): bigint => {
    const isMinor = profile.amountUnit === 'minor'
    const amount = isMinor ? wholeOf(written) : minorUnitsOfText(written, profile.decimalMark)
    if (amount === undefined) throw new StatementError('An amount that is not one.', place)
    return amount
  }
  const signed = cell('amount')
  if (signed !== undefined) return read(signed)
  const credit = cell('credit')?.trim() ?? ''
  const debit = cell('debit')?.trim() ?? ''
  if ((credit === '') === (debit === '')) {
    throw new StatementError('A row has to have either a credit or a debit.', place)
  }
  const amount = read(credit || debit)
  const size = amount < 0n ? -amount : amount
  return credit === '' ? -size : size
}

function wholeOf(written: string): bigint | undefined {
  const bare = written.trim()
  return /^-?\d{1,17}$/.test(bare) ? BigInt(bare) : undefined
}

/** Parts like `Tytuł: FV 12`. One without a label goes on from the part before. The first of a label counts. */
function readDetails({ details }: CsvProfile, cells: readonly string[]): Map<TextField, string> {
  const found = new Map<TextField, string>()
  if (!details) return found
  const fields = new Map(Object.entries(details.labels).map(([label, field]) => [bareName(label), field]))
  const { separator } = details
  const parts = separator === '' ? cells : cells.flatMap((cell) => cell.split(separator))
  let last: TextField | undefined
  for (const part of parts) {
    const labelled = /^\s*([^:]{1,60}):(.*)$/s.exec(part)
    if (labelled) {
      const field = fields.get(bareName(labelled[1] ?? ''))
      last = field !== undefined && !found.has(field) ? field : undefined
      if (last !== undefined) found.set(last, (labelled[2] ?? '').trim())
    } else if (last !== undefined && part.trim() !== '') {
      found.set(last, `${found.get(last)}${separator}${part}`)
    }
  }
  return found
}
