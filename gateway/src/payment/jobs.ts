import { eventRetentionDays } from '@bill-gateway/contract'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { TaskList } from '../platform/jobs.ts'
import type { Platform } from '../platform/platform.ts'
import { findProvider } from '../provider/index.ts'
import { checkIfDue } from './check.ts'
import { checkLater } from './check-later.ts'
import { deleteNotificationsBefore } from './queries/notifications.ts'
import { refundCrontab, refundTasks } from './refund/due.ts'
import { notifyOfCharge } from './sandbox-page.ts'
import { stopCheckouts } from './stop.ts'
import { sweep } from './sweep.ts'

const Id = Type.String({ pattern: '^\\d{1,18}$' })
const CheckPayload = Type.Object({ providerId: Type.Integer(), checkoutId: Id })
const NotifyPayload = Type.Object({ providerId: Type.Integer(), chargeId: Type.String() })
const StopPayload = Type.Object({
  providerId: Type.Integer(),
  linkId: Id,
  referenceNumber: Type.Optional(Type.Union([Type.String(), Type.Null()])),
})

export const paymentTasks: TaskList = {
  ...refundTasks,
  'checkout.check': async (payload, platform) => {
    const { providerId, checkoutId } = Value.Parse(CheckPayload, payload)
    await checkIfDue(platform, providerId, BigInt(checkoutId))
  },
  'checkouts.stop': async (payload, platform) => {
    const { providerId, linkId, referenceNumber } = Value.Parse(StopPayload, payload)
    await stopCheckouts(platform, providerId, BigInt(linkId), referenceNumber ?? undefined)
  },
  'sandbox.notify': async (payload, platform) => {
    const { providerId, chargeId } = Value.Parse(NotifyPayload, payload)
    const provider = await findProvider(platform.db, providerId)
    if (provider) await notifyOfCharge(platform, provider, chargeId)
  },
  'sweep-checkouts': async (_payload, platform) => {
    await sweepCheckouts(platform)
  },
  'purge-notifications': async (_payload, platform) => {
    await purgeNotifications(platform)
  },
}

export const paymentCrontab = [
  '* * * * * sweep-checkouts',
  '17 3 * * * purge-notifications',
  refundCrontab,
].join('\n')

/** Rings again for checkouts whose job is lost. @returns how many */
export const sweepCheckouts = ({ db }: Platform): Promise<number> => sweep(db, 'checkout', checkLater)

const dayMs = 86_400_000
const purgeRowsMax = 1_000

/** Deletes what methods sent us as long ago as events are kept. @returns how many */
export async function purgeNotifications({ db }: Platform): Promise<number> {
  const oldest = new Date(Date.now() - eventRetentionDays * dayMs)
  let purged = 0
  let deleted = purgeRowsMax
  while (deleted === purgeRowsMax) {
    deleted = await deleteNotificationsBefore(db, oldest, purgeRowsMax)
    purged += deleted
  }
  return purged
}
