import { sql } from 'kysely'
import type { Db, Lms, Tx } from '../../platform/index.ts'

/** What an installation wrote down, by the name of the step; empty before the first one. */
export async function readJournal(db: Db | Tx): Promise<Map<string, unknown>> {
  const { rows } = await sql<{ step: string; detail: string }>`
    select step, detail from billtech_install order by step`.execute(db)
  return new Map(rows.map(({ step, detail }) => [step, JSON.parse(detail) as unknown]))
}

export async function writeJournal(lms: Lms, tx: Db | Tx, step: string, detail: unknown): Promise<void> {
  const text = JSON.stringify(detail)
  const otherwise =
    lms.engine === 'postgres'
      ? sql`on conflict (step) do update set detail = excluded.detail`
      : sql`on duplicate key update detail = values(detail)`
  await sql`insert into billtech_install (step, detail) values (${step}, ${text}) ${otherwise}`.execute(tx)
}

/** The newest id of a table, 0 where it is empty. */
export async function newestId(db: Db | Tx, table: string): Promise<number> {
  const { rows } = await sql<{ id: number | null }>`select max(id) as id from ${sql.table(table)}`.execute(db)
  return Number(rows[0]?.id ?? 0)
}

export async function infoKeys(db: Db | Tx): Promise<string[]> {
  const { rows } = await sql<{ keytype: string }>`select distinct keytype from billtech_info`.execute(db)
  return rows.map(({ keytype }) => keytype)
}
