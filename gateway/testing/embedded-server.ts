import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres/index.ts'

/** PostgreSQL in a fresh folder, gone without a trace when stopped. */
export async function startTestServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bill-gateway-test-'))
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
