import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { pino } from 'pino'
import { type LmsIni, writeSetting } from '../connector/src/lms/index.ts'
import {
  type DatabaseAccess,
  type Engine,
  type Lms,
  openLms,
  transact,
} from '../connector/src/platform/index.ts'
import { createTables } from '../connector/src/store/index.ts'
import { type Context, createContext } from '../connector/src/sync/links/index.ts'
import { startMariaDb } from '../connector/testing/mariadb.ts'
import { lmsSchema, runScripts } from '../connector/testing/servers.ts'
import { fillProvider } from '../connector/testing/world/generate.ts'
import { startEmbeddedPostgres } from '../gateway/src/platform/embedded-postgres/index.ts'
import type { BenchGateway } from './world.ts'

/** A server for LMS's database, apart from the gateway's. */
export interface LmsServer {
  create(name: string): Promise<DatabaseAccess>
  close(): Promise<void>
}

const bufferPoolBytes = 1024 ** 3

export async function startLmsServer(engine: Engine): Promise<LmsServer> {
  return engine === 'postgres' ? startPostgres() : startMaria()
}

async function startPostgres(): Promise<LmsServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bill-gateway-bench-lms-'))
  const server = await startEmbeddedPostgres({
    dataDir,
    role: 'gateway',
    report: (problem) => console.error(problem),
  })
  const url = new URL(server.url)
  const socket = url.searchParams.get('host')
  const accessTo = (database: string): DatabaseAccess => ({
    engine: 'postgres',
    host: url.hostname || 'localhost',
    ...(socket ? { socket } : {}),
    port: Number(url.port) || 5432,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database,
  })
  return {
    async create(name) {
      await runScripts(accessTo('postgres'), [`create database ${name} encoding 'UTF8' template template0`])
      await runScripts(accessTo(name), await lmsSchema('postgres'))
      return accessTo(name)
    },
    async close() {
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function startMaria(): Promise<LmsServer> {
  const server = await startMariaDb()
  const accessTo = (database: string): DatabaseAccess => ({
    ...{ engine: 'mysql' as const, host: '127.0.0.1', port: server.port },
    ...{ user: 'root', password: '', database },
  })
  await runScripts(accessTo('mysql'), [`set global innodb_buffer_pool_size = ${bufferPoolBytes}`])
  return {
    async create(name) {
      await runScripts(accessTo('mysql'), [`create database ${name} character set utf8mb4`])
      await runScripts(accessTo(name), await lmsSchema('mysql'))
      return accessTo(name)
    },
    close: () => server.remove(),
  }
}

export interface LmsBench {
  lms: Lms
  context: Context
  /** Statements that the connector has sent so far. */
  queries(): number
  close(): Promise<void>
}

/** A provider of so many customers with the connector’s tables, whose settings lead to the gateway. */
export async function openLmsBench(access: DatabaseAccess, gateway: BenchGateway, customers: number) {
  const lms = await openLms(access)
  await fillProvider(lms, { customers, seed: 1 })
  await createTables(lms)
  await sql
    .raw(lms.engine === 'postgres' ? 'vacuum analyze' : 'analyze table cash, documents, customers')
    .execute(lms.db)
  await enterSettings(lms, gateway)
  const log = pino({ level: 'silent' })
  const ini: LmsIni = { path: '', database: access, directories: { sysDir: '' }, section: () => ({}) }
  let sent = 0
  const db = lms.db.withPlugin({
    transformQuery({ node }) {
      sent++
      return node
    },
    transformResult: async ({ result }) => result,
  })
  const context = await createContext({ lms: { ...lms, db }, ini, log, zone: 'Europe/Warsaw' })
  const bench: LmsBench = { lms, context, queries: () => sent, close: () => lms.close() }
  return bench
}

async function enterSettings(lms: Lms, { port, authorization }: BenchGateway): Promise<void> {
  const [apiKey = '', apiSecret = ''] = Buffer.from(authorization.slice('Basic '.length), 'base64')
    .toString()
    .split(':')
  const settings = {
    api_url: `http://127.0.0.1:${port}`,
    api_key: apiKey,
    api_secret: apiSecret,
    isp_id: 'bench',
    append_customer_info: 'true',
  }
  await transact(lms, async (tx) => {
    await writeSetting(lms, tx, { section: 'phpui', variable: 'plugins' }, 'BillGateway')
    for (const [variable, value] of Object.entries(settings))
      await writeSetting(lms, tx, { section: 'billtech', variable }, value)
  })
}
