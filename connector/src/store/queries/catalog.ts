import { sql } from 'kysely'
import type { Db, Lms, Tx } from '../../platform/index.ts'
import type { Catalog, ForeignKey, Standing } from '../catalog.ts'
import { tables } from '../shape.ts'

const names = tables.map(({ name }) => name)

const schemaOf = ({ engine }: Lms) => (engine === 'postgres' ? sql`current_schema()` : sql`database()`)
const ours = () => sql`(${sql.join(names)})`

/** Which of our tables stand here, and how. */
export async function readCatalog(lms: Lms): Promise<Catalog> {
  const catalog: Catalog = new Map()
  for (const column of await readColumns(lms)) {
    const standing = catalog.get(column.t) ?? nothing()
    standing.columns.set(column.c, { type: column.type, hasDefault: Number(column.defaults) === 1 })
    catalog.set(column.t, standing)
  }
  for (const { t, i } of await readIndexes(lms)) catalog.get(t)?.indexes.add(i)
  for (const { t } of await readPrimaryKeys(lms)) {
    const standing = catalog.get(t)
    if (standing) standing.hasPrimaryKey = true
  }
  for (const { t, ...foreignKey } of await readForeignKeys(lms)) {
    catalog.get(t)?.foreignKeys.push(described(foreignKey))
  }
  return catalog
}

function nothing(): Standing {
  return { columns: new Map(), indexes: new Set(), hasPrimaryKey: false, foreignKeys: [] }
}

async function readColumns(lms: Lms) {
  const automatic =
    lms.engine === 'postgres'
      ? sql`(column_default is not null or is_identity = 'YES')`
      : sql`(column_default is not null or extra like '%auto_increment%')`
  const type =
    lms.engine === 'postgres'
      ? sql`data_type || coalesce('(' || character_maximum_length || ')', '')`
      : sql`column_type`
  const { rows } = await sql<{ t: string; c: string; type: string; defaults: number }>`
    select table_name as t, column_name as c, ${type} as type, case when ${automatic} then 1 else 0 end as defaults
    from information_schema.columns
    where table_schema = ${schemaOf(lms)} and table_name in ${ours()}
    order by table_name, ordinal_position`.execute(lms.db)
  return rows
}

async function readIndexes(lms: Lms) {
  const query =
    lms.engine === 'postgres'
      ? sql<{ t: string; i: string }>`
          select tablename as t, indexname as i from pg_indexes
          where schemaname = current_schema() and tablename in ${ours()}`
      : sql<{ t: string; i: string }>`
          select distinct table_name as t, index_name as i from information_schema.statistics
          where table_schema = database() and table_name in ${ours()}`
  return (await query.execute(lms.db)).rows
}

async function readPrimaryKeys(lms: Lms) {
  const { rows } = await sql<{ t: string }>`
    select table_name as t from information_schema.table_constraints
    where table_schema = ${schemaOf(lms)} and constraint_type = 'PRIMARY KEY' and table_name in ${ours()}
  `.execute(lms.db)
  return rows
}

type FoundForeignKey = Omit<ForeignKey, 'definition'> & { rule: string }

async function readForeignKeys(lms: Lms): Promise<(FoundForeignKey & { t: string })[]> {
  const query =
    lms.engine === 'postgres'
      ? sql<FoundForeignKey & { t: string }>`
          select c.relname as t, k.conname as name, a.attname as "column", p.relname as parent,
            pa.attname as "parentColumn",
            case k.confdeltype when 'c' then 'CASCADE' when 'n' then 'SET NULL' when 'r' then 'RESTRICT'
              else 'NO ACTION' end as rule
          from pg_constraint k
          join pg_class c on c.oid = k.conrelid
          join pg_class p on p.oid = k.confrelid
          join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
          join pg_attribute pa on pa.attrelid = k.confrelid and pa.attnum = k.confkey[1]
          where k.contype = 'f' and c.relnamespace = current_schema()::regnamespace and c.relname in ${ours()}`
      : sql<FoundForeignKey & { t: string }>`
          select u.table_name as t, u.constraint_name as name, u.column_name as \`column\`,
            u.referenced_table_name as parent, u.referenced_column_name as \`parentColumn\`, r.delete_rule as rule
          from information_schema.key_column_usage u
          join information_schema.referential_constraints r
            on r.constraint_schema = u.constraint_schema and r.constraint_name = u.constraint_name
          where u.table_schema = database() and u.table_name in ${ours()}`
  return (await query.execute(lms.db)).rows
}

function described({ name, column, parent, parentColumn, rule }: FoundForeignKey): ForeignKey {
  const definition = `FOREIGN KEY (${column}) REFERENCES ${parent} (${parentColumn}) ON DELETE ${rule}`
  return { name, column, parent, parentColumn, definition }
}

/** Whether every table of ours stands here with all its columns. */
export async function tablesExist(lms: Lms): Promise<boolean> {
  const rows = await readColumns(lms)
  const found = new Set(rows.map(({ t, c }) => `${t}.${c}`))
  return tables.every((table) => table.columns.every((column) => found.has(`${table.name}.${column.name}`)))
}

/** Whether an installation left its journal here, finished or not. */
export async function isInstalled(lms: Lms): Promise<boolean> {
  return (await readColumns(lms)).some(({ t }) => t === 'billtech_install')
}

/** DDL of our own making; names and types come from shape.ts, never from outside. */
export async function runDdl(db: Db | Tx, statement: string): Promise<void> {
  await sql.raw(statement).execute(db)
}

/** How many rows have no parent any more: their foreign key cannot be put back. */
export async function countOrphans(lms: Lms, table: string, key: ForeignKey): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from ${sql.table(table)} ours
    where ours.${sql.ref(key.column)} is not null and not exists (
      select 1 from ${sql.table(key.parent)} theirs
      where theirs.${sql.ref(key.parentColumn)} = ours.${sql.ref(key.column)})`.execute(lms.db)
  return Number(rows[0]?.n ?? 0)
}
