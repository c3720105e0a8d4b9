import { sql } from 'kysely'
import type { Lms } from '../../platform/index.ts'

const pageRows = 2000

/** Every row of a table of ours, in pages of the order of its key. */
export async function* rowsOf(
  lms: Lms,
  table: string,
  key: string,
): AsyncGenerator<Record<string, unknown>[]> {
  // The log has no key, and nobody writes it meanwhile but at its end.
  const order = key ? sql.ref(key) : sql.ref('cdate')
  for (let offset = 0, last: unknown; ; ) {
    const after = key && last !== undefined ? sql`where ${order} > ${last}` : sql``
    const skip = key ? sql`` : sql`offset ${sql.lit(offset)}`
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(table)} ${after}
      order by ${order} limit ${sql.lit(pageRows)} ${skip}`.execute(lms.db)
    if (rows.length > 0) yield rows
    if (rows.length < pageRows) return
    last = rows.at(-1)?.[key]
    offset += rows.length
  }
}
