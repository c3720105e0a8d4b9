import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { createConnection } from 'mysql2/promise'
import { freePort } from '../../gateway/testing/free-port.ts'

const prefix = 'bill-gateway-mariadb-'
const startMsMax = 60_000
const stopMsMax = 20_000
const run = promisify(execFile)
const folders = ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/local/bin']

export interface MariaDb {
  /** `mysql://root@127.0.0.1:port/` */
  url: string
  socket: string
  port: number
  /** Waits for its end. */
  stop(): Promise<void>
  /** The same data once more, on the same port, after {@link stop} or a kill. */
  restart(): Promise<void>
  /** Gone without a trace. */
  remove(): Promise<void>
}

/** Where MariaDB's server is on this machine, if it is. */
export function findMariaDb(): string | undefined {
  return program('mariadbd') ?? program('mysqld')
}

/**
 * A MariaDB of one's own: data in a fresh folder, the socket there, a loopback port, user `root` without a
 * password. Started as root it runs as the account `mysql`, or `nobody`.
 */
export async function startMariaDb(): Promise<MariaDb> {
  const server = findMariaDb()
  const installer = program('mariadb-install-db') ?? program('mysql_install_db')
  if (!server || !installer) {
    throw new Error(
      'MariaDB is not here: apt-get install mariadb-server-core mariadb-client-core, or set TEST_MARIADB_URL',
    )
  }
  await removeAbandoned()
  const { folder, own } = await makeFolder()
  await run(installer, [
    '--no-defaults',
    ...own,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    '--skip-name-resolve',
  ])
  const socket = join(folder, 'mariadb.sock')
  const port = await freePort()
  const args = ['--no-defaults', ...own, `--socket=${socket}`, `--port=${port}`, ...tuning]
  let child = await start(server, args, socket, folder)
  return {
    url: `mysql://root@127.0.0.1:${port}/`,
    socket,
    port,
    stop: () => stop(child),
    async restart() {
      await stop(child)
      child = await start(server, args, socket, folder)
    },
    async remove() {
      await stop(child)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A folder of this process, and the options that keep a server inside it. */
async function makeFolder(): Promise<{ folder: string; own: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), prefix))
  await writeFile(join(folder, 'owner'), String(process.pid))
  await chmod(folder, 0o755)
  // A server removes all temporary tables that it finds in its tmpdir when it starts: never share one.
  const temporary = join(folder, 'tmp')
  await mkdir(temporary)
  const own = [`--datadir=${join(folder, 'data')}`, `--tmpdir=${temporary}`]
  if (process.getuid?.() !== 0) return { folder, own }
  const account = await serverAccount()
  await run('chown', [account, folder, temporary])
  return { folder, own: [...own, `--user=${account}`] }
}

/** The server refuses to be root. Debian's account exists where the whole package is installed. */
async function serverAccount(): Promise<string> {
  return run('id', ['-u', 'mysql']).then(
    () => 'mysql',
    () => 'nobody',
  )
}

/** As stock MariaDB, but for a run that ends with its data: nothing has to survive a power cut. */
const tuning = [
  '--bind-address=127.0.0.1',
  '--skip-name-resolve',
  '--character-set-server=utf8mb4',
  '--collation-server=utf8mb4_general_ci',
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-doublewrite=0',
  '--innodb-use-native-aio=0',
  '--innodb-buffer-pool-size=256M',
  '--max-connections=500',
  '--max-allowed-packet=64M',
  '--skip-log-bin',
]

async function start(server: string, args: string[], socket: string, folder: string): Promise<ChildProcess> {
  const log = join(folder, 'error.log')
  const child = spawn(server, [...args, `--log-error=${join(folder, 'data', 'error.log')}`], {
    stdio: 'ignore',
  })
  let ended = false
  child.once('exit', () => {
    ended = true
  })
  child.once('error', () => {
    ended = true
  })
  // Whoever ends without stopping it must not leave it behind.
  process.once('exit', () => child.kill('SIGKILL'))
  for (let waited = 0; waited < startMsMax && !ended; waited += 50) {
    if (await answers(socket)) {
      await writeFile(join(folder, 'server.pid'), String(child.pid))
      return child
    }
    await sleep(50)
  }
  child.kill('SIGKILL')
  const said = await readFile(join(folder, 'data', 'error.log'), 'utf8').catch(() => `nothing in ${log}`)
  throw new Error(`MariaDB did not start:\n${said.split('\n').slice(-20).join('\n')}`)
}

async function answers(socket: string): Promise<boolean> {
  if (!(await stat(socket).catch(() => undefined))) return false
  try {
    const connection = await createConnection({ socketPath: socket, user: 'root' })
    await connection.end()
    return true
  } catch {
    return false
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), stopMsMax)
  await ended
  clearTimeout(late)
}

/** What runs left that were killed. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(prefix)) continue
    const folder = join(tmpdir(), name)
    const owner = await pidIn(join(folder, 'owner'))
    if (owner === undefined || isAlive(owner)) continue
    const server = await pidIn(join(folder, 'server.pid'))
    const commandLine = await readFile(`/proc/${server}/cmdline`, 'utf8').catch(() => '')
    if (server !== undefined && commandLine.includes(folder)) process.kill(server, 'SIGKILL')
    await rm(folder, { recursive: true, force: true }).catch(() => undefined)
  }
}

async function pidIn(file: string): Promise<number | undefined> {
  const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10)
  return pid > 1 ? pid : undefined
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function program(name: string): string | undefined {
  return folders
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}
