import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DatabaseAccess, type Engine, type Lms, openLms } from '../src/platform/index.ts'
import { type Entries, entriesOf } from './entries/index.ts'
import { oldTables } from './old-plugin.ts'
import { cutConnections, lmsSchema, olderSchema, runScripts, testServer } from './servers.ts'
import { fillProvider } from './world/generate.ts'

/** One spec for both: `describe.each(engines)('…on %s', (engine) => …)`. */
export const engines: Engine[] = ['postgres', 'mysql']

/** Also seen: `character set utf8mb3 collate utf8mb3_polish_ci`, by TEST_MARIADB_CHARSET. */
const usualCharset = 'character set utf8mb4 collate utf8mb4_general_ci'

export interface WorldOptions {
  /** Customers of a realistic provider, made by the generator; none unless told. */
  customers?: number
  /** Same seed, same provider; 1 unless told. */
  seed?: number
  /** The connector's own tables, those of the old plugin, or none; `ours` unless told. */
  tables?: 'ours' | 'none' | 'old'
  /** LMS as it was before the columns that `Lms.has` is asked for. */
  older?: boolean
  /** Connections of the pool; 8 unless told. */
  connections?: number
}

/** An LMS database of one test file, with one division, an operator and what installations have. */
export interface World extends Entries {
  engine: Engine
  lms: Lms
  access: DatabaseAccess
  /** Path of an lms.ini that names this database. */
  ini: string
  /** A folder of this world, gone when it closes; `sys_dir` of the ini. */
  folder: string
  /** One more pool on the same database, closed with the world. */
  open(connections?: number): Promise<Lms>
  /** Breaks every connection to this database but one's own, as a restart of the server does. */
  cutConnections(): Promise<void>
  close(): Promise<void>
}

/** Makes a fresh LMS database on the server that the test run started. Close it when the tests are done. */
export async function startLmsWorld(engine: Engine, options: WorldOptions = {}): Promise<World> {
  const { customers = 0, seed = 1, tables = 'ours', connections = 8, older = false } = options
  const database = `lms_${randomBytes(6).toString('hex')}`
  const access = testServer(engine, database)
  const maintenance = testServer(engine, engine === 'postgres' ? 'postgres' : 'mysql')
  await createDatabase(engine, database)
  const folder = await mkdtemp(join(tmpdir(), 'lms-world-'))
  const ini = join(folder, 'lms.ini')
  await writeFile(ini, iniOf(access, folder))
  if (older) await runScripts(access, [olderSchema(engine)])
  if (tables === 'old') await runScripts(access, oldTables(engine))
  const lms = await openLms(access, { connections })
  const opened = [lms]
  const entries = entriesOf(lms)
  await entries.addProvider()
  if (customers > 0) await fillProvider(lms, { customers, seed })
  if (tables === 'ours') await makeOwnTables(lms)
  return {
    engine,
    lms,
    access,
    ini,
    folder,
    ...entries,
    async open(more = 8) {
      const another = await openLms(access, { connections: more })
      opened.push(another)
      return another
    },
    cutConnections: () => cutConnections(maintenance, database),
    async close() {
      await Promise.all(opened.map((each) => each.close().catch(() => undefined)))
      const force = engine === 'postgres' ? ' with (force)' : ''
      await runScripts(maintenance, [`drop database if exists ${database}${force}`])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function createDatabase(engine: Engine, database: string): Promise<void> {
  if (engine === 'postgres') {
    const template = process.env.LMS_POSTGRES_TEMPLATE
    await runScripts(testServer(engine, 'postgres'), [`create database ${database} template ${template}`])
    return
  }
  await runScripts(testServer(engine, 'mysql'), [
    `create database ${database} ${process.env.TEST_MARIADB_CHARSET ?? usualCharset}`,
  ])
  await runScripts(testServer(engine, database), await lmsSchema(engine))
}

/** Asked for only here, so that tests of lower rooms need no higher one. */
async function makeOwnTables(lms: Lms): Promise<void> {
  const { createTables } = await import('../src/store/index.ts')
  await createTables(lms)
}

function iniOf(access: DatabaseAccess, folder: string): string {
  const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`
  return [
    '[database]',
    `type = ${access.engine === 'postgres' ? 'postgres' : 'mysqli'}`,
    `host = ${quoted(access.socket ?? `${access.host}:${access.port}`)}`,
    `user = ${quoted(access.user)}`,
    `password = ${quoted(access.password)}`,
    `database = ${quoted(access.database)}`,
    '',
    '[directories]',
    `sys_dir = ${quoted(folder)}`,
    '',
  ].join('\n')
}
