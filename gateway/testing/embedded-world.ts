import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll } from 'vitest'
import {
  end,
  type Installation,
  makeInstallation,
  type Runner,
  type RunnerOptions,
  run,
} from './embedded-installation.ts'

export const isRoot = process.getuid?.() === 0
const idOf = (flag: string, name: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }))
/** Somebody who is not root: as root we become nobody. */
export const ordinary = isRoot ? { uid: idOf('-u', 'nobody'), gid: idOf('-g', 'nobody') } : undefined
const users = isRoot ? [undefined, ordinary] : [undefined]
/** Whoever runs the tests and, if that is root, an ordinary user too. */
export const named = users.map(
  (user) => [user ? 'an ordinary user' : isRoot ? 'root' : 'ourselves', user] as const,
)

export interface EmbeddedWorld {
  at: () => Installation
  start(dataDir: string, options?: RunnerOptions): Promise<Runner>
  freshFolder(name?: string): string
}

/** An installation for the tests of a file, and an end to every process that they start. */
export function embeddedWorld(): EmbeddedWorld {
  let installation: Installation | undefined
  let count = 0
  const started: Runner[] = []
  const folders: string[] = []
  const at = () => {
    if (!installation) throw new Error('used before the tests began')
    return installation
  }
  beforeAll(async () => {
    installation = await makeInstallation()
  })
  afterEach(async () => {
    for (const runner of started.splice(0)) await end(runner, 'SIGKILL')
    for (const folder of folders.splice(0)) killPostmaster(folder)
  })
  afterAll(() => at().remove())
  return {
    at,
    async start(dataDir, options = {}) {
      if (!folders.includes(dataDir)) folders.push(dataDir)
      const runner = await run(at(), dataDir, options)
      started.push(runner)
      return runner
    },
    freshFolder(name = `data-${count++}`) {
      const folder = join(at().scratch, name)
      folders.push(folder)
      return folder
    },
  }
}

export function postmasterOf(dataDir: string): number {
  return Number.parseInt(readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8'), 10)
}

export function killPostmaster(dataDir: string): void {
  try {
    process.kill(postmasterOf(dataDir), 'SIGKILL')
  } catch {
    // It is gone already.
  }
}

export async function ask<T>(url: string, statement: string): Promise<T[]> {
  const client = new pg.Client(url)
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rows } = await client.query(statement)
    return rows
  } finally {
    await client.end()
  }
}
