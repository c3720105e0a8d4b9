import type { Provider } from '../provider/index.ts'
import type { PageLink } from './queries.ts'
import type { Speech } from './speech.ts'
import type { Bill } from './views/models.ts'

/** More bills than anybody chooses among; a page with them all would be too heavy for a phone. */
export const billsShownMax = 50

/**
 * Names a bill in a form: a part of its token that tells a payer’s bills apart and opens nothing. The first
 * eight digits are shared by the tokens of one request.
 */
export function billKey({ token }: Pick<PageLink, 'token'>): string {
  return token.slice(8, 20)
}

/** `J*** K***`: enough for the payer to know whom it is for, and nothing for anybody else. */
export function maskedName({ name, surname }: Pick<PageLink, 'name' | 'surname'>): string | null {
  const parts = [name, surname].flatMap((part) => [...(part?.trim() ?? '')].slice(0, 1))
  return parts.length > 0 ? parts.map((letter) => `${letter}***`).join(' ') : null
}

/** What a page shows of the payer’s active links. */
export function billOf(
  link: PageLink,
  provider: Pick<Provider, 'name'>,
  speech: Speech,
  { chosen, processing }: { chosen: boolean; processing: boolean },
): Bill {
  return {
    key: billKey(link),
    title: link.title.trim() || speech.say('bills.untitled'),
    amount: link.openAmount,
    askedAmount: link.openAmount < link.askedAmount ? link.askedAmount : null,
    due: link.paymentDue,
    chosen: chosen && !processing,
    processing,
    payee: link.recipientName ?? provider.name,
    account: link.nrb,
  }
}

/** The bills to show, oldest first: all of one currency, the link’s own among them. */
export function shownBills(links: PageLink[], own: bigint, currency: string): PageLink[] {
  const payable = links.filter((link) => link.currency === currency)
  if (payable.length <= billsShownMax) return payable
  const kept = payable.slice(0, billsShownMax)
  const ownLink = payable.find(({ id }) => id === own)
  return ownLink && !kept.includes(ownLink) ? [...kept.slice(0, -1), ownLink] : kept
}

/** Keys of bills as a query or a form names them. */
export function keysOf(given: unknown): Set<string> {
  const texts = Array.isArray(given) ? given : [given]
  return new Set(
    texts
      .filter((text) => typeof text === 'string')
      .flatMap((text) => text.split(' '))
      .slice(0, billsShownMax)
      .filter(Boolean),
  )
}
