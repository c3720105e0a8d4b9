import type { Platform } from '../platform/platform.ts'
import { type Provider, providerNow } from '../provider/index.ts'
import { checkIfDue } from './check.ts'
import { checkLater } from './check-later.ts'
import { chargesToNotify, nextNotificationDue, notifyAllLater } from './method/sandbox/index.ts'
import { findCheckoutById } from './queries/checkouts.ts'
import { due, nextDue } from './queries/due.ts'
import { notifyOfCharge } from './sandbox-page.ts'

const batchMax = 100

/**
 * Does what the provider's clock has come to: questions to methods, expiries, the sandbox's notifications.
 *
 * @returns how many acts were done; call it again until that is none
 */
export async function checkDue(platform: Platform, provider: Provider): Promise<number> {
  const now = providerNow(provider)
  const acts = [
    ...(await chargesToNotify(platform.db, provider.id, now, batchMax)).map(
      (chargeId) => () => notifyOfCharge(platform, provider, chargeId),
    ),
    ...(await due(platform.db, 'checkout', provider.id, now, batchMax)).map(
      (checkoutId) => () => checkIfDue(platform, provider.id, checkoutId),
    ),
  ]
  let done = 0
  for (const act of acts) {
    try {
      if (await act()) done++
    } catch (error) {
      // One payer's trouble holds up no other; its own job tries again.
      platform.log.error({ err: error, provider: provider.code }, 'something due could not be done')
    }
  }
  return done
}

/** When, by the provider's clock, there is next something to do; undefined where nothing is planned. */
export async function nextDueAt({ db }: Platform, provider: Provider): Promise<Date | undefined> {
  const moments = [await nextDue(db, 'checkout', provider.id), await nextNotificationDue(db, provider.id)]
  const planned = moments.flatMap((moment) => moment ?? []).map((moment) => moment.getTime())
  return planned.length > 0 ? new Date(Math.min(...planned)) : undefined
}

/** Jobs that are planned anew at a time: the soonest; the rest is found by the sweep. */
const plannedMax = 1_000
const soonMs = 3_600_000

/** Jobs run by the real clock: after a step of the provider's clock the next ones have to ring earlier. */
export async function planAgain({ db }: Platform, provider: Provider): Promise<void> {
  const soon = new Date(providerNow(provider).getTime() + soonMs)
  for (const id of await due(db, 'checkout', provider.id, soon, plannedMax)) {
    const checkout = await findCheckoutById(db, provider.id, id)
    if (checkout) await checkLater(db, provider, id, checkout.nextCheckAt)
  }
  await notifyAllLater(db, provider, soon, plannedMax)
}
