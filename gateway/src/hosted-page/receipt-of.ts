import type { Checkout, LinkPayment, Returned } from '../payment/index.ts'
import type { Provider } from '../provider/index.ts'
import type { PageLink } from './queries.ts'
import type { Receipt } from './views/models.ts'

/** What went back of payments, by their reference numbers. */
export type ReturnedOf = ReadonlyMap<string, Returned>

/** The receipt of a checkout’s payment, a line for each bill that the money was for. */
export function receiptOfCheckout(
  checkout: Checkout,
  provider: Pick<Provider, 'name'>,
  returned: ReturnedOf,
): Receipt | undefined {
  const { payment } = checkout
  if (!payment) return undefined
  const titles = new Map(checkout.links.map(({ linkId, title }) => [linkId, title]))
  return {
    amount: payment.amount,
    currency: checkout.currency,
    lines: payment.rows.map(({ linkId, amount }) => ({ title: titles.get(linkId) ?? '', amount })),
    payee: provider.name,
    paidAt: payment.paidAt,
    channel: payment.channel,
    reference: payment.referenceNumber,
    unallocated: payment.unallocated,
    asked: payment.amount === checkout.amount ? null : checkout.amount,
    ...partsBack(payment.referenceNumber, returned),
  }
}

/** The receipt of one payment of a link: what the payer paid besides is no business of this link. */
export function receiptOfLink(
  link: PageLink,
  payment: LinkPayment,
  provider: Pick<Provider, 'name'>,
  returned: ReturnedOf,
): Receipt {
  return {
    amount: payment.amount,
    currency: link.currency,
    lines: [{ title: link.title, amount: payment.amount }],
    payee: link.recipientName ?? provider.name,
    paidAt: payment.paidAt,
    channel: payment.channel,
    reference: payment.referenceNumber,
    unallocated: payment.unallocated,
    asked: null,
    ...partsBack(payment.referenceNumber, returned),
  }
}

function partsBack(reference: string, returned: ReturnedOf): Pick<Receipt, 'returned' | 'returning'> {
  const back = returned.get(reference)
  return { returned: back?.done ?? 0n, returning: back?.underWay ?? 0n }
}
