import type { Engine } from '../platform/index.ts'
import type { Catalog, ForeignKey, Standing } from './catalog.ts'
import { type Column, type Table, tables } from './shape.ts'

/** One step towards the shape. */
export interface Change {
  table: string
  /** In words, for the report. */
  says: string
  statement: string
}

/** Tables and columns that are missing, and old foreign keys that have to go. Nothing where all is there. */
export function planColumns(catalog: Catalog, engine: Engine): Change[] {
  return tables.flatMap((table) => {
    const standing = catalog.get(table.name)
    return standing ? changesOf(table, standing, engine) : [creation(table, engine)]
  })
}

function creation(table: Table, engine: Engine): Change {
  const lines = table.columns.map(({ name, definition }) => `${name} ${definition[engine]}`)
  if (table.primaryKey) lines.push(`PRIMARY KEY (${table.primaryKey})`)
  const engineClause = engine === 'mysql' ? ' ENGINE = InnoDB' : ''
  return {
    table: table.name,
    says: `table ${table.name} made`,
    statement: `CREATE TABLE ${table.name} (\n  ${lines.join(',\n  ')}\n)${engineClause}`,
  }
}

function changesOf(table: Table, standing: Standing, engine: Engine): Change[] {
  const { name } = table
  const dropped = standing.foreignKeys.map((key) => ({
    table: name,
    says: `${name}: foreign key ${key.name} taken off (what LMS deletes must not take our rows along)`,
    statement: `ALTER TABLE ${name} DROP ${engine === 'postgres' ? 'CONSTRAINT' : 'FOREIGN KEY'} ${key.name}`,
  }))
  const added = table.columns
    .filter((column) => !standing.columns.has(column.name))
    .map((column) => ({
      table: name,
      says: `${name}: column ${column.name} added`,
      statement: `ALTER TABLE ${name} ADD COLUMN ${column.name} ${column.definition[engine]}`,
    }))
  return [...dropped, ...added, ...widened(table, standing, engine)]
}

/** The old plugin kept short values only; cursors and lists are longer. */
function widened(table: Table, standing: Standing, engine: Engine): Change[] {
  const found = standing.columns.get('keyvalue')
  if (table.name !== 'billtech_info' || !found || found.type.includes('text')) return []
  const how = engine === 'postgres' ? 'ALTER COLUMN keyvalue TYPE text' : 'MODIFY COLUMN keyvalue text NULL'
  return [
    {
      table: table.name,
      says: `${table.name}: column keyvalue takes long text (was ${found.type})`,
      statement: `ALTER TABLE ${table.name} ${how}`,
    },
  ]
}

/** Indexes that are missing; without them, putting rows in order takes for ever. */
export function planIndexes(catalog: Catalog, engine: Engine): Change[] {
  return tables.flatMap((table) => {
    const standing = catalog.get(table.name)
    return standing ? missingIndexes(table, standing, engine, 'INDEX', table.indexes) : []
  })
}

/** Primary and unique keys that are missing; made after rows have been put in order. */
export function planKeys(catalog: Catalog, engine: Engine): Change[] {
  return tables.flatMap((table) => {
    const standing = catalog.get(table.name)
    if (!standing) return []
    return [
      ...primaryKeyOf(table, standing),
      ...missingIndexes(table, standing, engine, 'UNIQUE INDEX', table.unique),
    ]
  })
}

function primaryKeyOf(table: Table, standing: Standing): Change[] {
  if (!table.primaryKey || standing.hasPrimaryKey) return []
  return [
    {
      table: table.name,
      says: `${table.name}: primary key ${table.primaryKey} added`,
      statement: `ALTER TABLE ${table.name} ADD PRIMARY KEY (${table.primaryKey})`,
    },
  ]
}

function missingIndexes(
  table: Table,
  standing: Standing,
  engine: Engine,
  kind: string,
  indexes: Table['indexes'],
): Change[] {
  return Object.entries(indexes)
    .filter(([index]) => !standing.indexes.has(index))
    .map(([index, columns]) => ({
      table: table.name,
      says: `${table.name}: ${kind.toLowerCase()} ${index} added`,
      statement: `CREATE ${kind} ${index} ON ${table.name} (${columnsIn(columns, engine)})`,
    }))
}

function columnsIn(columns: readonly string[], engine: Engine): string {
  return columns.map((column) => (engine === 'postgres' ? column.replace(/\(\d+\)$/, '') : column)).join(', ')
}

/** What the journal remembers of a table, so that uninstall can undo it. */
export interface TableRecord {
  /** Made by us: goes as a whole. */
  created: boolean
  columns: string[]
  indexes: string[]
  foreignKeys: ForeignKey[]
  /** Columns that were made wider, with the type that they had. */
  widened: Record<string, string>
  /** The newest row that the old plugin wrote; 0 in a table without ids. */
  lastOldId: number
  /** Keys that stood in billtech_info. */
  keys: string[]
}

/** What the changes do to a table, added to what earlier installations did to it. */
export function recordOf(
  table: Table,
  standing: Standing | undefined,
  before: TableRecord | undefined,
  found: Pick<TableRecord, 'lastOldId' | 'keys'>,
): TableRecord {
  if (!standing && !before) return { created: true, ...emptyRecord, ...found }
  if (before?.created) return before
  const missing = (column: Column) => !standing?.columns.has(column.name)
  const keyvalue = standing?.columns.get('keyvalue')
  const wide = table.name === 'billtech_info' && keyvalue && !keyvalue.type.includes('text')
  return {
    created: false,
    columns: union(
      before?.columns,
      table.columns.filter(missing).map(({ name }) => name),
    ),
    indexes: union(
      before?.indexes,
      Object.keys({ ...table.unique, ...table.indexes }).filter((name) => !standing?.indexes.has(name)),
    ),
    foreignKeys: before?.foreignKeys.length ? before.foreignKeys : (standing?.foreignKeys ?? []),
    widened: before?.widened ?? (wide ? { keyvalue: keyvalue.type } : {}),
    lastOldId: before?.lastOldId ?? found.lastOldId,
    keys: before?.keys ?? found.keys,
  }
}

const emptyRecord = { columns: [], indexes: [], foreignKeys: [], widened: {} }

function union(before: string[] = [], now: string[]): string[] {
  return [...new Set([...before, ...now])]
}
