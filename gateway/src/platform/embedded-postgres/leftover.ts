import { execFile } from 'node:child_process'
import { readFile, stat, unlink } from 'node:fs/promises'
import { platform } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import type { Cluster } from './cluster.ts'

/** An empty one is of a postmaster that is just starting, or was killed in that very instant. */
const emptyLockAtMostMs = 5_000

/** The process of the postmaster that runs, starts or stops on this cluster; undefined if there is none. */
export async function runningPostmaster({ folder }: Cluster): Promise<number | undefined> {
  const pid = pidIn(await contentOf(join(folder, 'postmaster.pid')))
  return pid !== undefined && (await isPostmasterOf(pid, folder)) ? pid : undefined
}

/**
 * Takes away lock files that PostgreSQL has refused to start for, though they are of no postmaster: it takes
 * any process of its user that was given the same process id for one. That no backend of an earlier
 * postmaster is left it makes sure of by itself.
 */
export async function removeStrangersLocks(cluster: Cluster): Promise<void> {
  for (const file of [
    join(cluster.folder, 'postmaster.pid'),
    join(cluster.socketFolder, '.s.PGSQL.5432.lock'),
  ]) {
    const content = await contentOf(file)
    if (content === undefined) continue
    const pid = pidIn(content)
    const stale =
      pid === undefined
        ? await isOlder(file, emptyLockAtMostMs)
        : !(await isPostmasterOf(pid, cluster.folder))
    if (stale && (await contentOf(file)) === content) await unlink(file).catch(() => undefined)
  }
}

function contentOf(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined)
}

async function isOlder(file: string, ms: number): Promise<boolean> {
  const found = await stat(file).catch(() => undefined)
  return found !== undefined && Date.now() - found.mtimeMs > ms
}

function pidIn(content: string | undefined): number | undefined {
  const pid = Number.parseInt(content ?? '', 10)
  return pid > 1 ? pid : undefined
}

async function isPostmasterOf(pid: number, folder: string): Promise<boolean> {
  const [program = '', ...args] = await commandLineOf(pid)
  return basename(program) === 'postgres' && args.includes(folder)
}

/** Empty if there is no such process. */
async function commandLineOf(pid: number): Promise<string[]> {
  if (platform() === 'linux') {
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    return text.split('\0').filter((part) => part !== '')
  }
  const { stdout } = await promisify(execFile)('ps', ['-o', 'args=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }))
  return stdout.trim().split(' ')
}
