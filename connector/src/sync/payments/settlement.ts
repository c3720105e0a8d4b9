/** A payment of which money is expected by transfer. */
export interface Expected {
  id: number
  customerId: number
  /** Grosze, without what was given back. */
  amount: bigint
  /** The account it was asked for, where that is known. */
  account: string | null
  /** The payment's own number: a second transfer with the same reference is a second payment. */
  payment: string | null
}

/** A booked transfer that names the payments' reference. */
export interface Arrived {
  customerId: number
  value: bigint
  account: string | null
}

/** Which payments a transfer settles, or why none: it was booked for somebody else, or it is another sum. */
export type Settlement =
  | { settles: number[] }
  | { settles: undefined; reason: 'customer' }
  | { settles: undefined; reason: 'amount'; expected: bigint }

/**
 * Compares a transfer with what is expected with its reference. A payment of bills of several accounts arrives
 * as several transfers, one for each account; a second transfer with the same reference is a payment of its own.
 * All that belong together are settled, or none.
 */
export function chooseSettled(transfer: Arrived, expected: readonly Expected[]): Settlement {
  const mine = expected.filter(({ customerId }) => customerId === transfer.customerId)
  if (mine.length === 0) return { settles: undefined, reason: 'customer' }
  const groups = [
    [mine],
    grouped(mine, ({ payment }) => `${payment}`),
    grouped(mine, ({ account }) => `${account}`),
    grouped(mine, ({ payment, account }) => `${payment}|${account}`),
  ]
  const fitting = groups.flat().filter((rows) => total(rows) === transfer.value)
  const isOfAccount = (rows: readonly Expected[]) =>
    transfer.account !== null && rows.every(({ account }) => account === transfer.account)
  const chosen = fitting.find(isOfAccount) ?? fitting[0]
  if (chosen) return { settles: chosen.map(({ id }) => id) }
  return { settles: undefined, reason: 'amount', expected: total(mine) }
}

function grouped(rows: readonly Expected[], keyOf: (row: Expected) => string): Expected[][] {
  return [...new Set(rows.map(keyOf))].map((key) => rows.filter((row) => keyOf(row) === key))
}

function total(rows: readonly Expected[]): bigint {
  return rows.reduce((sum, { amount }) => sum + amount, 0n)
}
