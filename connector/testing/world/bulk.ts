import { CompiledQuery } from 'kysely'
import type { Engine, Lms } from '../../src/platform/index.ts'
import { lmsSchema } from '../servers.ts'

export type Row = Record<string, string | number | null>

const rowsPerStatement = 1000

/** Rows of many tables that wait to be written, all rows of a table with the same columns. */
export class Bulk {
  readonly #rows = new Map<string, Row[]>()

  add(table: string, row: Row): void {
    const rows = this.#rows.get(table)
    if (rows) rows.push(row)
    else this.#rows.set(table, [row])
  }

  /** Writes everything, the tables in this order, in one transaction that trusts the rows to fit together. */
  async write(lms: Lms, tables: readonly string[]): Promise<void> {
    await lms.db.transaction().execute(async (tx) => {
      const checks = (on: boolean) =>
        lms.engine === 'postgres'
          ? `set local session_replication_role = ${on ? 'origin' : 'replica'}`
          : `set foreign_key_checks = ${Number(on)}, unique_checks = ${Number(on)}`
      await tx.executeQuery(CompiledQuery.raw(checks(false)))
      for (const table of tables) {
        const rows = this.#rows.get(table) ?? []
        for (let from = 0; from < rows.length; from += rowsPerStatement) {
          const text = insertOf(lms, table, rows.slice(from, from + rowsPerStatement))
          await tx.executeQuery(CompiledQuery.raw(text))
        }
      }
      await tx.executeQuery(CompiledQuery.raw(checks(true)))
    })
    const forgotten = [...this.#rows.keys()].filter((table) => !tables.includes(table))
    if (forgotten.length > 0) throw new Error(`no place in the order for ${forgotten.join(', ')}`)
    this.#rows.clear()
  }
}

/** Columns that an older release of LMS lacks are left out. */
function insertOf(lms: Lms, table: string, rows: readonly Row[]): string {
  const { engine } = lms
  const columns = Object.keys(rows[0] ?? {}).filter((column) => lms.has(table, column))
  const values = rows.map((row) => `(${columns.map((column) => literal(engine, row[column])).join(',')})`)
  return `insert into ${table} (${columns.join(',')}) values ${values.join(',')}`
}

function literal(engine: Engine, value: string | number | null | undefined): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'number') return String(value)
  const text = engine === 'mysql' ? value.replaceAll('\\', '\\\\') : value
  return `'${text.replaceAll("'", "''")}'`
}

/**
 * Runs work while the ledger's triggers rest, then computes all balances at once: row by row they would take
 * hours, for on PostgreSQL the cache of balances has no index.
 */
export async function withoutTriggers(lms: Lms, work: () => Promise<void>): Promise<void> {
  const run = (text: string) => lms.db.executeQuery(CompiledQuery.raw(text))
  const triggers = ['cash_after_insert', 'cash_after_update', 'cash_after_delete']
  if (lms.engine === 'postgres') await run('alter table cash disable trigger user')
  else for (const name of triggers) await run(`drop trigger if exists ${name}`)
  await work()
  await run('delete from customerbalances')
  await run(`insert into customerbalances (customerid, balance)
    select customerid, coalesce(sum(value * currencyvalue), 0) from cash
    where customerid is not null group by customerid`)
  if (lms.engine === 'postgres') {
    await run('alter table cash enable trigger user')
    await run('analyze')
    return
  }
  const schema = (await lmsSchema('mysql')).join('\n')
  for (const [statement] of schema.matchAll(/CREATE TRIGGER cash_[\s\S]*?\nEND;/g)) await run(statement)
  for (const table of ['cash', 'documents', 'customers', 'customercontacts'])
    await run(`analyze table ${table}`)
}

/** The next free id of a table. */
export async function nextId(lms: Lms, table: string): Promise<number> {
  const { rows } = await lms.db.executeQuery<{ id: number | null }>(
    CompiledQuery.raw(`select max(id) as id from ${table}`),
  )
  return Number(rows[0]?.id ?? 0) + 1
}

/** PostgreSQL's sequences know nothing of ids that were given. */
export async function moveSequences(lms: Lms, tables: readonly string[]): Promise<void> {
  if (lms.engine !== 'postgres') return
  for (const table of tables) {
    await lms.db.executeQuery(
      CompiledQuery.raw(
        `select setval('${table}_id_seq', (select coalesce(max(id), 0) + 1 from ${table}), false)`,
      ),
    )
  }
}
