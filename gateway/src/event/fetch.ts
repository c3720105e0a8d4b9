import type { Db } from '../platform/db/database.ts'
import { advanceFetched } from './queries.ts'

export { fetchedId } from './queries.ts'

/** Notes that the provider has been given every event up to this one. The mark never goes back. */
export async function markFetched(db: Db, providerId: number, eventId: bigint): Promise<void> {
  if (eventId > 0n) await advanceFetched(db, providerId, eventId)
}
