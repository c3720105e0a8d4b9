import type { Db } from '../platform/db/database.ts'
import { ApiError } from '../platform/http/errors.ts'
import { oldestKeptId } from './event.ts'
import { keepsEventUpTo } from './queries.ts'

/**
 * Events are deleted oldest first: where one up to the cursor is still there, none after it is missing, however
 * old the cursor. 0 is before everything.
 *
 * @throws ApiError 410 where events after the cursor may have been deleted
 */
export async function refuseExpired(db: Db, providerId: number, cursor: bigint): Promise<void> {
  if (cursor === 0n || cursor >= oldestKeptId()) return
  if (!(await keepsEventUpTo(db, providerId, cursor))) throw new ApiError('events_expired')
}
