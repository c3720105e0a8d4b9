import type { FastifyInstance } from 'fastify'
import { buildApp, startWork } from '../app.ts'
import { type Database, openDatabase } from '../platform/db/database.ts'
import { listenForSignals } from '../platform/db/signals.ts'
import { type Role, startEmbeddedPostgres } from '../platform/embedded-postgres/index.ts'
import { createLog, type Log } from '../platform/log.ts'
import type { Platform } from '../platform/platform.ts'
import { openKeyring } from '../platform/sealing.ts'
import { readSettings, type Settings } from '../settings.ts'
import type { Environment } from './context.ts'
import { makeReady } from './database.ts'
import { printFailure } from './failure.ts'
import { beginLifecycle, type Lifecycle } from './lifecycle.ts'
import { withPort } from './port.ts'

/** Together with the embedded database they leave room within the ten seconds that a stop may take. */
const requestsAtMostMs = 3_000
const jobsAtMostMs = 3_000
const databaseAtMostMs = 500
const embeddedAtMostMs = 6_000

export interface GatewayProcess {
  platform: Platform
  lifecycle: Lifecycle
}

export interface ProcessOptions {
  environment: Environment
  /** On the embedded database: a gateway keeps it running, and there is one at a time. */
  role: Role
  /** Brings the schema to this version, or refuses. */
  prepare?: (database: Database, settings: Settings) => Promise<void>
}

/**
 * Opens what a long-running process needs, starts it, and has everything closed again when told to stop.
 * Where it cannot start, it says why in a sentence and the process ends with status 1.
 */
export async function runProcess(
  { environment, role, prepare = makeReady }: ProcessOptions,
  start: (gateway: GatewayProcess) => Promise<void>,
): Promise<void> {
  const settings = await withPort(readSettings(environment))
  const log = createLog(settings.logLevel)
  const lifecycle = beginLifecycle((message, error) => log.error({ err: error }, message))
  try {
    const keyring = openKeyring(settings)
    const url = settings.databaseUrl ?? (await startEmbedded(settings, role, log, lifecycle))
    const onError = (error: Error) => log.warn({ err: error }, 'a database connection broke')
    const database = openDatabase(url, settings.databasePool, onError)
    lifecycle.onStop(databaseAtMostMs, () => database.close())
    await prepare(database, settings)
    const signals = listenForSignals(url, onError)
    lifecycle.onStop(databaseAtMostMs, () => signals.close())
    await start({ platform: { ...database, settings, signals, log, keyring }, lifecycle })
  } catch (error) {
    if (!lifecycle.stopping) printFailure(error, environment)
    await lifecycle.stop(1)
  }
}

async function startEmbedded(
  settings: Settings,
  role: Role,
  log: Log,
  lifecycle: Lifecycle,
): Promise<string> {
  const report = (problem: string, error?: unknown) => log.error({ err: error }, problem)
  const starting = startEmbeddedPostgres({ dataDir: settings.dataDir, role, report })
  lifecycle.onStop(embeddedAtMostMs, async () => (await starting).stop())
  return (await starting).url
}

/** Serves the API and the pages. @throws Error where the address is taken */
export async function serveHttp(gateway: GatewayProcess, app?: FastifyInstance): Promise<void> {
  const { settings } = gateway.platform
  const server = app ?? (await buildApp(gateway.platform))
  gateway.lifecycle.onStop(requestsAtMostMs, async () => {
    setTimeout(() => server.server.closeAllConnections(), requestsAtMostMs - 500).unref()
    await server.close()
  })
  await server.listen({ port: settings.port, host: settings.host })
}

export async function runJobs({ platform, lifecycle }: GatewayProcess): Promise<void> {
  const worker = await startWork(platform)
  lifecycle.onStop(jobsAtMostMs, () => worker.stop())
}
