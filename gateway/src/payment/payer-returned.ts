import type { Platform } from '../platform/platform.ts'
import { findProvider } from '../provider/index.ts'
import { askMethod } from './check.ts'
import type { Checkout } from './checkout.ts'

/**
 * The payer is back from the method. That proves nothing, so the method is asked, once and now.
 *
 * @returns the checkout as it then is
 */
export async function payerReturned(platform: Platform, checkout: Checkout): Promise<Checkout> {
  if (checkout.status === 'succeeded') return checkout
  const provider = await findProvider(platform.db, checkout.providerId)
  return provider ? askMethod(platform, provider, checkout) : checkout
}
