/** What can still go back of one row of a payment. Amounts are minor units, at least zero. */
export interface ReturnableRow {
  paymentId: bigint
  /** The row's, within its payment. */
  position: number
  linkId: bigint
  /** Of what the link took. */
  taken: bigint
  /** Of what the link could not take. */
  unallocated: bigint
}

/** What goes back of one row. */
export interface ReturnPart {
  paymentId: bigint
  position: number
  linkId: bigint
  /** Above zero, unallocated included. */
  amount: bigint
  /** Between zero and amount. */
  unallocated: bigint
}

/**
 * Whose money goes back: first what no link took, then what the named links took, in the order of the rows.
 *
 * @param amount minor units, above zero
 * @param rows the newest payment first, and of each payment the last row first
 * @param links only their money goes back besides what no link took; default: any link's
 * @returns the parts, each row once, and what of the amount they cannot cover
 */
export function returnParts(
  amount: bigint,
  rows: readonly ReturnableRow[],
  links?: readonly bigint[],
): { parts: ReturnPart[]; missing: bigint } {
  let missing = amount
  const take = (there: bigint): bigint => {
    const taken = there < missing ? there : missing
    missing -= taken
    return taken
  }
  const unallocated = rows.map((row) => take(row.unallocated))
  const taken = rows.map((row) => (links && !links.includes(row.linkId) ? 0n : take(row.taken)))
  const parts = rows.map(({ paymentId, position, linkId }, index) => {
    const free = unallocated[index] ?? 0n
    return { paymentId, position, linkId, amount: free + (taken[index] ?? 0n), unallocated: free }
  })
  return { parts: parts.filter((part) => part.amount > 0n), missing }
}

/** All that {@link returnParts} could give of the rows. */
export function returnable(rows: readonly ReturnableRow[], links?: readonly bigint[]): bigint {
  return rows.reduce(
    (sum, row) => sum + row.unallocated + (links && !links.includes(row.linkId) ? 0n : row.taken),
    0n,
  )
}
