import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { DatabaseAccess } from '../../../connector/src/platform/index.ts'

const dist = new URL('../../../connector/dist/', import.meta.url)
const code = `
  const { openLms } = await import(${JSON.stringify(fileURLToPath(new URL('platform/index.js', dist)))})
  const { withLease } = await import(${JSON.stringify(fileURLToPath(new URL('store/index.js', dist)))})
  const [access, name, seconds] = JSON.parse(process.argv[1])
  const lms = await openLms(access)
  await withLease(lms, name, () => { console.log('held'); return new Promise(() => setInterval(() => {}, 1000)) },
    { seconds, renewEveryMs: 200 })
`

/** A process of its own that takes a lease and never gives it back. Resolves when it has it. */
export async function holdLease(
  access: DatabaseAccess,
  name: string,
  seconds: number,
): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', code, JSON.stringify([access, name, seconds])],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  await once(child.stdout, 'data')
  return child
}
