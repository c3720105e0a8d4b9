import type { Language } from '../provider/index.ts'

/** What each template says, by its name. Amounts are minor units, written in decimal digits: `"12345"`. */
export interface MailData {
  receipt: Receipt
  refund: RefundNotice
  'webhook-failing': WebhookNotice
  'webhook-parked': WebhookNotice
  'webhook-off': WebhookNotice
  test: Record<never, never>
}

export type Template = keyof MailData

/** What nobody asked for by an act of his own: its reader may want no more of it. */
export function isNotice(template: Template): boolean {
  return template.startsWith('webhook-')
}

/** To a payer whose payment was recorded. */
export interface Receipt {
  referenceNumber: string
  /** Minor units: the payment's money for the bills below. */
  amount: string
  /** ISO 4217 */
  currency: string
  /** ISO 8601 with an offset. */
  paidAt: string
  channel: 'blik' | 'bank' | 'card' | 'transfer'
  bills: { title: string; amount: string }[]
  /** Minor units that no bill could take; "0" as a rule. */
  unallocated: string
}

/** To a payer who gets money back. */
export interface RefundNotice {
  /** Of the payment. */
  referenceNumber: string
  amount: string
  currency: string
  at: string
  /** The provider gives it back itself: it does not come the way that it went. */
  byProvider: boolean
}

/** To a provider whose webhook endpoint is in trouble. */
export interface WebhookNotice {
  /** Ours, as the API names it. */
  endpointId: string
  /** Its address without what may be secret: at most scheme, host and path. */
  endpointUrl: string
  /** What the last try met, in a few English words or a status: `timeout`, `HTTP 503`. */
  problem: string
  /** The first delivery that failed. ISO 8601 */
  since: string
  /** webhook-failing: until when it is tried again; else when that ended. ISO 8601 */
  until: string
}

/** A mail to one address. The address and the data are kept until it is sent and not a moment longer. */
export interface NewMail<Name extends Template = Template> {
  providerId: number
  /** One address, without a name. */
  to: string
  template: Name
  language: Language
  data: MailData[Name]
  /** Further headers, such as `In-Reply-To`; what the gateway sets itself cannot be set here. */
  headers?: Record<string, string>
}
