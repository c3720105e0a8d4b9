import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const top = fileURLToPath(new URL('../../', import.meta.url))
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/** The command line is tested as it is shipped. Call it before all tests of a file. */
export async function ensureBuilt(): Promise<void> {
  const child = spawn(process.execPath, ['scripts/build.mjs', '--if-needed'], { cwd: top, stdio: 'inherit' })
  const [status] = await once(child, 'close')
  if (status !== 0) throw new Error('the build failed')
}

export interface Result {
  status: number | null
  stdout: string
  stderr: string
}

export interface Running {
  child: ChildProcess
  /** Its output so far. */
  output(): string
  /** Resolves when the output has it. @throws Error where the process ends before */
  says(text: string | RegExp): Promise<void>
  /** Sends the signal and waits for the end. */
  end(signal?: NodeJS.Signals): Promise<Result>
}

type Environment = Record<string, string>

/** Starts `bill-gateway` with these arguments and no settings but these. */
export function start(args: string[], environment: Environment): Running {
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env.PATH ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = once(child, 'close').then(() => ({ status: child.exitCode, stdout, stderr }))
  return {
    child,
    output: () => stdout + stderr,
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (typeof text === 'string' ? stdout.includes(text) : text.test(stdout)) resolve()
        }
        child.stdout.on('data', look)
        child.once('close', () => reject(new Error(`it ended and had said:\n${stdout}${stderr}`)))
        look()
      }),
    async end(signal) {
      if (signal) child.kill(signal)
      return ended
    },
  }
}

/** Runs `bill-gateway` to its end. */
export function run(args: string[], environment: Environment): Promise<Result> {
  return start(args, environment).end()
}

/** As run, for commands that answer in JSON. @throws Error where it failed */
export async function runJson<T>(args: string[], environment: Environment): Promise<T> {
  const { status, stdout, stderr } = await run([...args, '--json'], environment)
  if (status !== 0) throw new Error(`bill-gateway ${args.join(' ')}: ${status}\n${stdout}${stderr}`)
  return JSON.parse(stdout) as T
}
