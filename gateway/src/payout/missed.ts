import type { Db } from '../platform/db/database.ts'
import type { MissingPayment } from './payout.ts'
import { type Audience, missingPayments } from './queries/payouts.ts'

/** Contracts pay out daily, weekly or every two weeks; a holiday may come between. */
const missedAfterDays = 17
const shownMax = 100

/** Payments that should have been in a payout by now: at most 100, the oldest first. */
export function missedPayments(
  db: Db,
  providerId: number,
  audience: Audience = {},
): Promise<MissingPayment[]> {
  return missingPayments(db, providerId, { ...audience, days: missedAfterDays, limit: shownMax })
}
