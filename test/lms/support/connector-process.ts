import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const top = fileURLToPath(new URL('../../../', import.meta.url))

export interface Ended {
  status: number | null
  signal: NodeJS.Signals | null
  output: string
}

export interface Running {
  child: ChildProcess
  /** All that it has said so far, log and answers. */
  output(): string
  /** Resolves when it has said so. @throws Error where it ends before */
  says(text: string): Promise<void>
  /** Sends the signal, where one is named, and waits for the end. */
  end(signal?: NodeJS.Signals): Promise<Ended>
}

export interface StartOptions {
  /** Seconds by which the process's clock is ahead of the machine's; behind where negative. */
  clockAhead?: number
}

/** The connector's real command line, for an LMS of the tests. */
export interface ConnectorProgram {
  start(args: string[], options?: StartOptions): Running
  /** Runs it to its end. @throws Error with all that it said where the status is not 0 */
  run(args: string[], options?: StartOptions): Promise<string>
  /** Ends whatever it started and that still runs. */
  remove(): Promise<void>
}

/** Packages of its parts are found by name at run time. */
const banner = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`

/** Bundles the sources as they are now, packages and all, so that a process is there soon. */
export async function bundleConnector(lmsIni: string): Promise<ConnectorProgram> {
  const folder = await mkdtemp(join(tmpdir(), 'bill-gateway-lms-'))
  const main = join(folder, 'dist/commands/main.js')
  await writeFile(join(folder, 'package.json'), '{ "type": "module", "version": "0.0.0-test" }')
  await build({
    entryPoints: [join(top, 'connector/src/main.ts')],
    outfile: main,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['pg-native'],
    banner: { js: banner },
    define: { 'process.env.NODE_ENV': '"production"' },
    alias: { '@bill-gateway/contract': join(top, 'contract/src/index.ts') },
    jsx: 'automatic',
    logLevel: 'error',
  })
  const started: Running[] = []
  const start = (args: string[], options: StartOptions = {}) => {
    const running = startNode([...clockArguments(options.clockAhead), main, ...args, '--lms-ini', lmsIni])
    started.push(running)
    return running
  }
  return {
    start,
    async run(args, options) {
      const { status, signal, output } = await start(args, options).end()
      if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status ?? signal}:\n${output}`)
      return output
    },
    async remove() {
      // A test that failed may have left some of them running.
      await Promise.all(started.map((running) => running.end('SIGKILL')))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Another clock from the first line on, for that process alone. */
function clockArguments(seconds = 0): string[] {
  if (seconds === 0) return []
  const script = `const Right = Date; const ahead = ${seconds * 1000};
    globalThis.Date = class Date extends Right {
      constructor(...given) { if (given.length === 0) super(Right.now() + ahead); else super(...given) }
      static now() { return Right.now() + ahead }
    }`
  return ['--import', `data:text/javascript,${encodeURIComponent(script)}`]
}

function startNode(args: string[]): Running {
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH ?? '', TZ: 'Europe/Warsaw' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const add = (text: string) => {
    output += text
  }
  child.stdout.setEncoding('utf8').on('data', add)
  child.stderr.setEncoding('utf8').on('data', add)
  const ended = once(child, 'close').then(() => ({
    status: child.exitCode,
    signal: child.signalCode,
    output,
  }))
  return {
    child,
    output: () => output,
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = () => output.includes(text) && resolve()
        child.stdout.on('data', look)
        child.once('close', () => reject(new Error(`it ended without saying "${text}":\n${output}`)))
        look()
      }),
    async end(signal) {
      if (signal) child.kill(signal)
      return ended
    },
  }
}
