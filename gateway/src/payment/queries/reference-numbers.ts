import { sql } from 'kysely'
import type { Db } from '../../platform/db/database.ts'

/** The day's next number from 0, or undefined where its million is used up. */
export async function takeNumberOfDay(db: Db, day: string): Promise<number | undefined> {
  const row = await db
    .insertInto('reference_number_day')
    .values({ day, last: 0 })
    .onConflict((conflict) =>
      conflict
        .column('day')
        .doUpdateSet({ last: sql`reference_number_day.last + 1` })
        .where('reference_number_day.last', '<', 999_999),
    )
    .returning('last')
    .executeTakeFirst()
  return row?.last
}
