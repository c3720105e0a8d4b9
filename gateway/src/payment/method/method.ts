import type { Arrival, Channel } from '@bill-gateway/contract'
import type { Platform } from '../../platform/platform.ts'
import type { Provider } from '../../provider/index.ts'
import type { Checkout, Failure } from '../checkout.ts'
import type { Collector } from './accounts.ts'
import type { PayoutReports } from './payouts.ts'

/**
 * One way to pay: an adapter to whoever moves the money. Every call is made outside transactions, may be made
 * again with the same arguments, and may throw where the method cannot be reached or does not answer in time:
 * the outcome is then unknown and is asked about later. What a method cannot do it says.
 */
export interface Method {
  /** Its word in the database and in /notify/{method}/{providerCode}. */
  code: string
  arrives: Arrival
  /** What it can carry, at most: a provider's contract may hold less. */
  channels: readonly Channel[]
  /** ISO 4217 codes of what it can ask a payer for; default: any. BLIK moves zlotys alone, whoever carries it. */
  currencies?: readonly string[]
  /** Whether a payer who has not finished may take days: a transfer. Its checkout then lives 35 days. */
  slow?: boolean
  /** Whose account the money comes to; account: as the provider's account with the method says. */
  collectedBy: Collector | 'account'
  /** What makes a payment at its sandbox succeed; it stands on test providers' pages. */
  testHint?: { blik: string }
  /** The credentials and settings of an account with it; none for what needs no account. */
  account: AccountSchema | 'none'
  start(platform: Platform, provider: Provider, attempt: Attempt): Promise<Started>
  /** Reads what came to the notification address and proves that the method sent it. Changes nothing. */
  hear(platform: Platform, provider: Provider, notification: RawNotification): Promise<Heard>
  /** Text that the method wants to read once a notification was taken; without it 204 and nothing. */
  heardAnswer?: string
  /** What decides: the method's own word on a checkout. */
  status(platform: Platform, provider: Provider, checkout: Checkout): Promise<MethodStatus>
  /** Asks to take no money any more; {@link status} says whether that came in time. */
  stop: ((platform: Platform, provider: Provider, checkout: Checkout) => Promise<void>) | 'cannot'
  /** Gives money back. Asked again with the same refund it gives nothing a second time. */
  refund:
    | {
        send(platform: Platform, provider: Provider, order: RefundOrder): Promise<RefundStatus>
        status(platform: Platform, provider: Provider, order: RefundOrder): Promise<RefundStatus>
      }
    | 'cannot'
  /** Charges what a payer saved at the method: the payer need not be there. */
  chargeSaved:
    | ((platform: Platform, provider: Provider, attempt: SavedAttempt) => Promise<Started>)
    | 'cannot'
  /** The banks that a payer can choose on our page; cannot: the method asks on its own. */
  banks: ((platform: Platform, provider: Provider) => Promise<Bank[]>) | 'cannot'
  /** Resolves where the account's credentials work. @throws MethodError that says in a sentence what does not */
  testConnection: ((platform: Platform, provider: Provider) => Promise<void>) | 'cannot'
  /** What it says of its bulk payouts to the account's bank account. */
  payouts: PayoutReports | 'cannot'
}

/** Fields of an account, by name: what `method connect` asks for. */
export interface AccountSchema {
  /** Sealed in the database, and never shown again. */
  credentials: Record<string, AccountField>
  /** Not secret. */
  settings: Record<string, AccountField>
}

export interface AccountField {
  description: string
  /** What its text has to match. */
  pattern: RegExp
  optional?: boolean
}

/** The method's own refusal or a connection that does not work. Its message holds no secret and no personal data. */
export class MethodError extends Error {
  override name = 'MethodError'
}

