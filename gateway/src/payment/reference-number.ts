import type { Db } from '../platform/db/database.ts'
import { warsawDate, warsawTime } from '../platform/warsaw-time.ts'
import { takeNumberOfDay } from './queries/reference-numbers.ts'

const dayMs = 86_400_000
/** A year of a million numbers a day: something is wrong long before. */
const daysMax = 366
const numbersOfDay = 1_000_000

/**
 * Today's numbers go with the time of the day, as they do when nobody takes any: after a restore from an older
 * dump the numbers that were given since then are passed over. Other days, which only a test clock or a full
 * day comes to, are counted from 0.
 */
function leastOf(day: string, now = new Date()): number {
  const [today, time = ''] = warsawTime(now).split('T')
  if (day !== today) return 0
  const [hours = 0, minutes = 0, seconds = 0] = time.slice(0, 8).split(':').map(Number)
  return Math.floor(((hours * 3600 + minutes * 60 + seconds) / 86_400) * numbersOfDay)
}

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
    const number = await takeNumberOfDay(db, day, leastOf(day))
    if (number !== undefined) return `${day.replaceAll('-', '')}-${String(number).padStart(6, '0')}`
  }
  throw new Error(`all reference numbers of ${daysMax} days from ${moment.toISOString()} are used up`)
}
