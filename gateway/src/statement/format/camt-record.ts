import { minorUnitsOfText } from './amount.ts'
import { dateOfIso } from './date.ts'
import { type Place, StatementError } from './statement-error.ts'
import { accountOf, textOrNull } from './text.ts'

/** Leaves of one element, by the path below it: `Refs/AcctSvcrRef`; attributes as `Amt@Ccy`. */
export type Leaves = Map<string, string[]>

/** The first leaf of these paths that is there. */
export function leaf(leaves: Leaves, ...paths: string[]): string | undefined {
  for (const path of paths) {
    const found = leaves.get(path)?.find((text) => text !== '')
    if (found !== undefined) return found
  }
  return undefined
}

export interface Money {
  amount: bigint
  currency: string
}

/** The amount at a path with its currency. @returns undefined where there is none */
export function moneyAt(leaves: Leaves, path: string, place: Place): Money | undefined {
  const written = leaf(leaves, path)
  if (written === undefined) return undefined
  const amount = minorUnitsOfText(written, '.')
  const currency = leaf(leaves, `${path}@Ccy`) ?? ''
  if (amount === undefined || amount < 0n || !/^[A-Z]{3}$/.test(currency)) {
    throw new StatementError('An amount that is not one, or without its currency.', place)
  }
  return { amount, currency }
}

export function isCreditAt(leaves: Leaves, place: Place): boolean {
  const mark = leaf(leaves, 'CdtDbtInd')
  if (mark !== 'CRDT' && mark !== 'DBIT') {
    throw new StatementError('An amount that says neither credit (CRDT) nor debit (DBIT).', place)
  }
  return mark === 'CRDT'
}

export function dateAt(leaves: Leaves, path: string, place: Place): string | undefined {
  const written = leaf(leaves, `${path}/Dt`, `${path}/DtTm`)
  if (written === undefined) return undefined
  const date = dateOfIso(written)
  if (date === undefined) throw new StatementError('A date that is not in the calendar.', place)
  return date
}

/** An account below a path: its IBAN, or whatever number it has. */
export function accountAt(leaves: Leaves, path: string): string | null {
  return accountOf(leaf(leaves, `${path}/Id/IBAN`, `${path}/Id/Othr/Id`))
}

/** A party's name in versions up to .001.07, and since. */
export function nameAt(leaves: Leaves, role: 'Dbtr' | 'Cdtr'): string | null {
  const path = `RltdPties/${role}`
  return textOrNull(leaf(leaves, `${path}/Nm`, `${path}/Pty/Nm`, `${path}/Agt/FinInstnId/Nm`))
}

/** The bank's code for the kind of operation: its own one, or ISO's in three parts. */
export function operationOf(leaves: Leaves): string | null {
  const parts = ['Cd', 'Fmly/Cd', 'Fmly/SubFmlyCd'].map((path) => leaf(leaves, `BkTxCd/Domn/${path}`))
  return textOrNull(leaf(leaves, 'BkTxCd/Prtry/Cd')) ?? textOrNull(parts.filter(Boolean).join('/'))
}

/** Pieces of a title are cut at 35 characters by banks that think in Elixir, at 140 by the others. */
const pieceChars = new Set([35, 140])

/**
 * What the payer wrote. A line break inside was made by a program and goes; a piece that is full goes on in the
 * next one.
 */
export function remittanceOf(leaves: Leaves): string {
  const free = leaves.get('RmtInf/Ustrd') ?? []
  const pieces = free.length > 0 ? free : structured(leaves)
  return pieces.reduce((text, piece, index) => {
    const before = pieces[index - 1]
    const goesOn = before !== undefined && pieceChars.has(before.length)
    return index === 0 || goesOn ? text + piece : `${text} ${piece}`
  }, '')
}

function structured(leaves: Leaves): string[] {
  return ['CdtrRefInf/Ref', 'RfrdDocInf/Nb', 'AddtlRmtInf'].flatMap(
    (path) => leaves.get(`RmtInf/Strd/${path}`) ?? [],
  )
}
