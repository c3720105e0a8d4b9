import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Engine } from '../../../connector/src/platform/index.ts'
import setUpTemplates from '../../../connector/testing/global-setup.ts'
import { startMariaDb } from '../../../connector/testing/mariadb.ts'
import { startEmbeddedPostgres } from '../../../gateway/src/platform/embedded-postgres/index.ts'
import { until } from '../../support/until.ts'

/** Database servers of one test file, which it may restart without harm to any other. */
export interface OwnServers {
  /** PostgreSQL is killed and comes back by crash recovery; MariaDB is stopped and started. */
  restart(engine: Engine): Promise<void>
  close(): Promise<void>
}

/** From here on, worlds of this process are made on these servers. */
export async function startOwnServers(): Promise<OwnServers> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bill-gateway-restarted-'))
  const postgres = await startEmbeddedPostgres({
    dataDir,
    role: 'gateway',
    report: () => undefined,
    settings: { fsync: 'off', full_page_writes: 'off' },
  })
  const mariaDb = await startMariaDb()
  Object.assign(process.env, { TEST_TEMPLATE_URL: postgres.url, TEST_MARIADB_URL: mariaDb.url })
  await setUpTemplates()
  const postmaster = async () => {
    const text = await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8').catch(() => '')
    return Number.parseInt(text, 10) || undefined
  }
  return {
    async restart(engine) {
      if (engine === 'mysql') return mariaDb.restart()
      const before = await postmaster()
      if (before === undefined) throw new Error('PostgreSQL does not run')
      process.kill(before, 'SIGKILL')
      await until('another postmaster', async () => ![undefined, before].includes(await postmaster()))
    },
    async close() {
      await postgres.stop()
      await mariaDb.remove()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
