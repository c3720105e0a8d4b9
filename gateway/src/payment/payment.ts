import type { Arrival, Channel } from '@bill-gateway/contract'

/** Money that a method has confirmed, as pages and receipts show it. Times are of the provider's clock. */
export interface PaymentSummary {
  /** `pay_<20 random letters and digits>`. */
  publicId: string
  referenceNumber: string
  /** The checkout's own number where this is a further payment of the same checkout. */
  titleReference: string | null
  /** Minor units, unallocated included. */
  amount: bigint
  /** Minor units that no link could take. */
  unallocated: bigint
  channel: Channel
  arrives: Arrival
  paidAt: Date
  rows: { linkId: bigint; amount: bigint; unallocated: bigint }[]
}

/** One payment's money for one link, as the link's receipt shows it. */
export interface LinkPayment {
  /** Id of the row in search: `<payment id>-<position>`. */
  rowId: string
  referenceNumber: string
  /** Minor units of this payment for the link, unallocated included. */
  amount: bigint
  unallocated: bigint
  /** This payment paid the last of the link. */
  completed: boolean
  paidAt: Date
  channel: Channel
  checkoutPublicId: string
}
