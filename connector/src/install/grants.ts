import type { DatabaseAccess } from '../platform/index.ts'
import { ownTables } from '../store/index.ts'

/** LMS's tables and views that are read, each with a column that it has in every release that has the table. */
const read: Record<string, string> = {
  addresses: 'id',
  assignments: 'id',
  cash: 'id',
  cashimport: 'id',
  cashsources: 'id',
  customerassignments: 'customerid',
  customerbalances: 'customerid',
  customerconsents: 'customerid',
  customercontactproperties: 'contactid',
  customercontacts: 'id',
  customergroups: 'id',
  customers: 'id',
  daemonconfig: 'id',
  daemoninstances: 'id',
  dbinfo: 'keytype',
  debitnotecontents: 'docid',
  divisions: 'id',
  documents: 'id',
  invoicecontents: 'docid',
  logmessagedata: 'logmessageid',
  logmessagekeys: 'logmessageid',
  logmessages: 'id',
  logtransactions: 'id',
  nodes: 'id',
  numberplans: 'id',
  sourcefiles: 'id',
  taxes: 'id',
  uiconfig: 'id',
  users: 'id',
  vcustomerassignments: 'customerid',
  vnodes: 'id',
}

/** What is written of LMS's: payments, the cached balance, the block, the settings. */
const written: readonly { table: string; columns: readonly string[]; rows: readonly string[] }[] = [
  { table: 'cash', columns: ['value'], rows: ['INSERT', 'DELETE'] },
  { table: 'customerbalances', columns: ['customerid', 'balance'], rows: ['INSERT', 'DELETE'] },
  { table: 'customers', columns: ['cutoffstop', 'status', 'message'], rows: [] },
  { table: 'nodes', columns: ['access', 'warning'], rows: [] },
  { table: 'assignments', columns: ['invoice'], rows: [] },
  { table: 'uiconfig', columns: ['value', 'disabled', 'configid'], rows: ['INSERT', 'DELETE'] },
]
const sequences = ['cash_id_seq', 'uiconfig_id_seq']

/**
 * The least rights that the connector works with, as statements for the owner of the database. Install and
 * uninstall make and drop tables: they are run as that owner.
 *
 * @param has whether this release of LMS has a column of a table
 */
export function grants(
  { engine, database }: Pick<DatabaseAccess, 'engine' | 'database'>,
  user: string,
  has: (table: string, column: string) => boolean,
): string[] {
  const known = Object.entries(read).filter(([table, column]) => has(table, column))
  const changes = written
    .filter(({ table }) => known.some(([name]) => name === table))
    .map(({ rows, columns, table }) => ({
      table,
      rights: [...rows, `UPDATE (${columns.filter((column) => has(table, column)).join(', ')})`].join(', '),
    }))
  const tables = known.map(([table]) => table)
  return engine === 'postgres'
    ? forPostgres(database, quoted(user, '"'), tables, changes)
    : forMysql(database, `${quoted(user, "'")}@'localhost'`, tables, changes)
}

function quoted(name: string, quote: string): string {
  return `${quote}${name.replaceAll(quote, quote + quote)}${quote}`
}

type Changes = readonly { table: string; rights: string }[]

function forPostgres(database: string, user: string, tables: readonly string[], changes: Changes): string[] {
  const own = ownTables.map(({ name }) => name)
  return [
    `-- CREATE ROLE ${user} LOGIN PASSWORD '…';`,
    `GRANT CONNECT ON DATABASE ${quoted(database, '"')} TO ${user};`,
    `GRANT USAGE ON SCHEMA public TO ${user};`,
    `GRANT SELECT ON ${tables.join(', ')} TO ${user};`,
    ...changes.map(({ table, rights }) => `GRANT ${rights} ON ${table} TO ${user};`),
    `GRANT USAGE ON SEQUENCE ${sequences.join(', ')} TO ${user};`,
    '-- After the installation:',
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ${own.join(', ')} TO ${user};`,
    `GRANT USAGE ON SEQUENCE ${idSequences().join(', ')} TO ${user};`,
  ]
}

function idSequences(): string[] {
  return ownTables
    .filter(({ columns }) => columns.some(({ name }) => name === 'id'))
    .map(({ name }) => `${name}_id_seq`)
}

function forMysql(database: string, user: string, tables: readonly string[], changes: Changes): string[] {
  const place = (table: string) => `${quoted(database, '`')}.${table}`
  return [
    `-- CREATE USER ${user} IDENTIFIED BY '…';`,
    ...tables.map((table) => `GRANT SELECT ON ${place(table)} TO ${user};`),
    ...changes.map(({ table, rights }) => `GRANT ${rights} ON ${place(table)} TO ${user};`),
    '-- After the installation:',
    ...ownTables.map(({ name }) => `GRANT SELECT, INSERT, UPDATE, DELETE ON ${place(name)} TO ${user};`),
  ]
}
