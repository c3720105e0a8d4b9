import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres/index.ts'

const prefix = 'bill-gateway-test-'

/** PostgreSQL in a fresh folder, gone without a trace when stopped. */
export async function startTestServer(): Promise<{ url: string; stop(): Promise<void> }> {
  await removeAbandoned()
  const dataDir = await mkdtemp(join(tmpdir(), prefix))
  await writeFile(join(dataDir, 'owner'), String(process.pid))
  const server = await startEmbeddedPostgres({
    dataDir,
    role: 'gateway',
    report: (problem, error) => console.error(problem, error ?? ''),
    // A test run ends with its database: nothing here has to survive a power cut.
    settings: { fsync: 'off', full_page_writes: 'off', autovacuum_naptime: '10s' },
  })
  return {
    url: server.url,
    async stop() {
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** What runs left that were killed. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(prefix)) continue
    const dataDir = join(tmpdir(), name)
    const owner = await pidIn(join(dataDir, 'owner'))
    if (owner === undefined || signalled(owner, 0)) continue
    const postmaster = await pidIn(join(dataDir, 'postgres/postmaster.pid'))
    if (postmaster !== undefined && (await isPostmasterOf(postmaster, dataDir)))
      signalled(postmaster, 'SIGQUIT')
    await rm(dataDir, { recursive: true, force: true }).catch(() => undefined)
  }
}

async function pidIn(file: string): Promise<number | undefined> {
  const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10)
  return pid > 1 ? pid : undefined
}

async function isPostmasterOf(pid: number, dataDir: string): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return commandLine.includes(dataDir)
}

/** @returns whether there is such a process */
function signalled(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
