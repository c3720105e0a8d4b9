import type { Channel } from '@bill-gateway/contract'
import type { Qr } from '../qr.ts'
import type { WordKey } from '../speech.ts'

/** Who asks for the money, as far as a page shows it. Addresses are what the browser asks for. */
export interface Biller {
  name: string
  address: string | null
  phone: string | null
  helpUrl: string | null
  termsUrl: string | null
  privacyUrl: string | null
  logo: string | null
  theme: string | null
  test: boolean
}

/** One amount due. Amounts are minor units. */
export interface Bill {
  /** Names the bill in forms; opens nothing. */
  key: string
  title: string
  /** What is still to pay. */
  amount: bigint
  /** What was asked, where a part has been paid since; else null. */
  askedAmount: bigint | null
  /** yyyy-mm-dd */
  due: string
  chosen: boolean
  /** A payment of it is being checked: it cannot be paid now. */
  processing: boolean
  payee: string
  /** 26 digits. */
  account: string
}

export type Field = 'blik' | 'bank' | 'channel' | 'bills'

export interface FormProblem {
  /** Undefined: about the page as a whole. */
  field?: Field
  text: WordKey
  values?: Record<string, string>
}

export interface Notice {
  tone: 'info' | 'good' | 'warn'
  text: WordKey
  values?: Record<string, string | number>
  /** A second sentence, of less weight. */
  more?: { text: WordKey; values: Record<string, string | number> }
  /** Where it is shown. */
  link?: { text: WordKey; href: string }
}

/** What a payment page shows: bills, ways to pay, and what is to be said before. */
export interface PaymentPage {
  /** Where the form is sent. */
  action: string
  formToken: string
  /** Language to be kept by forms, where it was asked for in the address. */
  keepLanguage: boolean
  bills: Bill[]
  /** Whether the payer may choose other bills. */
  choosing: boolean
  currency: string
  /** yyyy-mm-dd, the provider’s. */
  today: string
  payer: string | null
  /** By which the biller knows the payer; goes into the title of an ordinary transfer. */
  userId: string
  termsUrl: string | null
  /** A BLIK code that works for a test provider; else null. */
  blikHint: string | null
  /** Empty: only an ordinary transfer can pay. */
  channels: Channel[]
  channel: Channel
  /** What was typed. */
  blikCode: string
  /** Banks to choose from; empty: the method asks on its own page. */
  banks: { id: string; name: string }[]
  /** The bank that was chosen; empty: on the next page. */
  bank: string
  problems: FormProblem[]
  /** What the summary of the problems is headed. */
  problemTitle: WordKey
  notices: Notice[]
  /** The receipt of the link’s own payment, where it is paid and more is owed. */
  receipt: Receipt | null
}

export interface ReceiptLine {
  title: string
  amount: bigint
}

/** A payment made. */
export interface Receipt {
  amount: bigint
  currency: string
  lines: ReceiptLine[]
  payee: string
  paidAt: Date
  channel: Channel
  reference: string
  /** The part that no bill could take. */
  unallocated: bigint
  /** What was asked, where the method passed on another amount; else null. */
  asked: bigint | null
  /** The part that went back to the payer, and the part that is on its way back. */
  returned: bigint
  returning: bigint
}

export interface Waiting {
  /**
   * unfinished: the payer came back from the method without a result; leaving: the method’s page is being
   * opened; lost: the method could not be reached, so nothing has begun; over: the time for BLIK has passed;
   * held: a person has to look at money that came otherwise than asked.
   */
  kind: 'blik' | 'over' | 'bank' | 'long' | 'held' | 'unfinished' | 'leaving' | 'lost'
  channel: Channel
  amount: bigint
  currency: string
  since: Date
  /** Of the time to confirm; 0 once it is over. */
  secondsLeft: number
  secondsInAll: number
  /** Where the changes of state are told; null where none is to be waited for. */
  events: string | null
  /** The checkout’s state that this page shows. */
  state: string
  /** Where an unfinished payment goes on, and where the payer chooses another way. */
  goOn: string | null
  other: string | null
}

export interface Transfer {
  /** open: to be made; booked: it came; gone: nothing of it is owed any more. */
  state: 'open' | 'booked' | 'gone'
  recipient: string
  /** 26 digits, or an IBAN. */
  account: string
  title: string
  amount: bigint
  /** Null where no banking app can read one. */
  qr: Qr | null
  /** Where its code is to be had as a picture. */
  picture: string
}

/** What to put into an ordinary transfer: one, or one for each account. */
export interface TransferPage {
  transfers: Transfer[]
  /** What is still to be transferred, together. */
  amount: bigint
  currency: string
  notices: Notice[]
  /** Where the payer chooses another way. */
  other: string | null
  /** As of {@link Waiting}. */
  events: string | null
  state: string
  test: boolean
}

export interface Message {
  tone: 'info' | 'good' | 'warn' | 'bad'
  title: WordKey
  lines: { text: WordKey; values?: Record<string, string> }[]
  /** Where the same page is asked for again. */
  reload?: string
}

export interface SandboxPage {
  channel: 'bank' | 'card'
  action: string
  amount: bigint
  currency: string
  title: string
  payee: string
  returnUrl: string
  decided: boolean
}
