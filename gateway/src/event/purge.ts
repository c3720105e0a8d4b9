import type { Db } from '../platform/db/database.ts'
import { oldestKeptId } from './event.ts'
import { deleteEventsBefore, providersWithEvents } from './queries.ts'

const purgeRowsMax = 1_000

/** Deletes events older than 400 days, in batches. @returns how many */
export async function purgeEvents(db: Db): Promise<number> {
  const oldest = oldestKeptId()
  let purged = 0
  for (const providerId of await providersWithEvents(db)) {
    let deleted = purgeRowsMax
    while (deleted === purgeRowsMax) {
      deleted = await deleteEventsBefore(db, providerId, oldest, purgeRowsMax)
      purged += deleted
    }
  }
  return purged
}
