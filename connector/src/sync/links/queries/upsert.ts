import { type RawBuilder, sql } from 'kysely'
import type { Lms, Tables, Tx } from '../../../platform/index.ts'

export interface UpsertColumns {
  /** The value that was to be inserted. */
  given(column: string): RawBuilder<unknown>
  /** The value that the row has. */
  stored(column: string): RawBuilder<unknown>
}

/** Inserts rows, or changes those that hold the same unique key. The order of the rows is kept. */
export async function upsert(
  lms: Lms,
  tx: Tx,
  table: keyof Tables,
  rows: readonly object[],
  key: string,
  change: (columns: UpsertColumns) => Record<string, RawBuilder<unknown>>,
): Promise<void> {
  if (rows.length === 0) return
  const insert = tx.insertInto(table).values([...rows] as never)
  const changes = change({
    given: (column) =>
      lms.engine === 'postgres' ? sql`${sql.ref(`excluded.${column}`)}` : sql`values(${sql.ref(column)})`,
    stored: (column) => sql`${sql.ref(`${table}.${column}`)}`,
  }) as never
  await (lms.engine === 'postgres'
    ? insert.onConflict((conflict) => conflict.column(key as never).doUpdateSet(changes))
    : insert.onDuplicateKeyUpdate(changes)
  ).execute()
}

/** Equal, or both null. */
export function sameOrNull(lms: Lms, a: RawBuilder<unknown>, b: RawBuilder<unknown>): RawBuilder<boolean> {
  return lms.engine === 'postgres'
    ? sql<boolean>`${a} is not distinct from ${b}`
    : sql<boolean>`${a} <=> ${b}`
}
