import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../support/until.ts'

/** The postmaster of this folder and no other, whatever the file may say. */
export function postmasterOf(dataDir: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0])
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(dataDir) ? pid : undefined
  } catch {
    return undefined
  }
}

export function childrenOf(parent: number): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      const after = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return Number(after[1]) === parent ? [Number(name)] : []
    } catch {
      return []
    }
  })
}

export async function killAndWait(pid: number | undefined): Promise<void> {
  if (pid === undefined) return
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    return
  }
  await until(`process ${pid} has gone`, async () => {
    const stat = readStat(pid)
    return stat === undefined || stat === 'Z'
  })
}

/** The state of a process: Z is dead and not yet fetched by its parent. */
function readStat(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat[stat.lastIndexOf(')') + 2]
  } catch {
    return undefined
  }
}
