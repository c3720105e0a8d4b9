import { execFile } from 'node:child_process'
import { readFile, unlink } from 'node:fs/promises'
import { platform } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import type { Cluster } from './cluster.ts'

/** The process of the postmaster that runs, starts or stops on this cluster; undefined if there is none. */
export async function runningPostmaster({ folder }: Cluster): Promise<number | undefined> {
  const pid = Number.parseInt(await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => ''), 10)
  return pid > 1 && (await isPostmasterOf(pid, folder)) ? pid : undefined
}

/**
 * Takes away the lock files of a postmaster that is gone. PostgreSQL does so itself unless some other process
 * has been given its process id; that none of its backends is left it checks on its own by its shared memory.
 */
export async function removeStaleLocks(cluster: Cluster): Promise<void> {
  if (await runningPostmaster(cluster)) return
  await unlink(join(cluster.folder, 'postmaster.pid')).catch(() => undefined)
  await unlink(join(cluster.socketFolder, '.s.PGSQL.5432.lock')).catch(() => undefined)
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
