import { randomCode } from '../../platform/random.ts'
import type { Collector } from '../method/accounts.ts'

/** Money of a payment that goes or went back to the payer. Times are of the provider's clock. */
export interface Refund {
  id: bigint
  /** `re_<20 letters and digits>`, of a reversal `rv_…`. */
  publicId: string
  /** refund: we give it back; reversal: it was taken back, or never was ours. */
  kind: 'refund' | 'reversal'
  /** pending reserves its parts, failed frees them; a reversal has succeeded from the start. */
  status: RefundState
  payment: RefundedPayment
  /** Minor units. */
  amount: bigint
  /** The provider's own words; null where it gave none. */
  reason: string | null
  /** The provider gives it back itself: no method is asked. */
  manual: boolean
  /** The method's own id of it, once it said one. */
  methodRefundId: string | null
  /** Why it failed, in the method's words. */
  failure: string | null
  createdAt: Date
  /** Set before the method is first told of it: from then on it may know. */
  sentAt: Date | null
  nextCheckAt: Date | null
  checks: number
  endedAt: Date | null
}

export type RefundState = 'pending' | 'succeeded' | 'failed'

/** What a refund has to know of its payment. */
export interface RefundedPayment {
  id: bigint
  publicId: string
  payerId: bigint
  checkoutId: bigint
  referenceNumber: string
  method: string
  methodPaymentId: string
  /** ISO 4217 */
  currency: string
  collectedBy: Collector
}

export function newRefundId(kind: Refund['kind']): string {
  return `${kind === 'refund' ? 're' : 'rv'}_${randomCode(20)}`
}

export function isRefundId(text: string): boolean {
  return /^r[ev]_[A-Za-z0-9]{20}$/.test(text)
}

/** Id of a refund's part as events and answers give it. */
export function refundRowId(publicId: string, position: number): string {
  return `${publicId}-${position}`
}
