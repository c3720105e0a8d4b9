import { signal, transact } from '../platform/db/transaction.ts'
import { metrics } from '../platform/metrics.ts'
import type { Platform } from '../platform/platform.ts'
import { findProvider, type Provider, providerNow } from '../provider/index.ts'
import { askMethod } from './check.ts'
import { checkLater } from './check-later.ts'
import { nextCheckAt } from './check-schedule.ts'
import { type Checkout, checkoutTopic } from './checkout.ts'
import { methodOf } from './method/methods.ts'
import { findCheckoutById, lockCheckout, openCheckoutsOfLink, updateCheckout } from './queries/checkouts.ts'

/**
 * After a link was cancelled: asks the method to stop its pending checkouts where it can, and closes the one
 * that the reference number names, for the link was paid by that transfer elsewhere. An unfinished redirect is
 * left alone: its money, should it come, is a late confirmation like any other. What the method says
 * afterwards decides; money that it has taken is recorded.
 *
 * @throws what a method threw that could not be told to stop, once all the others were
 */
export async function stopCheckouts(
  platform: Platform,
  providerId: number,
  linkId: bigint,
  referenceNumber?: string,
): Promise<void> {
  const provider = await findProvider(platform.db, providerId)
  if (!provider) return
  const failures: unknown[] = []
  for (const id of await openCheckoutsOfLink(platform.db, providerId, linkId)) {
    const checkout = await findCheckoutById(platform.db, providerId, id)
    if (!checkout) continue
    const named = checkout.referenceNumber === referenceNumber
    if (checkout.status !== 'pending' && !named) continue
    const failure = await stopAtMethod(platform, provider, checkout)
    if (failure) failures.push(failure)
    if (named) await close(platform, provider, checkout)
  }
  // Everything else is done; the job tries again.
  if (failures.length > 0) throw failures[0]
}

/** @returns why the method could not be told; its word is asked for all the same */
async function stopAtMethod(platform: Platform, provider: Provider, checkout: Checkout): Promise<unknown> {
  const method = methodOf(provider, checkout.method)
  let failure: unknown
  try {
    if (method && method.stop !== 'cannot') await method.stop(platform, provider, checkout)
  } catch (error) {
    failure = error
  }
  await askMethod(platform, provider, checkout, method)
  return failure
}

/** Ends a checkout that no money has come of; the method is asked about it for as long as of any expired one. */
async function close({ db }: Platform, provider: Provider, { id, channel }: Checkout): Promise<void> {
  const closed = await transact(db, async (tx) => {
    const checkout = await lockCheckout(tx, provider.id, id)
    if (checkout?.status !== 'created') return false
    const now = providerNow(provider)
    const expired = { ...checkout, status: 'expired', endedAt: now } as const
    const next = nextCheckAt(expired, now)
    await updateCheckout(tx, provider.id, id, {
      status: 'expired',
      failure: 'paid-elsewhere',
      ended_at: now,
      next_check_at: next,
    })
    await checkLater(tx, provider, id, next)
    signal(tx, checkoutTopic(checkout.publicId))
    return true
  })
  if (closed) metrics.checkouts.inc({ status: 'expired', channel })
}
