/**
 * Money on the wire is a JSON number of the major unit with at most two decimals; inside every program it is
 * a bigint of minor units (grosze). These two functions are the only bridge between the two.
 */

/** The largest amount of one payment link: 9,999,999.99 in the major unit. */
export const amountMax = 9_999_999.99

/** How far, in minor units, a JSON number may lie from a whole minor unit and still mean it. */
const toleranceMinorUnits = 1e-6

/**
 * Minor units of a JSON amount. Binary floating point cannot hold most decimals, so 30.300000000000001 is
 * taken for 30.30; 12.345 is a third decimal and no amount.
 *
 * @returns the whole number of minor units, or undefined where the number is no amount above zero
 */
export function minorUnitsOf(amount: number): bigint | undefined {
  const scaled = amount * 100
  const whole = Math.round(scaled)
  if (!Number.isSafeInteger(whole) || whole <= 0) return undefined
  return Math.abs(scaled - whole) <= toleranceMinorUnits ? BigInt(whole) : undefined
}

/** Whether a JSON number is an amount that a payment link can ask for. */
export function isLinkAmount(amount: number): boolean {
  const minorUnits = minorUnitsOf(amount)
  return minorUnits !== undefined && amountOf(minorUnits) <= amountMax
}

/** The JSON amount of a whole number of minor units. Exact to the last digit shown up to 2^53 minor units. */
export function amountOf(minorUnits: bigint): number {
  return Number(minorUnits) / 100
}
