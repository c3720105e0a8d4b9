import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import {
  type Cluster,
  clusterDatabase,
  clusterUrl,
  prepareCluster,
  removeSocketFolder,
  removeUnfinished,
} from './cluster.ts'
import { isLastUser, openSession, type Role, type Session } from './lock.ts'
import { ensureRunning, stopPostmaster, superuserClient } from './server.ts'

export type { Role } from './lock.ts'

export interface EmbeddedPostgres {
  url: string
  /** Within nine seconds. A command leaves the database running for whoever else uses it. */
  stop(): Promise<void>
}

export interface EmbeddedOptions {
  /** DATA_DIR: the database is its subfolder `postgres`. */
  dataDir: string
  role: Role
  report: (problem: string, error?: unknown) => void
  /** PostgreSQL settings that differ from ours. */
  settings?: Record<string, string>
}

const restartPauseMs = 500
const joinTriesMax = 5

/**
 * Real PostgreSQL out of an npm package, on a Unix socket only. One that was left running by a killed gateway
 * is taken over; one that dies is started again.
 * @throws Error that says what to do: another gateway runs on it, another version made it, it cannot run here
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const stopping = new AbortController()
  const cluster = await prepareCluster(options.dataDir, options.settings)
  const session = await join(cluster, options.role, stopping.signal)
  if (session.holdsLock) await removeUnfinished(cluster.folder)

  const supervised = supervise(cluster, session, options, stopping.signal)
  return {
    url: clusterUrl(cluster, clusterDatabase),
    async stop() {
      stopping.abort()
      const last = await supervised
      const stays = options.role === 'command' && !(last && (await isLastUser(last)))
      await last?.client.end().catch(() => undefined)
      if (stays) return
      await stopPostmaster(cluster)
      await removeSocketFolder(cluster)
    },
  }
}

/** Again where a command that was the last one out stops the database at this very moment. */
async function join(cluster: Cluster, role: Role, abort: AbortSignal): Promise<Session> {
  for (let tried = 1; ; tried++) {
    let session: Session | undefined
    try {
      await ensureRunning(cluster, abort)
      session = await openSession(cluster, role, abort)
      await createDatabase(cluster)
      return session
    } catch (error) {
      await session?.client.end().catch(() => undefined)
      if (tried === joinTriesMax || !wasStopped(error)) throw error
    }
  }
}

function wasStopped(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  const codes = ['57P01', '57P03', 'ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE']
  return codes.includes(code) || error.message.startsWith('Connection terminated')
}

/** Until stopping. @returns the session that is then open */
async function supervise(
  cluster: Cluster,
  first: Session,
  { role, report }: EmbeddedOptions,
  stopping: AbortSignal,
): Promise<Session | undefined> {
  const stopped = new Promise<void>((resolve) => {
    stopping.addEventListener('abort', () => resolve(), { once: true })
  })
  let session: Session | undefined = first
  while (session === undefined || session.holdsLock) {
    await Promise.race([session?.lost ?? sleep(restartPauseMs), stopped])
    if (stopping.aborted) return session
    if (session) report('The embedded database has ended; starting it again.')
    session = await join(cluster, role, stopping).catch((error: unknown) => {
      if (!stopping.aborted) report('The embedded database does not come back yet; trying again.', error)
      return undefined
    })
    if (stopping.aborted) return session
  }
  return session
}

async function createDatabase(cluster: Cluster): Promise<void> {
  const client = superuserClient(cluster, 'setup')
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [clusterDatabase])
    if (rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(clusterDatabase)}`)
  } catch (error) {
    // Another process made it in the same instant.
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code !== '42P04' && code !== '23505') throw error
  } finally {
    await client.end()
  }
}
