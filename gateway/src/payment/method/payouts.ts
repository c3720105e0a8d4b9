import type { Platform } from '../../platform/platform.ts'
import type { Provider } from '../../provider/index.ts'

/** Reports of bulk payouts: what a method sent to the account's bank account, and for which payments. */
export interface PayoutReports {
  /** Days that one question may span, at most. */
  daysMax: number
  /** The payouts of these days. Asked again it says the same ones, and those that came late. */
  list(platform: Platform, provider: Provider, days: Days): Promise<ReportedPayout[]>
  /** All that the payout is made of. */
  items(platform: Platform, provider: Provider, payout: ReportedPayout): Promise<ReportedItem[]>
}

/** `yyyy-mm-dd` in Warsaw, both included. */
export interface Days {
  from: string
  to: string
}

/** Amounts are minor units. */
export interface ReportedPayout {
  /** The method's own id of it: the same id is the same payout. */
  methodPayoutId: string
  currency: string
  /** What was sent; below zero where more went back than came. */
  amount: bigint
  /** Taken for the payout itself, beside the fees of its items; not below zero. */
  fee: bigint
  madeAt: Date | null
  sentAt: Date | null
}

/** A payment or a refund within a payout. */
export interface ReportedItem {
  methodPaymentId: string
  /** Of a refund: the id that we gave it, else the method's own. Null: it is a payment. */
  refundReference: string | null
  currency: string
  /** Minor units, before the fee; below zero for refunds. */
  amount: bigint
  /** Minor units that the method kept. */
  fee: bigint
}
