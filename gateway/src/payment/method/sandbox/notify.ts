import type { Platform } from '../../../platform/platform.ts'
import { installationSecret, type Provider, providerNow } from '../../../provider/index.ts'
import type { RawNotification } from '../method.ts'
import { type Charge, nextNotifyAt, statusOf } from './charge.ts'
import { notifyLater } from './notify-later.ts'
import { countNotified, findCharge } from './queries.ts'
import { signatureHeader, signBody } from './signature.ts'

/** Hands a notification to the gateway; throws where the gateway did not take it. */
export type Deliver = (notification: RawNotification) => Promise<unknown>

/**
 * Sends the charge's notification if it is due by the provider's clock, and plans the next one. Sent again
 * where it was not taken, so it may arrive more than once.
 *
 * @returns whether one was sent
 */
export async function notify(
  platform: Platform,
  provider: Provider,
  chargeId: string,
  deliver: Deliver,
): Promise<boolean> {
  const charge = await findCharge(platform.db, provider.id, chargeId)
  const now = providerNow(provider)
  if (!charge?.notifyAt) return false
  if (charge.notifyAt > now) {
    await notifyLater(platform.db, provider, charge)
    return false
  }
  await deliver(await signedNotification(platform, provider, charge))
  const notifyAt = nextNotifyAt(charge, now)
  if (await countNotified(platform.db, charge, notifyAt))
    await notifyLater(platform.db, provider, { ...charge, notifyAt })
  return true
}

async function signedNotification(
  { db }: Platform,
  provider: Provider,
  charge: Charge,
): Promise<RawNotification> {
  const { id, checkoutPublicId, amount, currency } = charge
  const { state } = statusOf(charge, providerNow(provider))
  const message = { chargeId: id, checkoutId: checkoutPublicId, amount: String(amount), currency, state }
  const body = Buffer.from(JSON.stringify(message))
  const key = await installationSecret(db, 'sandbox')
  return { headers: { [signatureHeader]: signBody(key, body) }, body }
}
