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
import { isLastUser, type Lock, type Role, takeLock } from './lock.ts'
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

/**
 * Real PostgreSQL out of an npm package, on a Unix socket only. One that was left running by a killed gateway
 * is taken over; one that dies is started again.
 * @throws Error that says what to do: another gateway runs on it, another version made it, it cannot run here
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const stopping = new AbortController()
  const cluster = await prepareCluster(options.dataDir, options.settings)
  await ensureRunning(cluster, stopping.signal)
  const lock = await takeLock(cluster, options.role, stopping.signal)
  if (lock) await removeUnfinished(cluster.folder)
  await createDatabase(cluster)

  const supervised = lock ? supervise(cluster, lock, options, stopping.signal) : Promise.resolve(undefined)
  return {
    url: clusterUrl(cluster, clusterDatabase),
    async stop() {
      stopping.abort()
      const held = await supervised
      if (options.role === 'command' && !(await isLastUser(cluster, held))) return
      await held?.client.end().catch(() => undefined)
      await stopPostmaster(cluster)
      await removeSocketFolder(cluster)
    },
  }
}

/** Until stopping. @returns the lock that it then holds */
async function supervise(
  cluster: Cluster,
  first: Lock,
  { role, report }: EmbeddedOptions,
  stopping: AbortSignal,
): Promise<Lock | undefined> {
  const stopped = new Promise<void>((resolve) => {
    stopping.addEventListener('abort', () => resolve(), { once: true })
  })
  let lock: Lock | undefined = first
  while (!stopping.aborted) {
    await Promise.race([lock?.lost, stopped])
    if (stopping.aborted) break
    if (lock) report('The embedded database has ended; starting it again.')
    lock = await ensureRunning(cluster, stopping)
      .then(() => takeLock(cluster, role, stopping))
      .catch((error: unknown) => {
        if (!stopping.aborted) report('The embedded database does not come back yet; trying again.', error)
        return undefined
      })
    if (!lock) await Promise.race([sleep(restartPauseMs), stopped])
  }
  return lock
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
