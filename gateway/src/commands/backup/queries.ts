import type pg from 'pg'

/** Never in a back-up: they belong to one running installation, and the tables of jobs to their library. */
const leftOut = ['schema_migration', 'schema_migration_lock', 'worker_beat']

export interface Table {
  name: string
  /** Generated columns are left out: they cannot be loaded. */
  columns: string[]
}

/** Everything of ours, tables that others refer to first. */
export async function tablesInLoadingOrder(client: pg.ClientBase): Promise<Table[]> {
  const { rows } = await client.query<Table>(
    `select relation.relname as name, array_agg(attname::text order by attnum) as columns
     from pg_class relation
     join pg_attribute on attrelid = relation.oid and attnum > 0 and not attisdropped and attgenerated = ''
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
       and relation.relname <> all ($1)
     group by relation.relname order by relation.relname`,
    [leftOut],
  )
  const { rows: references } = await client.query<{ from: string; to: string }>(
    `select conrelid::regclass::text as from, confrelid::regclass::text as to from pg_constraint
     where contype = 'f' and connamespace = 'public'::regnamespace and conrelid <> confrelid`,
  )
  const ordered: Table[] = []
  while (ordered.length < rows.length) {
    const done = new Set(ordered.map((table) => table.name))
    const next = rows.filter(
      ({ name }) => !done.has(name) && references.every(({ from, to }) => from !== name || done.has(to)),
    )
    if (next.length === 0) throw new Error('Tables refer to each other in a circle and cannot be ordered.')
    ordered.push(...next)
  }
  return ordered
}

export interface Sequence {
  name: string
  value: string
  called: boolean
}

export async function sequences(client: pg.ClientBase): Promise<Sequence[]> {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class
     where relkind = 'S' and relnamespace = 'public'::regnamespace order by relname`,
  )
  const found: Sequence[] = []
  for (const { name } of rows) {
    const { rows: states } = await client.query<{ value: string; called: boolean }>(
      `select last_value::text as value, is_called as called from ${quoted(name)}`,
    )
    found.push(...states.map((state) => ({ name, ...state })))
  }
  return found
}

export async function setSequence(client: pg.ClientBase, { name, value, called }: Sequence): Promise<void> {
  await client.query('select setval($1::regclass, $2::bigint, $3)', [quoted(name), value, called])
}

export async function appliedMigrations(client: pg.ClientBase): Promise<string[]> {
  const { rows: tables } = await client.query<{ there: boolean }>(
    `select to_regclass('public.schema_migration') is not null as there`,
  )
  if (!tables[0]?.there) return []
  const { rows } = await client.query<{ name: string }>('select name from schema_migration order by name')
  return rows.map((row) => row.name)
}

/** A rough count, from the last analyze: for showing progress only. */
export async function estimatedRows(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<{ sum: string }>(
    `select coalesce(sum(greatest(reltuples, 0)), 0)::bigint as sum from pg_class
     where relnamespace = 'public'::regnamespace and relkind = 'r'`,
  )
  return Number(rows[0]?.sum ?? 0)
}

/** The first of the tables that has a row. */
export async function tableWithRows(
  client: pg.ClientBase,
  tables: readonly Table[],
): Promise<string | undefined> {
  for (const { name } of tables) {
    const { rowCount } = await client.query(`select from ${quoted(name)} limit 1`)
    if (rowCount) return name
  }
  return undefined
}

export function copyOut({ name, columns }: Table): string {
  return `copy ${quoted(name)} (${columns.map(quoted).join(', ')}) to stdout`
}

export function copyIn({ name, columns }: Table): string {
  return `copy ${quoted(name)} (${columns.map(quoted).join(', ')}) from stdin`
}

/**
 * Numbers may have been given after the back-up that it knows nothing of, and stand in titles of transfers. So
 * those of every day from the back-up's to today count as used up, and tomorrow's as far as the day has gone:
 * a second restore of the day then cannot give a number of the first one's again.
 */
export async function retireReferenceNumbers(client: pg.ClientBase, backedUpAt: string): Promise<void> {
  await client.query(
    `with clock as (select now() at time zone 'Europe/Warsaw' as wall),
     retired as (
       select day::date, 999999 as last from clock,
         generate_series(
           least(($1::timestamptz at time zone 'Europe/Warsaw')::date, wall::date), wall::date, interval '1 day'
         ) as day
       union all
       select wall::date + 1, floor(extract(epoch from wall::time) / 86400 * 999999)::int from clock
       union all
       select day, 999999 from reference_number_day, clock where day > wall::date + 1
     )
     insert into reference_number_day (day, last) select day, last from retired
     on conflict (day) do update set last = greatest(reference_number_day.last, excluded.last)`,
    [backedUpAt],
  )
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
