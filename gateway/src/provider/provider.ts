import type { Channel } from '@bill-gateway/contract'

/** A biller: the tenant that every other row belongs to. */
export interface Provider {
  id: number
  code: string
  name: string
  /** Its money is play money: the sandbox pays, every event and page says so. */
  test: boolean
  disabled: boolean
  taxId: string | null
  address: string | null
  phone: string | null
  /** Where the gateway writes to it when something needs its care; null: nowhere. */
  contactEmail: string | null
  helpUrl: string | null
  termsUrl: string | null
  privacyUrl: string | null
  language: Language
  /** ISO 4217 */
  currency: string
  /** 26 digits: the account of links that name none. */
  defaultNrb: string | null
  /** `#rrggbb` */
  color: string | null
  /** Changes with the logo; null where there is none. */
  logoHash: string | null
  /** Its billing system books plain transfers itself. */
  importsTransfers: boolean
  /** Its payers get receipts by mail. */
  receipts: boolean
  /** By channel the method that carries it. */
  ways: Ways
  /** How far the test clock is ahead of the real one; 0 for live providers. */
  clockAheadMs: number
}

export type Ways = Partial<Record<Channel, string>>

export const languages = ['pl', 'en', 'uk'] as const
export type Language = (typeof languages)[number]

/** Who makes a request: a provider, by one of its keys. */
export interface Access {
  provider: Provider
  keyId: bigint
  /** The key speaks the LMS plugin's dialect. */
  lmsPlugin: boolean
}

/** The provider's time: the real one, or for a test provider its own clock's. */
export function providerNow(provider: Provider): Date {
  return new Date(Date.now() + provider.clockAheadMs)
}
