import { sql } from 'kysely'
import type { Db } from '../../platform/db/database.ts'

/** The day's next number, no smaller than the least, or undefined where its million is used up. */
export async function takeNumberOfDay(db: Db, day: string, least: number): Promise<number | undefined> {
  const next = sql<number>`greatest(reference_number_day.last + 1, ${least})`
  const row = await db
    .insertInto('reference_number_day')
    .values({ day, last: least })
    .onConflict((conflict) =>
      conflict.column('day').doUpdateSet({ last: next }).where('reference_number_day.last', '<', 999_999),
    )
    .returning('last')
    .executeTakeFirst()
  return row?.last
}
