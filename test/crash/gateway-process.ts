import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../gateway/testing/gateway.ts'
import { until } from '../support/until.ts'
import { childrenOf, killAndWait, postmasterOf } from './processes.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const main = join(root, 'gateway/dist/main.js')

export interface Demo {
  gateway: string
  providerCode: string
  apiKey: string
  apiSecret: string
}

/** The built gateway in demo mode with its embedded database, as a process that can be killed. */
export interface GatewayProcess {
  url: string
  dataDir: string
  demo: Demo
  /** Whether it runs, as far as the system says. */
  running(): boolean
  /** Starts it again where it does not run, and waits until it answers. */
  ready(): Promise<void>
  killGateway(): Promise<void>
  killPostmaster(): Promise<void>
  /** One of the server's own processes; the others then end by themselves. */
  killBackend(choose: (pids: number[]) => number): Promise<void>
  /** To the database with the password that the gateway keeps beside it. */
  databaseUrl(): string
  /** The last it said. */
  said(): string
  stop(): Promise<void>
}

export async function startGatewayProcess(): Promise<GatewayProcess> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bg-crash-'))
  const url = `http://127.0.0.1:${await freePort()}`
  const program = programIn(dataDir, url)
  const ready = () => untilReady(program, dataDir, url)
  const killPostmaster = () => killAndWait(postmasterOf(dataDir))
  await ready()
  return {
    url,
    dataDir,
    demo: await readDemo(dataDir),
    running: program.running,
    ready,
    killPostmaster,
    killGateway: () => program.end('SIGKILL'),
    async killBackend(choose) {
      const postmaster = postmasterOf(dataDir)
      const backends = postmaster === undefined ? [] : childrenOf(postmaster)
      if (backends.length > 0) await killAndWait(choose(backends))
    },
    databaseUrl: () => databaseUrlIn(dataDir),
    said: program.said,
    async stop() {
      await program.end('SIGTERM')
      await killPostmaster()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** The gateway's own process, started as often as wanted. */
function programIn(dataDir: string, url: string) {
  let child: ChildProcess | undefined
  let said = ''
  const running = () => child !== undefined && child.exitCode === null && child.signalCode === null
  const keep = (text: Buffer) => {
    said = (said + text.toString()).slice(-8_000)
  }
  return {
    running,
    said: () => said,
    start() {
      const started = spawn(process.execPath, [main, 'demo'], {
        cwd: root,
        env: { ...inherited(), ...wide, DATA_DIR: dataDir, PORT: new URL(url).port, PUBLIC_URL: url },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      started.stdout.on('data', keep)
      started.stderr.on('data', keep)
      child = started
    },
    async end(signal: 'SIGKILL' | 'SIGTERM') {
      if (!child || !running()) return
      const ended = once(child, 'exit')
      child.kill(signal)
      await ended
    },
  }
}

async function untilReady(
  program: ReturnType<typeof programIn>,
  dataDir: string,
  url: string,
): Promise<void> {
  if (!program.running()) program.start()
  const look = async () => {
    if (!program.running()) throw new Error(`the gateway ended by itself:\n${program.said()}`)
    const health = await fetch(`${url}/health/ready`).catch(() => undefined)
    await health?.text()
    return health?.status === 200 && (await readDemo(dataDir).catch(() => undefined))
  }
  await until('the gateway is ready', look, { atMostMs: 120_000, everyMs: 50 })
}

function databaseUrlIn(dataDir: string): string {
  const folder = join(dataDir, 'postgres')
  const password = readFileSync(join(folder, 'gateway.password'), 'utf8').trim()
  const host = encodeURIComponent(join(folder, 'socket'))
  return `postgres://bill_gateway:${encodeURIComponent(password)}@localhost/bill_gateway?host=${host}`
}

const wide = { LOG_LEVEL: 'warn', RATE_LIMIT_PAGE: '999999', RATE_LIMIT_MISS: '999999' }

/** Nothing of the surrounding test run that the gateway would read as its own setting. */
function inherited(): Record<string, string | undefined> {
  const { PATH, HOME, USER, TMPDIR } = process.env
  return { PATH, HOME, USER, TMPDIR }
}

async function readDemo(dataDir: string): Promise<Demo> {
  return JSON.parse(await readFile(join(dataDir, 'demo.json'), 'utf8')) as Demo
}
