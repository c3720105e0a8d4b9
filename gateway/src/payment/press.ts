/** Bills of as many accounts as one press can start transfers for. */
export const transfersPerPressMax = 50

/**
 * One press of a button may start several transfers, one for each account. Each has a nonce of its own, by which
 * the others are found.
 *
 * @param nth 1 for the first, whose nonce is the press’s own
 */
export function nonceOfNth(nonce: string, nth: number): string {
  return nth === 1 ? nonce : `${nonce}.${nth}`
}

/** The nonces that the checkouts of one press may have, by the nonce of any of them. */
export function noncesOfPress(nonce: string): string[] {
  const own = nonce.replace(/\.\d+$/, '')
  return Array.from({ length: transfersPerPressMax }, (_, index) => nonceOfNth(own, index + 1))
}
