/** One link of a checkout, as it is when the money comes. Amounts are minor units. */
export interface Claim {
  linkId: bigint
  /** What the checkout showed for it; above zero. */
  amount: bigint
  /** What it still takes: 0 unless it is active. */
  open: bigint
  /** Where the link is cancelled: the active link of the same (userId, operationId). */
  successor?: { linkId: bigint; open: bigint }
}

/** One payment’s money for one link. */
export interface Share {
  linkId: bigint
  /** Above zero; what the link could not take is in it. */
  amount: bigint
  /** Between zero and amount. */
  unallocated: bigint
}

/**
 * Shares out a payment among the links of its checkout. Each link in order has a right to the amount that was
 * shown for it and takes of that what it still owes; money for a cancelled link goes first to its successor.
 * What then is left goes, in order, to links of the checkout that owe more than was shown. The rest is
 * unallocated: on the row of the link that it was for, and on the last link’s where the payment is more than
 * the checkout asked.
 *
 * @param money minor units, above zero
 * @param claims at least one, in the order of the checkout, each link once
 * @returns shares of which the amounts add up to the money; a link that gets nothing has none
 */
export function allocate(money: bigint, claims: readonly Claim[]): Share[] {
  const last = claims.at(-1)
  if (money <= 0n || !last) throw new Error(`nothing to allocate: ${money} to ${claims.length} links`)
  const open = new Map<bigint, bigint>()
  for (const { linkId, open: owed, successor } of claims) {
    open.set(linkId, owed)
    if (successor) open.set(successor.linkId, successor.open)
  }
  const taken = new Map<bigint, bigint>()
  const take = (linkId: bigint, offered: bigint): bigint => {
    const amount = least(offered, open.get(linkId) ?? 0n)
    open.set(linkId, (open.get(linkId) ?? 0n) - amount)
    if (amount > 0n) taken.set(linkId, (taken.get(linkId) ?? 0n) + amount)
    return offered - amount
  }

  let rest = money
  const left = claims.map((claim) => {
    const amount = least(rest, claim.amount)
    rest -= amount
    const after = take(claim.linkId, amount)
    return { claim, amount: claim.successor ? take(claim.successor.linkId, after) : after }
  })
  left.push({ claim: last, amount: rest })
  for (const part of left) for (const { linkId } of claims) part.amount = take(linkId, part.amount)

  return sharesOf(taken, left)
}

function sharesOf(taken: Map<bigint, bigint>, left: { claim: Claim; amount: bigint }[]): Share[] {
  const shares = new Map<bigint, Share>()
  const shareOf = (linkId: bigint): Share => {
    const share = shares.get(linkId) ?? { linkId, amount: 0n, unallocated: 0n }
    shares.set(linkId, share)
    return share
  }
  const order = left.flatMap(({ claim }) => [
    claim.linkId,
    ...(claim.successor ? [claim.successor.linkId] : []),
  ])
  for (const linkId of order) shareOf(linkId).amount = taken.get(linkId) ?? 0n
  for (const { claim, amount } of left) {
    shareOf(claim.linkId).amount += amount
    shareOf(claim.linkId).unallocated += amount
  }
  return [...shares.values()].filter((share) => share.amount > 0n)
}

function least(a: bigint, b: bigint): bigint {
  if (a < b) return a
  return b
}
