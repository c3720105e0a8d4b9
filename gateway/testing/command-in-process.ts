import { runCommandLine } from '../src/commands/program.ts'
import type { Result } from './command-line.ts'

/**
 * Runs `bill-gateway` in this process and keeps what it says: for tests of many commands, each of which would
 * cost a process. One at a time.
 */
export async function runHere(args: string[], environment: Record<string, string>): Promise<Result> {
  const { stdout, stderr } = process
  const [write, complain, { error }] = [stdout.write, stderr.write, console]
  const listening = stdout.listeners('error')
  const said: Result = { status: 0, stdout: '', stderr: '' }
  const keep = (where: 'stdout' | 'stderr') => (text: string | Uint8Array) => {
    said[where] += String(text)
    return true
  }
  stdout.write = keep('stdout')
  stderr.write = keep('stderr')
  console.error = (...texts: unknown[]) => {
    said.stderr += `${texts.join(' ')}\n`
  }
  try {
    await runCommandLine(args, environment)
    return { ...said, status: Number(process.exitCode ?? 0) }
  } finally {
    process.exitCode = 0
    stdout.write = write
    stderr.write = complain
    console.error = error
    for (const listener of stdout.listeners('error'))
      if (!listening.includes(listener)) stdout.off('error', listener as () => void)
  }
}

/** As runHere, for commands that answer in JSON. @throws Error where it failed */
export async function runJsonHere<T>(args: string[], environment: Record<string, string>): Promise<T> {
  const { status, stdout, stderr } = await runHere([...args, '--json'], environment)
  if (status !== 0) throw new Error(`bill-gateway ${args.join(' ')}: ${status}\n${stdout}${stderr}`)
  return JSON.parse(stdout) as T
}
