import { type Decimal, toGrosze } from '../../platform/index.ts'

/** A document, or a ledger row without one, that charges its customer. */
export interface Charge {
  /** The document's id, or `cash_<id>`. */
  operationId: string
  /** Moment of the charge, epoch seconds. */
  time: number
  /** What it charges now, above zero. */
  charged: Decimal
  /** Money now in the ledger from online payments made for it. */
  paidOnline: Decimal
  /** A row that gives money back: it is asked for only once every true charge is used up. */
  isRefund?: boolean
}

/** What is asked for one charge. */
export interface Owed {
  operationId: string
  /** Grosze, above zero. */
  amount: bigint
}

/**
 * Lays what a customer owes in all on his charges, from the newest to the oldest, because LMS settles the
 * oldest first. What was paid online for a charge is taken to have settled that charge: it is asked for again
 * only where the others do not suffice.
 *
 * The amounts add up to the outstanding sum, rounded to the grosz.
 *
 * @param outstanding at most the sum of the charges, which holds for every ledger; zero or less: nothing is owed
 */
export function layOwed({
  outstanding,
  charges,
}: {
  outstanding: Decimal
  charges: readonly Charge[]
}): Owed[] {
  if (outstanding <= 0n) return []
  const newestFirst = [...charges].sort(byAge)
  const laid = newestFirst.map(() => 0n)
  let left = outstanding
  const lay = (upTo: (charge: Charge) => Decimal) => {
    newestFirst.forEach((charge, place) => {
      const room = least(upTo(charge) - (laid[place] ?? 0n), left)
      if (room <= 0n) return
      laid[place] = (laid[place] ?? 0n) + room
      left -= room
    })
  }
  lay((charge) => (charge.isRefund ? 0n : charge.charged - least(charge.paidOnline, charge.charged)))
  lay((charge) => (charge.isRefund ? 0n : charge.charged))
  lay((charge) => charge.charged)
  return inGrosze(newestFirst, laid, toGrosze(outstanding - left))
}

/** Rounds each to the grosz; what the sum lacks or has too much goes to the newest that can bear it. */
function inGrosze(charges: readonly Charge[], laid: readonly Decimal[], sum: bigint): Owed[] {
  const amounts = laid.map(toGrosze)
  let difference = sum - amounts.reduce((total, amount) => total + amount, 0n)
  amounts.forEach((amount, place) => {
    if (difference === 0n || laid[place] === 0n) return
    const corrected = amount + difference > 0n ? amount + difference : 0n
    difference -= corrected - amount
    amounts[place] = corrected
  })
  return charges.flatMap(({ operationId }, place) => {
    const amount = amounts[place] ?? 0n
    return amount > 0n ? [{ operationId, amount }] : []
  })
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

function byAge(a: Charge, b: Charge): number {
  return b.time - a.time || Number(numberOf(b) - numberOf(a)) || (a.operationId < b.operationId ? -1 : 1)
}

function numberOf({ operationId }: Charge): bigint {
  return BigInt(operationId.replace(/\D/g, '') || '0')
}
