import type { Arrival, Channel, CheckoutState } from '@bill-gateway/contract'
import { randomCode } from '../platform/random.ts'
import type { Collector } from './method/accounts.ts'
import type { PaymentSummary } from './payment.ts'

/** Why a checkout failed or expired, as the method said it or as we found it. */
export const failures = [
  'declined',
  'cancelled-by-payer',
  'wrong-code',
  'expired-code',
  'used-code',
  'timeout',
  'stopped',
  'paid-elsewhere',
  'not-started',
  'no-final-status',
] as const
export type Failure = (typeof failures)[number]

/** One attempt of a payer to pay one or more links with one method. Times are of the provider's clock. */
export interface Checkout {
  providerId: number
  id: bigint
  /** What addresses carry: `co_<provider id in base 36>_<22 random letters and digits>`. */
  publicId: string
  payerId: bigint
  status: CheckoutState
  channel: Channel
  /** The adapter that carries it out. */
  method: string
  /** Minor units: what the payer was shown, frozen when the checkout started. */
  amount: bigint
  currency: string
  referenceNumber: string
  arrives: Arrival
  language: string
  /** Why it failed or expired; null in every other state, and where time alone ended it. */
  failure: Failure | null
  /** The method's own id of this attempt, once it said one. */
  methodReference: string | null
  /** Whose account the money comes to. */
  collectedBy: Collector
  /** Where the method wants the payer to go; null where it needs no redirect. */
  redirectUrl: string | null
  createdAt: Date
  /** When the code was submitted or the charge authorised; null before. */
  submittedAt: Date | null
  /** A checkout that is still `created` expires then; a pending one does not expire by itself. */
  expiresAt: Date
  /** When its method is asked next; null: no more. */
  nextCheckAt: Date | null
  /** How often it was asked by schedule. */
  checks: number
  /** When it came to the state that it is in: succeeded, failed or expired. */
  endedAt: Date | null
  /** In the order in which money is given to them. */
  links: CheckoutLink[]
  /** Its first payment. */
  payment: PaymentSummary | null
}

export interface CheckoutLink {
  linkId: bigint
  token: string
  title: string
  /** Minor units that the checkout showed for the link. */
  amount: bigint
}

export function newCheckoutId(providerId: number): string {
  return `co_${providerId.toString(36)}_${randomCode(22)}`
}

/** @returns the provider that an address's checkout id names, or undefined where it is no checkout id */
export function providerOfCheckoutId(publicId: string): number | undefined {
  const digits = /^co_([0-9a-z]{1,6})_[A-Za-z0-9]{22}$/.exec(publicId)?.[1]
  return digits === undefined ? undefined : providerIdOf(digits)
}

/** PostgreSQL's integer ends there. */
const providerIdMax = 2 ** 31 - 1

/** A provider's id out of an address, where it is written in base 36. */
export function providerIdOf(digits: string): number | undefined {
  const id = Number.parseInt(digits, 36)
  return id <= providerIdMax ? id : undefined
}

export function isCheckoutId(text: string): boolean {
  return providerOfCheckoutId(text) !== undefined
}

/** Signalled after the commit of every change of the checkout's state. */
export function checkoutTopic(publicId: string): string {
  return `checkout ${publicId}`
}
