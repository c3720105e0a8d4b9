import type { Db } from '../platform/db/database.ts'
import { warsawDate } from '../platform/warsaw-time.ts'
import { takeNumberOfDay } from './queries/reference-numbers.ts'

const dayMs = 86_400_000
/** A year of a million numbers a day: something is wrong long before. */
const daysMax = 366

/**
 * A reference number that nobody else has or will have: `yyyymmdd-nnnnnn`, the Warsaw day of the moment. When a
 * day's million is used up the next day's are taken. It commits by itself, so call it outside transactions: the
 * row of the day is locked for an instant only, and a number that then is not used is lost.
 */
export async function newReferenceNumber(db: Db, moment: Date): Promise<string> {
  // Noon: steps of 24 hours never skip or repeat a day when the clocks change.
  const first = Date.parse(`${warsawDate(moment)}T12:00:00Z`)
  for (let ahead = 0; ahead < daysMax; ahead++) {
    const day = new Date(first + ahead * dayMs).toISOString().slice(0, 10)
    const number = await takeNumberOfDay(db, day)
    if (number !== undefined) return `${day.replaceAll('-', '')}-${String(number).padStart(6, '0')}`
  }
  throw new Error(`all reference numbers of ${daysMax} days from ${moment.toISOString()} are used up`)
}
