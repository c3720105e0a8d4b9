import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { type Database, openDatabase } from '../gateway/src/platform/db/database.ts'
import { migrate } from '../gateway/src/platform/db/migrate.ts'
import { startEmbeddedPostgres } from '../gateway/src/platform/embedded-postgres/index.ts'
import { createKey, createProvider } from '../gateway/src/provider/index.ts'

/** Connections that the gateway and the bare SQL alike may use. */
export const connections = 4

export interface World {
  /** A migrated database of its own with one test provider, and a gateway process on it. */
  open(name: string): Promise<BenchGateway>
  close(): Promise<void>
}

export interface BenchGateway {
  database: Database
  url: string
  providerId: number
  port: number
  authorization: string
  close(): Promise<void>
}

/** PostgreSQL as the product runs it, fsync on, in a fresh folder. */
export async function startWorld(): Promise<World> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bill-gateway-bench-'))
  const server = await startEmbeddedPostgres({
    dataDir,
    role: 'gateway',
    report: (problem) => console.error(problem),
  })
  const opened: BenchGateway[] = []
  return {
    async open(name) {
      const gateway = await openGateway(server.url, name)
      opened.push(gateway)
      return gateway
    },
    async close() {
      for (const gateway of opened) await gateway.close()
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function openGateway(serverUrl: string, name: string): Promise<BenchGateway> {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  const location = new URL(serverUrl)
  location.pathname = `/${name}`
  const url = location.href
  const database = openDatabase(url, connections, (error) => console.error(error.message))
  await migrate(database)
  const provider = await createProvider(database.db, { code: 'bench', name: 'NETIX Sp. z o.o.', test: true })
  const { apiKey, apiSecret } = await createKey(database.db, provider.id)
  const port = await freePort()
  const process = await startProcess(
    fileURLToPath(new URL('../gateway/dist/main.js', import.meta.url)),
    ['serve'],
    port,
    {
      DATABASE_URL: url,
      DATABASE_POOL: String(connections),
      LOG_LEVEL: 'warn',
      RATE_LIMIT_PAGE: '999999',
      RATE_LIMIT_MISS: '999999',
    },
  )
  return {
    database,
    url,
    providerId: provider.id,
    port,
    authorization: `Basic ${Buffer.from(`${apiKey}:${apiSecret}`).toString('base64')}`,
    async close() {
      await stopProcess(process)
      await database.close()
    },
  }
}

/** Starts a server of Node on the port and waits until it answers. */
export async function startProcess(
  script: string,
  args: string[],
  port: number,
  environment: Record<string, string> = {},
): Promise<ChildProcess> {
  const child = spawn(process.execPath, [script, ...args], {
    env: {
      ...process.env,
      NODE_ENV: 'production',
      PORT: String(port),
      HOST: '127.0.0.1',
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new Error(`${script} ended with ${child.exitCode}`)
    const answer = await fetch(`http://127.0.0.1:${port}/health/live`).catch(() => undefined)
    if (answer?.ok) return child
    await sleep(100)
  }
  child.kill('SIGKILL')
  throw new Error(`${script} does not answer on port ${port}`)
}

export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}

let made = 0

/** An item of the API as a provider sends it, of a payer never seen before. */
export function newItem() {
  const n = made++
  return {
    userId: `bench-${runId}-${n}`,
    amount: 100 + (n % 9_000) / 100,
    nrb: '61109010140000071219812874',
    title: `FV ${n}/11/2026`,
    paymentDue: '2026-12-06',
    name: 'Katarzyna',
    surname: 'Wiśniewska-Kowalczyk',
    email: `payer${n}@example.com`,
    operationId: n,
  }
}

const runId = randomBytes(3).toString('hex')
