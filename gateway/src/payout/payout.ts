/** A bulk payout as its report says, and what comes of holding it against the payments. Minor units. */
export interface Payout {
  id: bigint
  /** Ours: `po_<20 letters and digits>`. */
  publicId: string
  method: string
  methodPayoutId: string
  /** Whose account it came to. */
  collectedBy: 'provider' | 'operator'
  /** In Warsaw, `yyyy-mm-dd`. */
  day: string
  sentAt: Date | null
  currency: string
  /** What was sent. */
  amount: bigint
  /** What the method kept in all: of the items, and for the payout itself. */
  fee: bigint
  payments: number
  refunds: number
  /** Items that differ or are unknown. */
  doubtful: number
  /** The amount less what its items come to after fees: 0 where the report adds up. */
  difference: bigint
}

/**
 * unknown: we have no such payment or refund; differs: we have another amount or currency of it, or it failed;
 * elsewhere: it is another provider's, whose money the operator collects too.
 */
export type ItemState = 'matched' | 'differs' | 'unknown' | 'elsewhere'

export interface PayoutItem {
  position: number
  kind: 'payment' | 'refund'
  state: ItemState
  methodPaymentId: string
  /** Null where we do not know it. */
  paymentPublicId: string | null
  referenceNumber: string | null
  refundPublicId: string | null
  currency: string
  /** Minor units, before the fee; below zero: a refund. */
  amount: bigint
  fee: bigint
  /** What we have recorded; null where nothing. */
  recorded: bigint | null
}

/** How far the reports of an account were read. */
export interface Reading {
  method: string
  /** `yyyy-mm-dd` in Warsaw, both read to the end; null: none yet. */
  firstDay: string | null
  lastDay: string | null
  triedAt: Date
  failure: string | null
}

/** A payment that should have been in a payout by now. */
export interface MissingPayment {
  publicId: string
  referenceNumber: string
  method: string
  currency: string
  amount: bigint
  paidAt: Date
}
