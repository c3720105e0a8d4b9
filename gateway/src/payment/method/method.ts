import type { Arrival, Channel } from '@bill-gateway/contract'
import type { Platform } from '../../platform/platform.ts'
import type { Provider } from '../../provider/index.ts'
import type { Checkout, Failure } from '../checkout.ts'

/**
 * One way to pay: an adapter to whoever moves the money. Every call is made outside transactions, may be made
 * again with the same checkout, and may throw where the method cannot be reached or does not answer in time:
 * the outcome is then unknown and is asked about later.
 */
export interface Method {
  /** Its word in the database and in /notify/{method}/{providerCode}. */
  code: string
  arrives: Arrival
  start(platform: Platform, provider: Provider, attempt: Attempt): Promise<Started>
  /** Reads what came to the notification address and proves that the method sent it. Changes nothing. */
  hear(platform: Platform, provider: Provider, notification: RawNotification): Promise<Heard>
  /** What decides: the method's own word on a checkout. */
  status(platform: Platform, provider: Provider, checkout: Checkout): Promise<MethodStatus>
  /** Asks to take no money any more; {@link status} says whether that came in time. */
  stop: ((platform: Platform, provider: Provider, checkout: Checkout) => Promise<void>) | 'cannot'
  /** No method gives money back or charges what a payer saved there, so far. */
  refund: 'cannot'
  chargeSaved: 'cannot'
}

/** What a method is told to start. Addresses carry the checkout's id, never a link's token. */
export interface Attempt {
  checkout: Checkout
  channel: Channel
  /** Six digits, with channel blik only. It is never stored. */
  blikCode?: string
  /** Title of the transfer that reaches the biller: at most 140 characters. */
  title: string
  returnUrl: string
}

export type Started =
  /** Submitted: the payer confirms at the method, nothing more to do here. */
  | { kind: 'pending'; reference: string }
  /** The payer goes there. */
  | { kind: 'redirect'; reference: string; url: string }
  | { kind: 'failed'; reference: string | null; failure: Failure }

export interface RawNotification {
  headers: Record<string, string | string[] | undefined>
  /** As it came: signatures are over these bytes. */
  body: Buffer
}

export type Heard =
  | { verdict: 'believed'; checkoutPublicId: string }
  | { verdict: 'forged' }
  | { verdict: 'unreadable' }

export type MethodStatus =
  /** The method has no such attempt. */
  | { state: 'absent' }
  /** The payer has neither submitted nor authorised anything. */
  | { state: 'open' }
  /** Submitted or authorised, not decided: the money may move. */
  | { state: 'pending' }
  | { state: 'failed'; failure: Failure }
  | { state: 'expired'; failure: Failure | null }
  /** Every payment that the method has made of this checkout, in order; seldom more than one. */
  | { state: 'paid'; money: Money[] }

/** Money that the method confirms. */
export interface Money {
  /** The method's own id of it: the same id is the same money. */
  methodPaymentId: string
  /** Minor units. */
  amount: bigint
  currency: string
  paidAt: Date
}
