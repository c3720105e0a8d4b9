import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { commandAs } from './account.ts'
import { type Cluster, clusterUrl, configurationFile } from './cluster.ts'
import { removeStrangersLocks, runningPostmaster } from './leftover.ts'

/** How long backends of a killed postmaster may take to notice. */
const leftoversAtMostMs = 30_000
/** After a crash the log is replayed first. */
const recoveryAtMostMs = 600_000
const pauseMs = 50
const connectTimeoutMs = 5_000
const fastShutdownAtMostMs = 6_000
const immediateShutdownAtMostMs = 2_000

/** What a second start may cure: the last of the old processes have not gone yet. */
const passing = /pre-existing shared memory block|lock file ".*" already exists|lock file ".*" is empty/

/** Starts the postmaster unless one runs, and waits until it takes connections. */
export async function ensureRunning(cluster: Cluster, abort: AbortSignal): Promise<void> {
  const giveUp = Date.now() + leftoversAtMostMs
  while (!(await isReady(cluster))) {
    abort.throwIfAborted()
    if (await runningPostmaster(cluster)) {
      await untilReady(cluster, async () => (await runningPostmaster(cluster)) === undefined, abort)
      continue
    }
    const said = await startPostmaster(cluster, abort)
    if (said === undefined) return
    if (!passing.test(said) || Date.now() > giveUp) {
      throw new Error(`The embedded database in ${cluster.folder} does not start: ${said.trim()}`)
    }
    await removeStrangersLocks(cluster)
    await sleep(pauseMs * 5)
  }
}

/** @returns nothing once it is ready; what it said if it ended instead */
async function startPostmaster(cluster: Cluster, abort: AbortSignal): Promise<string | undefined> {
  const configuration = join(cluster.folder, configurationFile)
  const command = [cluster.binaries.postgres, '-D', cluster.folder, '-c', `config_file=${configuration}`]
  const [program, args, options] = commandAs(cluster.account, command)
  // Detached: Ctrl-C in a terminal is for the gateway, which stops the database last.
  const child = spawn(program, args, { ...options, detached: true, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4000)
  })
  child.on('error', (error) => {
    said += error.message
  })
  try {
    await untilReady(cluster, async () => hasEnded(child), abort)
  } catch (error) {
    child.kill('SIGQUIT')
    throw error
  }
  if (hasEnded(child)) return said || 'it ended without a word'
  // It writes its own log from here on, and outlives us if we are killed.
  child.stderr?.destroy()
  child.unref()
  return undefined
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null
}

async function untilReady(
  cluster: Cluster,
  hasGone: () => Promise<boolean>,
  abort: AbortSignal,
): Promise<void> {
  const giveUp = Date.now() + recoveryAtMostMs
  while (!(await hasGone()) && !(await isReady(cluster))) {
    abort.throwIfAborted()
    if (Date.now() > giveUp) throw new Error(`The embedded database in ${cluster.folder} does not get ready.`)
    await sleep(pauseMs)
  }
}

async function isReady(cluster: Cluster): Promise<boolean> {
  const client = superuserClient(cluster, 'start')
  try {
    await client.connect()
    return true
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    // It runs, and all connections are taken, or it does not know our password.
    if (code === '53300') return true
    if (code === '28P01')
      throw new Error(`The password of the embedded database in ${cluster.folder} is wrong.`)
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

export function superuserClient(cluster: Cluster, purpose: string): pg.Client {
  const client = new pg.Client({
    connectionString: clusterUrl(cluster, 'postgres'),
    application_name: `bill-gateway ${purpose} ${process.pid}`,
    connectionTimeoutMillis: connectTimeoutMs,
  })
  client.on('error', () => undefined)
  return client
}

/** Disconnects everybody and stops within eight seconds; a crash recovery at the next start at worst. */
export async function stopPostmaster(cluster: Cluster): Promise<void> {
  const pid = await runningPostmaster(cluster)
  if (pid === undefined) return
  if (await ends(cluster, pid, 'SIGINT', fastShutdownAtMostMs)) return
  await ends(cluster, pid, 'SIGQUIT', immediateShutdownAtMostMs)
}

async function ends(
  cluster: Cluster,
  pid: number,
  signal: NodeJS.Signals,
  atMostMs: number,
): Promise<boolean> {
  const giveUp = Date.now() + atMostMs
  try {
    process.kill(pid, signal)
  } catch {
    return true
  }
  while (Date.now() < giveUp) {
    await sleep(pauseMs / 2)
    if ((await runningPostmaster(cluster)) !== pid) return true
  }
  return false
}
