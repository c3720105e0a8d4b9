import { type Place, StatementError } from './statement-error.ts'

/** Digits before the decimal mark: what two decimals more leave inside a bigint column. */
const wholeDigitsMax = 15

/**
 * Minor units of an amount as a bank writes it: `1 234,56`, `-12.30`, `1.234,56 PLN`, `100.50000`. Below zero
 * with a minus sign before or after it.
 *
 * @returns undefined where it is no amount, or has more than two decimals that say something
 */
export function minorUnitsOfText(written: string, mark: ',' | '.' | 'either' = 'either'): bigint | undefined {
  const bare = written
    .trim()
    .replace(/[\u2212\u2013]/g, '-')
    .replace(/ ?[A-Z]{3}$/, '')
    .replace(/[\s\u00a0\u202f']/g, '')
  const sign = /^-|-$/.test(bare) ? -1n : 1n
  const unsigned = bare.replace(/^[+-]|-$/, '')
  const decimal = decimalOf(unsigned, mark)
  const match = new RegExp(`^(\\d{1,${wholeDigitsMax}})(?:\\.(\\d{0,2})0*)?$`).exec(decimal)
  if (!match) return undefined
  const [, whole = '', decimals = ''] = match
  return sign * (BigInt(whole) * 100n + BigInt(decimals.padEnd(2, '0')))
}

/** With a dot as the mark, and no marks between thousands. */
function decimalOf(unsigned: string, mark: ',' | '.' | 'either'): string {
  if (mark === 'either') return unsigned.replace(',', '.')
  const thousands = mark === ',' ? '.' : ','
  const grouped = new RegExp(`^\\d{1,3}(\\${thousands}\\d{3})+(\\${mark}|$)`).test(unsigned)
  return (grouped ? unsigned.replaceAll(thousands, '') : unsigned).replace(mark, '.')
}

/** {@link minorUnitsOfText} of what has to be an amount. */
export function amountAt(written: string, what: string, place: Place): bigint {
  const amount = minorUnitsOfText(written)
  if (amount === undefined) throw new StatementError(`${what} is no amount with at most two decimals.`, place)
  return amount
}
