import { amountOf } from './amount.ts'

/**
 * Amounts in answers are JSON numbers with at most two decimals. Adding or comparing them as they are goes
 * wrong (0.1 + 0.2 is not 0.3): work in minor units, or by these functions.
 */

/**
 * Minor units (grosze) of an amount in an answer.
 *
 * @throws RangeError where it is negative, has a third decimal or is no safe number
 * @example
 * toMinorUnits(row.amount) - toMinorUnits(row.unallocated) // what the bill was paid, a bigint
 */
export function toMinorUnits(amount: number): bigint {
  const whole = Math.round(amount * 100)
  if (
    !Number.isSafeInteger(whole) ||
    whole < 0 ||
    Math.abs(amount * 100 - whole) > 1e-6 * Math.max(1, amount)
  ) {
    throw new RangeError(`${amount} is no amount with at most two decimals`)
  }
  return BigInt(whole)
}

/**
 * The exact sum of amounts.
 *
 * @example
 * sumAmounts(rows.map((row) => row.amount))
 */
export function sumAmounts(amounts: Iterable<number>): number {
  let sum = 0n
  for (const amount of amounts) sum += toMinorUnits(amount)
  return amountOf(sum)
}

/**
 * The amount that a text says, as databases hand out decimals (`"123.45"`) and people type them (`"1 234,50"`).
 *
 * @returns undefined where it is no amount above zero with at most two decimals
 */
export function amountFromText(text: string): number | undefined {
  const bare = text.replace(/[\s\u00a0\u202f]/g, '').replace(',', '.')
  if (!/^\d{1,13}(\.\d{1,2})?$/.test(bare)) return undefined
  const [whole = '0', decimals = ''] = bare.split('.')
  const minorUnits = BigInt(whole) * 100n + BigInt(decimals.padEnd(2, '0'))
  return minorUnits > 0n ? amountOf(minorUnits) : undefined
}
