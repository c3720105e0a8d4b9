import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export { ensureBuilt } from '../../../gateway/testing/command-line.ts'

const main = fileURLToPath(new URL('../../../connector/bin/bill-gateway-lms.js', import.meta.url))

export interface Result {
  status: number | null
  stdout: string
  stderr: string
}

export interface Running {
  child: ChildProcess
  output(): string
  /** Resolves when the output has it. @throws Error where the process ends before */
  says(text: RegExp): Promise<void>
  end(signal?: NodeJS.Signals): Promise<Result>
}

/** Starts `bill-gateway-lms` as it is shipped. */
export function start(args: readonly string[], environment: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env.PATH ?? '', TZ: 'Europe/Warsaw', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text
    })
  }
  const output = () => said.stdout + said.stderr
  const ended = once(child, 'close').then(() => ({ status: child.exitCode, ...said }))
  return {
    child,
    output,
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (text.test(output())) resolve()
        }
        child.stdout.on('data', look)
        child.stderr.on('data', look)
        child.once('close', () => reject(new Error(`it ended and had said:\n${output()}`)))
        look()
      }),
    async end(signal) {
      if (signal) child.kill(signal)
      return ended
    },
  }
}

/** Runs `bill-gateway-lms` to its end. */
export function run(args: readonly string[], environment: Record<string, string> = {}): Promise<Result> {
  return start(args, environment).end()
}

/** As run, for an answer in JSON, whatever the status. */
export async function runJson<T>(args: readonly string[]): Promise<T & { status: number | null }> {
  const { status, stdout, stderr } = await run([...args, '--json'])
  try {
    return { ...(JSON.parse(stdout) as T), status }
  } catch {
    throw new Error(`bill-gateway-lms ${args.join(' ')}: ${status}\n${stdout}${stderr}`)
  }
}
