import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { createConnection } from 'mysql2/promise'
import pg from 'pg'
import type { DatabaseAccess, Engine } from '../src/platform/index.ts'

const schemaFolder = fileURLToPath(new URL('world/', import.meta.url))

/** The statements that make LMS's tables, in order. */
export async function lmsSchema(engine: Engine): Promise<string[]> {
  const folder = `${schemaFolder}${engine}`
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(files.map((file) => readFile(`${folder}/${file}`, 'utf8')))
}

/** Takes away what older releases of LMS did not have. */
export function olderSchema(engine: Engine): string {
  return `
    ${engine === 'mysql' ? 'drop trigger customerassignments_start;' : ''}
    drop view customerview;
    drop view vcustomerassignments;
    alter table customerassignments ${engine === 'mysql' ? 'add key plain (customergroupid), drop key customergroupid,' : ''}
      drop column startdate, drop column enddate;
    alter table cash drop column notification;
    ${engine === 'mysql' ? 'alter table cashimport drop foreign key cashimport_ibfk_2, drop key sourceid;' : ''}
    alter table cashimport drop column extid, drop column srcaccount, drop column operdate;
  `
}

/** Ends all sessions of a database, told by another one. */
export async function cutConnections(maintenance: DatabaseAccess, database: string): Promise<void> {
  if (maintenance.engine === 'postgres') {
    const ends = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}'`
    await runScripts(maintenance, [ends])
    return
  }
  const connection = await createConnection(mysqlPlace(maintenance))
  try {
    const list = 'select id from information_schema.processlist where db = ?'
    const [rows] = await connection.execute(list, [database])
    for (const { id } of rows as { id: number }[])
      await connection.query(`kill connection ${id}`).catch(() => undefined)
  } finally {
    await connection.end()
  }
}

/** Runs scripts of several statements in a database; each script is sent as one text. */
export async function runScripts(access: DatabaseAccess, scripts: readonly string[]): Promise<void> {
  if (access.engine === 'postgres') return runOnPostgres(access, scripts)
  const connection = await createConnection({ ...mysqlPlace(access), multipleStatements: true })
  try {
    await connection.query("SET sql_mode = ''")
    for (const script of scripts) await connection.query(script)
  } finally {
    await connection.end()
  }
}

async function runOnPostgres(access: DatabaseAccess, scripts: readonly string[]): Promise<void> {
  const client = new pg.Client({
    host: access.socket ?? access.host,
    port: access.port,
    user: access.user,
    password: access.password,
    database: access.database,
  })
  await client.connect()
  try {
    for (const script of scripts) await client.query(script)
  } finally {
    await client.end()
  }
}

function mysqlPlace({ host, port, socket, user, password, database }: DatabaseAccess) {
  const place = socket ? { socketPath: socket } : { host: host ?? '127.0.0.1', port: port ?? 3306 }
  return { ...place, user, password, database, charset: 'utf8mb4' }
}

/** Access to a database of the server that the test run started. */
export function testServer(engine: Engine, database: string): DatabaseAccess {
  const name = engine === 'postgres' ? 'TEST_TEMPLATE_URL' : 'LMS_MARIADB_URL'
  const text = process.env[name]
  if (!text) {
    throw new Error(
      engine === 'postgres'
        ? `${name} is not set: run the tests by vitest, with its global setup`
        : 'There is no MariaDB for the tests: apt-get install mariadb-server-core mariadb-client-core, or name one in TEST_MARIADB_URL',
    )
  }
  const url = new URL(text)
  const socket = url.searchParams.get('host')
  return {
    engine,
    host: decodeURIComponent(url.hostname) || 'localhost',
    ...(socket ? { socket } : {}),
    port: Number(url.port) || (engine === 'postgres' ? 5432 : 3306),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database,
  }
}
