import { deliveriesKeptDays, eventRetentionDays } from '@bill-gateway/contract'
import type { Db } from '../platform/db/database.ts'
import type { TaskList } from '../platform/jobs.ts'
import {
  deleteDeliveries,
  deleteEndpointRow,
  deleteReplaysDone,
  endpointsToPurge,
} from './queries/deliveries.ts'

const dayMs = 86_400_000
const purgeRowsMax = 1_000
/** Beyond every id. */
const all = 10n ** 18n

export const webhookTasks: TaskList = {
  'purge-webhooks': async (_payload, { db }) => {
    await purgeWebhooks(db)
  },
}

export const webhookCrontab = '23 3 * * * purge-webhooks'

/**
 * Deletes deliveries and replays that ended 30 days ago; deliveries that did not end, shortly before their events
 * go; and, by and by, what is left of deleted endpoints.
 *
 * @returns how many deliveries
 */
export async function purgeWebhooks(db: Db, now = Date.now()): Promise<number> {
  const idAt = (days: number) => BigInt(now - days * dayMs) * 1000n
  const old = { endedBefore: idAt(deliveriesKeptDays), anyBefore: idAt(eventRetentionDays - 1) }
  let purged = 0
  for (const endpoint of await endpointsToPurge(db)) {
    const limits = endpoint.isDeleted ? { endedBefore: all, anyBefore: all } : old
    let deleted = purgeRowsMax
    while (deleted === purgeRowsMax) {
      deleted = await deleteDeliveries(db, endpoint, limits, purgeRowsMax)
      purged += deleted
    }
    await deleteReplaysDone(db, endpoint, new Date(now - deliveriesKeptDays * dayMs))
    if (endpoint.isDeleted) await deleteEndpointRow(db, endpoint)
  }
  return purged
}
