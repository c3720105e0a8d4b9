import { writeCamt053 } from './camt053.ts'
import type { StatementLine } from './line.ts'
import { writeMt940 } from './mt940.ts'
import { writeElixir, writePko } from './reports.ts'

/** How many entries are written at a time. */
const linesAtATime = 500
export const account = '61109010140000071219812874'

export interface EndlessFile {
  format: 'mt940' | 'camt053' | 'csv' | 'elixir'
  entries: number
}

function linesFrom(first: number): StatementLine[] {
  return Array.from({ length: linesAtATime }, (_, index) => ({
    amount: BigInt(first + index + 1),
    bookedOn: '2026-11-20',
    title: `ref 20261118-${String(first + index).padStart(6, '0')} ID user-${first} ZA INTERNET ŁĄCZE`,
    name: 'ŁUKASZ ŻÓŁĆ UL. DŁUGA 2 00-002 WARSZAWA',
    counterparty: '52102023130000380205581980',
    bankReference: `REF${String(first + index).padStart(10, '0')}`,
  }))
}

/** A file of any length that is never whole in memory: the parts of a short one, written again and again. */
export function* endlessFile({ format, entries }: EndlessFile): Generator<string> {
  const closing = (BigInt(entries) * BigInt(entries + 1)) / 2n
  const parts = (lines: readonly StatementLine[]) => {
    const text = { account, lines, closing }
    if (format === 'mt940') return writeMt940(text, { separator: '~' }).split(/(?=:61:)|(?=:62F:)/)
    if (format === 'camt053') return writeCamt053(text, { version: '08' }).split(/(?=<Ntry>)|(?=<\/Stmt>)/)
    const rows = format === 'csv' ? writePko(lines) : `\r\n${writeElixir(account, lines)}`
    return [...rows.split(/(?<=\r\n)/), '']
  }
  for (let first = 0; first < entries; first += linesAtATime) {
    const all = parts(linesFrom(first))
    if (first === 0) yield all[0] ?? ''
    yield all.slice(1, -1).join('')
    if (first + linesAtATime >= entries) yield all.at(-1) ?? ''
  }
}
