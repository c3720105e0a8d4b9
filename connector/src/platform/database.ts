import { setTimeout as sleep } from 'node:timers/promises'
import { CompiledQuery, Kysely, MysqlDialect, PostgresDialect, sql, type Transaction } from 'kysely'
import { createPool } from 'mysql2'
import pg from 'pg'
import type { Tables } from './tables.ts'

/** `mysql` stands for MariaDB and MySQL. */
export type Engine = 'postgres' | 'mysql'

/** Where an LMS database is and who may enter it. With `socket`, host and port do not count. */
export interface DatabaseAccess {
  engine: Engine
  host?: string
  port?: number
  /** MariaDB and MySQL: path of the socket. PostgreSQL: the folder that holds it. */
  socket?: string
  user: string
  password: string
  database: string
}

export type Db = Kysely<Tables>
export type Tx = Transaction<Tables>

/** One opened LMS database. Integers come as numbers, money as exact text, times as epoch seconds. */
export interface Lms {
  engine: Engine
  /** False for PostgreSQL and for MySQL proper. */
  isMariaDb: boolean
  /** As the server says it, such as `15.18` or `10.11.19-MariaDB`. */
  version: string
  access: DatabaseAccess
  db: Db
  /** Whether this release of LMS has the column; what was there when the database was opened. */
  has(table: string, column: string): boolean
  close(): Promise<void>
}

export interface OpenOptions {
  /** Most connections at once; 8 unless told. */
  connections?: number
  /** Told of connections that broke while idle; the pool replaces them. */
  onError?: (error: Error) => void
}

const connectTimeoutMs = 10_000
const statementTimeoutMs = 300_000
const lockTimeoutMs = 10_000
/** Longer than any transaction of ours computes between two statements. */
const idleInTransactionTimeoutMs = 60_000
const closeAtMostMs = 3_000

/**
 * Opens the database that LMS works on, as LMS sets its connections up: no operator, the empty sql_mode, UTF-8.
 *
 * @throws where the server cannot be reached or refuses: the driver's error
 */
export async function openLms(access: DatabaseAccess, options: OpenOptions = {}): Promise<Lms> {
  const db = new Kysely<Tables>({
    dialect: access.engine === 'postgres' ? postgresDialect(access, options) : mysqlDialect(access, options),
  })
  try {
    const version = await readVersion(db)
    const columns = await readColumns(db, access.engine)
    return {
      engine: access.engine,
      isMariaDb: /mariadb/i.test(version),
      version,
      access,
      db,
      has: (table, column) => columns.has(`${table}.${column}`),
      close: () => closeWithin(db),
    }
  } catch (error) {
    await db.destroy()
    throw error
  }
}

const integerParser = (text: string) => Number(text)
/** int8 as a number: ids and times stay far below 2^53. */
const postgresTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8
      ? integerParser
      : pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
}

function postgresDialect(
  access: DatabaseAccess,
  { connections = 8, onError = () => undefined }: OpenOptions,
) {
  const pool = new pg.Pool({
    host: access.socket ?? access.host ?? 'localhost',
    port: access.port ?? 5432,
    user: access.user,
    password: access.password,
    database: access.database,
    types: postgresTypes,
    application_name: 'bill-gateway-lms',
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    max: connections,
  })
  pool.on('error', onError)
  pool.on('connect', (client) => client.on('error', onError))
  const setUp = `select set_config('lms.current_user', '0', false),
    set_config('statement_timeout', '${statementTimeoutMs}', false),
    set_config('lock_timeout', '${lockTimeoutMs}', false),
    set_config('idle_in_transaction_session_timeout', '${idleInTransactionTimeoutMs}', false),
    set_config('client_encoding', 'UTF8', false)`
  return new PostgresDialect({
    pool,
    onCreateConnection: async (connection) => {
      await connection.executeQuery(CompiledQuery.raw(setUp))
    },
  })
}

function mysqlDialect(access: DatabaseAccess, { connections = 8 }: OpenOptions) {
  const place = access.socket
    ? { socketPath: access.socket }
    : { host: access.host ?? 'localhost', port: access.port ?? 3306 }
  const pool = createPool({
    ...place,
    user: access.user,
    password: access.password,
    database: access.database,
    charset: 'utf8mb4',
    supportBigNumbers: true,
    connectTimeout: connectTimeoutMs,
    enableKeepAlive: true,
    connectionLimit: connections,
  })
  // Only MariaDB reads what stands in /*M! */: MySQL knows no limit of that name.
  const setUp = `set @lms_current_user = 0, sql_mode = '', group_concat_max_len = 1073741824,
    innodb_lock_wait_timeout = ${Math.ceil(lockTimeoutMs / 1000)}, autocommit = 1
    /*M!100100 , max_statement_time = ${Math.ceil(statementTimeoutMs / 1000)} */`
  return new MysqlDialect({
    pool,
    onCreateConnection: async (connection) => {
      await connection.executeQuery(CompiledQuery.raw(setUp))
    },
  })
}

async function readVersion(db: Db): Promise<string> {
  const { rows } = await sql<{ version: string }>`select version() as version`.execute(db)
  const said = rows[0]?.version ?? ''
  return /^PostgreSQL (\S+)/.exec(said)?.[1] ?? said
}

async function readColumns(db: Db, engine: Engine): Promise<Set<string>> {
  const schema = engine === 'postgres' ? sql`any (current_schemas(false))` : sql`database()`
  const { rows } = await sql<{ t: string; c: string }>`
    select table_name as t, column_name as c from information_schema.columns where table_schema = ${schema}
  `.execute(db)
  return new Set(rows.map(({ t, c }) => `${t}.${c}`))
}

/** A connection that broke may never say that it has ended; a process that stops does not wait for that. */
async function closeWithin(db: Db): Promise<void> {
  const closed = new AbortController()
  const patience = sleep(closeAtMostMs, undefined, { signal: closed.signal }).catch(() => undefined)
  await Promise.race([db.destroy(), patience]).finally(() => closed.abort())
}
