import { type LinkPayment, paymentsOfLink, returnedOf } from '../payment/index.ts'
import { validateToken } from '../payment-link/index.ts'
import type { Platform } from '../platform/platform.ts'
import { type Provider, providerNow } from '../provider/index.ts'
import { knownProvider } from './known-provider.ts'
import type { Form } from './payment-form.ts'
import { findLinkFacts, type LinkFacts, type PageLink } from './queries.ts'
import type { ReturnedOf } from './receipt-of.ts'

/** A link that has ended shows for so long what the payer owes now. */
export const endedShownMs = 90 * 24 * 60 * 60 * 1000

/** What there is behind a token. `owed` is empty where it may not be told. */
export interface LinkPage extends LinkFacts {
  provider: Provider
  /** Payments of a paid link, oldest first; else empty. */
  payments: LinkPayment[]
  /** What of them went back. */
  returned: ReturnedOf
  /** Whether the page may still say what is owed, or that nothing is. */
  tellsOwed: boolean
}

/** @returns undefined for an unknown token */
export async function readLinkPage({ db, pool }: Platform, token: string): Promise<LinkPage | undefined> {
  const facts = validateToken(token) ? await findLinkFacts(pool, token.toLowerCase()) : undefined
  const provider = facts && (await knownProvider(db, facts.providerId, facts.providerVersion))
  if (!facts || !provider) return undefined
  const { link } = facts
  const tellsOwed = !link.revoked && !endedLongAgo(link, provider)
  const paid = link.status === 'paid' && !link.revoked
  const payments = paid ? await paymentsOfLink(db, provider.id, link.id) : []
  const references = payments.map(({ referenceNumber }) => referenceNumber)
  return {
    ...facts,
    provider,
    owed: tellsOwed ? facts.owed : [],
    payments,
    returned: await returnedOf(db, provider.id, references, link.id),
    tellsOwed,
  }
}

function endedLongAgo({ endedAt }: PageLink, provider: Provider): boolean {
  return endedAt !== null && providerNow(provider).getTime() - endedAt.getTime() > endedShownMs
}

/** The form of a link’s page. */
export function formOfLink(
  { providerId, payerId, userId, link, owed, processing }: LinkPage,
  addresses: { base: string; query: string },
): Form {
  return {
    subject: `link ${providerId} ${link.id}`,
    action: `${addresses.base}/single-payment/${link.token}${addresses.query}`,
    payerId,
    userId,
    own: link,
    links: owed,
    processing,
    choosing: true,
  }
}
