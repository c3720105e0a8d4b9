import { createHash } from 'node:crypto'
import { amountMax, amountOf, type PaymentLinkItem } from '@bill-gateway/contract'

/** A link as it should be: the request for it and where it comes from. */
export interface WantedLink {
  customerId: number
  /** The document's id, or `cash_<id>`. */
  operationId: string
  documentId: number | null
  cashId: number | null
  /** Grosze. */
  amount: bigint
  item: PaymentLinkItem
  /** Of all that is sent. */
  hash: string
  /** Of the raw data in LMS. */
  print: string
  /** Why it cannot be sent, where we know that already. */
  refused?: { field: string; code: string; says: string }
}

export interface LinkParts {
  customerId: number
  operationId: string
  amount: bigint
  title: string
  /** yyyy-mm-dd */
  due: string
  /** 26 digits; without it the gateway takes the provider’s default account. */
  nrb?: string | undefined
  names?: { name: string; surname: string } | undefined
  email?: string | undefined
}

/** The request for one link. The customer’s number and the document’s go as text, as the gateway keeps them. */
export function linkItem(parts: LinkParts): PaymentLinkItem {
  return {
    userId: String(parts.customerId),
    operationId: parts.operationId,
    amount: amountOf(parts.amount),
    title: parts.title,
    paymentDue: parts.due,
    ...(parts.nrb ? { nrb: parts.nrb } : {}),
    ...(parts.names ?? {}),
    ...(parts.email ? { email: parts.email } : {}),
  }
}

/** Equal for two items exactly where sending the second would change nothing. */
export function itemHash(item: PaymentLinkItem): string {
  const { seen: _, ...sent } = item
  return createHash('sha256').update(JSON.stringify(sent)).digest('hex')
}

/**
 * What a refusal is remembered by: of the item, and of its source in LMS as the database hashes it, which is the
 * last 32 characters.
 */
export function refusalHash({ hash, print }: Pick<WantedLink, 'hash' | 'print'>): string {
  return `${hash.slice(0, 31)}.${print}`
}

/** One link asks for at most this, in grosze. */
export const linkAmountMax = BigInt(Math.round(amountMax * 100))