/** What a method is told to start. Addresses carry the checkout's id, never a link's token. */
export interface Attempt {
  checkout: Checkout
  channel: Channel
  /** Six digits, with channel blik only. It is never stored. */
  blikCode?: string
  /** Out of {@link Method.banks}, with channel bank only. */
  bankId?: string
  /** Title of the transfer that reaches the biller: at most 140 characters. */
  title: string
  /** Of the bill, where it gave one: some methods ask for it. It is handed on and never stored. */
  payer: { email: string | null; name: string | null }
  /** The payer's own address and browser, where a payer is there. */
  visitor?: { ip: string; userAgent: string }
  returnUrl: string
  notifyUrl: string
  /** The payer wants the method to remember it for later charges. */
  save?: SaveOrder
}

export interface SaveOrder {
  /** Our name of what is saved, unique for ever, at most 64 characters. */
  alias: string
  /** What the payer's bank shows, at most 35 characters. */
  label: string
}

/** A charge of what was saved before; {@link Attempt} without what only a payer who is there can give. */
export interface SavedAttempt extends Omit<Attempt, 'blikCode' | 'bankId' | 'save' | 'visitor'> {
  saved: Saved
}

/** What a method remembers of a payer. The reference is as good as a secret: it is stored sealed. */
export interface Saved {
  reference: string
  /** Such as `•••• 4242`; null where there is nothing to show. */
  label: string | null
}

export type Started =
  /** Submitted: the payer confirms at the method, nothing more to do here. */
  | { kind: 'pending'; reference: string }
  /** The payer goes there. */
  | { kind: 'redirect'; reference: string; url: string }
  /** The payer reads on our page what to do. */
  | { kind: 'instructions'; reference: string }
  | { kind: 'failed'; reference: string | null; failure: Failure }

export interface RawNotification {
  headers: Record<string, string | string[] | undefined>
  /** As it came: signatures are over these bytes. */
  body: Buffer
}

export type Heard =
  /** reference: the method's own id of the attempt, for a start whose answer was lost. */
  | { verdict: 'believed'; checkoutPublicId: string; reference?: string }
  /** A refund of ours was decided. */
  | { verdict: 'believed'; refundPublicId: string }
  /** Rightly signed, and nothing to do with a checkout: a test from the method's panel, an alias. */
  | { verdict: 'believed'; nothing: true }
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
  /** mayStillPay: the payer had his time, yet the method rules nothing out, so it is asked on. */
  | { state: 'expired'; failure: Failure | null; mayStillPay?: true }
  /**
   * Every payment that the method has made of this checkout, in order; seldom more than one. And what payers'
   * banks took back of them; and what was saved, where that was asked for.
   */
  | { state: 'paid'; money: Money[]; takenBack?: TakenBack[]; saved?: Saved }

/** Money that the method confirms. */
export interface Money {
  /** The method's own id of it: the same id is the same money. */
  methodPaymentId: string
  /** Minor units. */
  amount: bigint
  currency: string
  paidAt: Date
}

/** A chargeback. */
export interface TakenBack {
  /** The method's own id of it: the same id is the same chargeback. */
  methodReversalId: string
  methodPaymentId: string
  /** Minor units, above zero. */
  amount: bigint
  at: Date
}

export interface RefundOrder {
  /** Ours, unique for ever: the method's idempotency key. `re_<20 letters and digits>`. */
  publicId: string
  checkout: Checkout
  methodPaymentId: string
  /** The method's own id of this refund, once it said one. */
  methodRefundId: string | null
  /** Minor units, above zero. */
  amount: bigint
  currency: string
  /** What the payer reads, at most 35 characters. */
  description: string
  notifyUrl: string
}

export type RefundStatus =
  /** The method never heard of it: it may be sent. */
  | { state: 'absent' }
  | { state: 'pending'; methodRefundId: string | null }
  | { state: 'succeeded'; methodRefundId: string | null; at: Date }
  /** It gave nothing back, for ever. The reason is the method's own, without personal data. */
  | { state: 'failed'; methodRefundId: string | null; reason: string }

export interface Bank {
  /** The method's own id of it. */
  id: string
  name: string
  /** An https address of its sign at the method, or null. It is never loaded by a payer's browser. */
  logoUrl: string | null
}
