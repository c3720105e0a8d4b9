/**
 * Exact decimals for money. LMS keeps amounts with 2 digits and exchange rates with 10, so that a product has
 * 12 digits after the point: a Decimal is a whole number of those smallest parts, and sums need no rounding.
 */

/** A number times 10^12. Add, subtract and compare Decimals freely; never mix them with grosze. */
export type Decimal = bigint

const digitsMax = 12
/** The Decimal 1. */
export const decimalOne: Decimal = 10n ** BigInt(digitsMax)
const decimalGrosz = decimalOne / 100n

/**
 * Reads a decimal as databases print it ("-123.45", "1.0000000000").
 *
 * @throws {RangeError} where the text is no decimal, or would lose digits beyond the twelfth
 */
export function parseDecimal(text: string): Decimal {
  const match = /^([-+]?)(\d+)(?:\.(\d*))?$/.exec(text)
  if (!match) throw new RangeError(`"${text}" is no decimal number`)
  const [, sign, whole = '', fraction = ''] = match
  if (/[1-9]/.test(fraction.slice(digitsMax))) {
    throw new RangeError(`${text} has more than ${digitsMax} digits after the point`)
  }
  const size = BigInt(whole + fraction.slice(0, digitsMax).padEnd(digitsMax, '0'))
  return sign === '-' ? -size : size
}

/** Plain text of a Decimal, with at least two digits after the point: "-0.50", "4.3125". */
export function formatDecimal(value: Decimal): string {
  const size = value < 0n ? -value : value
  const fraction = (size % decimalOne).toString().padStart(digitsMax, '0').replace(/0+$/, '').padEnd(2, '0')
  return `${value < 0n ? '-' : ''}${size / decimalOne}.${fraction}`
}

/**
 * The product of two Decimals.
 *
 * @throws {RangeError} where it has digits beyond the twelfth
 */
export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  const product = a * b
  if (product % decimalOne !== 0n) throw new RangeError('the product has more digits than a Decimal holds')
  return product / decimalOne
}

/** Whole grosze, half a grosz rounded away from zero, as LMS's databases round. */
export function toGrosze(value: Decimal): bigint {
  const size = value < 0n ? -value : value
  const rounded = (size + decimalGrosz / 2n) / decimalGrosz
  return value < 0n ? -rounded : rounded
}

export function fromGrosze(grosze: bigint): Decimal {
  return grosze * decimalGrosz
}

/** Whole grosze as text for the database and for people: 6900n is "69.00". */
export function formatGrosze(grosze: bigint): string {
  return formatDecimal(fromGrosze(grosze))
}

/**
 * Whole grosze of an amount such as "69.00" or "-0.5".
 *
 * @throws {RangeError} where the text is no decimal or holds a fraction of a grosz
 */
export function parseGrosze(text: string): bigint {
  const value = parseDecimal(text)
  if (value % decimalGrosz !== 0n) throw new RangeError(`${text} holds a fraction of a grosz`)
  return value / decimalGrosz
}
