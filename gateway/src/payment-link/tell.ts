import { amountOf, type LinkEventItem, linksPerRequestMax } from '@bill-gateway/contract'
import { recordEvent, recordEvents } from '../event/index.ts'
import type { Tx } from '../platform/db/transaction.ts'
import type { Bill } from './bill.ts'
import type { PaymentLink } from './payment-link.ts'
import type { Cancellation } from './queries/store.ts'

/** A link as events tell of it: never a name, an address or an e-mail. */
export function eventItemOfBill(bill: Bill, token: string): LinkEventItem {
  return {
    token,
    userId: bill.userId,
    operationId: bill.operationId,
    amount: amountOf(bill.amount),
    title: bill.title,
    ...(bill.dropped.length > 0 ? { dropped: bill.dropped } : {}),
  }
}

export function eventItemOfLink(
  link: Pick<PaymentLink, 'token' | 'userId' | 'operationId' | 'askedAmount' | 'title'>,
): LinkEventItem {
  return {
    token: link.token,
    userId: link.userId,
    operationId: link.operationId,
    amount: amountOf(link.askedAmount),
    title: link.title,
  }
}

/** One event for a hundred links, and the last thing that their transaction does. */
export async function tellLinks(
  tx: Tx,
  providerId: number,
  type: 'link.created' | 'link.updated',
  links: LinkEventItem[],
  now: Date,
): Promise<void> {
  const events: { links: LinkEventItem[] }[] = []
  for (let from = 0; from < links.length; from += linksPerRequestMax) {
    events.push({ links: links.slice(from, from + linksPerRequestMax) })
  }
  if (events.length > 0) await recordEvents(tx, providerId, type, now, events)
}

export async function tellCancelled(
  tx: Tx,
  providerId: number,
  links: LinkEventItem[],
  { resolution, referenceNumber, revoked }: Cancellation,
  now: Date,
): Promise<void> {
  if (links.length === 0) return
  await recordEvent(tx, providerId, 'link.cancelled', now, {
    links,
    resolution,
    ...(referenceNumber === null ? {} : { referenceNumber }),
    revoked,
  })
}
