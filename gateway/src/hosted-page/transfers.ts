import { type Checkout, checkoutsOfPress, findCheckout, transferDetails } from '../payment/index.ts'
import { findLinks, type PaymentLink } from '../payment-link/index.ts'
import type { Platform } from '../platform/platform.ts'
import { findProvider, type Provider } from '../provider/index.ts'
import { processingLinks } from './processing.ts'
import { qrPicture } from './qr.ts'

export interface OneTransfer {
  checkout: Checkout
  details: ReturnType<typeof transferDetails>
}

/** The transfers of one press, one for each account, as far as they are still to be made. */
export interface Transfers {
  all: OneTransfer[]
  /** Minor units: what the transfers that have not come are for, together. */
  amount: bigint
  revoked: boolean
  /** The payment of another kind that a method is deciding for one of the bills; its bill is left out. */
  processing: Checkout | undefined
}

export async function readTransfers(
  { db }: Platform,
  provider: Provider,
  checkout: Checkout,
): Promise<Transfers> {
  const checkouts = await checkoutsOfPress(db, checkout)
  const ids = checkouts.flatMap(({ links }) => links.map(({ linkId }) => linkId))
  const links = new Map((await findLinks(db, provider.id, ids)).map((link) => [link.id, link]))
  const processing = await processingLinks(db, provider.id, [...links.values()])
  const all = checkouts.map((one) => ({
    checkout: one,
    details: transferDetails(provider, one, linksOf(one, links, processing)),
  }))
  const open = all.filter((one) => one.checkout.status === 'created')
  return {
    all,
    amount: open.reduce((sum, { details }) => sum + details.amount, 0n),
    revoked: [...links.values()].some((link) => link.revoked),
    processing: [...processing.values()][0],
  }
}

function linksOf(
  checkout: Checkout,
  links: ReadonlyMap<bigint, PaymentLink>,
  processing: ReadonlyMap<bigint, unknown>,
): PaymentLink[] {
  return checkout.links
    .flatMap(({ linkId }) => links.get(linkId) ?? [])
    .map((link) => (processing.has(link.id) ? { ...link, openAmount: 0n } : link))
}

/** @returns the picture of a transfer’s QR code; undefined where there is none to be scanned now */
export async function transferPicture(
  platform: Platform,
  publicId: string,
): Promise<{ name: string; png: Buffer } | undefined> {
  const checkout = await findCheckout(platform.db, publicId)
  if (checkout?.channel !== 'transfer' || checkout.status !== 'created') return undefined
  const provider = await findProvider(platform.db, checkout.providerId)
  if (!provider || provider.disabled) return undefined
  const { all, revoked } = await readTransfers(platform, provider, checkout)
  const own = all.find((one) => one.checkout.id === checkout.id)
  if (!own?.details.qrText || revoked) return undefined
  return { name: `${checkout.referenceNumber}.png`, png: await qrPicture(own.details.qrText) }
}
