import { type Checkout, checkoutsOfPress, findCheckout } from '../payment/index.ts'
import { activeLinksOfPayer, findLinkByToken, type PaymentLink } from '../payment-link/index.ts'
import type { Platform } from '../platform/platform.ts'
import { findProvider, type Provider } from '../provider/index.ts'
import { billsShownMax } from './bills.ts'
import type { Form } from './payment-form.ts'
import { processingLinks } from './processing.ts'

/** What there is behind a checkout’s id. */
export interface CheckoutPage {
  checkout: Checkout
  provider: Provider
  /** The first of its links. */
  own: PaymentLink
  /** One of its links went to the wrong person. */
  revoked: boolean
}

/** @returns undefined for an unknown checkout */
export async function readCheckoutPage(
  { db }: Platform,
  publicId: string,
): Promise<CheckoutPage | undefined> {
  const checkout = await findCheckout(db, publicId)
  const first = checkout?.links[0]
  if (!checkout || !first) return undefined
  const provider = await findProvider(db, checkout.providerId)
  const own = await findLinkByToken(db, first.token)
  if (!provider || !own) return undefined
  const others = checkout.links.slice(1, billsShownMax).map(({ token }) => findLinkByToken(db, token))
  const revoked = own.revoked || (await Promise.all(others)).some((link) => link?.revoked)
  return { checkout, provider, own, revoked }
}

/** Pays the same bills again, as far as they are still to be paid. The address never names a link’s token. */
export async function formOfCheckout(
  { db }: Platform,
  { checkout, provider, own }: CheckoutPage,
  addresses: { base: string; query: string },
): Promise<Form> {
  const active = await activeLinksOfPayer(db, provider.id, checkout.payerId)
  const together = checkout.channel === 'transfer' ? await checkoutsOfPress(db, checkout) : [checkout]
  const ofCheckout = new Set(together.flatMap(({ links }) => links.map(({ linkId }) => linkId)))
  const links = active.filter(({ id }) => ofCheckout.has(id))
  const processing = await processingLinks(db, provider.id, links)
  return {
    subject: `checkout ${checkout.providerId} ${checkout.id}`,
    action: `${addresses.base}/checkout/${checkout.publicId}${addresses.query}`,
    payerId: checkout.payerId,
    userId: own.userId,
    own,
    links: links.filter(({ id }) => !processing.has(id)),
    processing,
    choosing: false,
  }
}
