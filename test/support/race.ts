import { openDatabase } from '../../gateway/src/platform/db/database.ts'
import { createTestDatabase, type TestDatabase } from '../../gateway/testing/database.ts'
import { startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'
import type { Api } from './bill.ts'

/** Two gateways on one database; requests take turns between them. */
export interface Pair {
  gateways: [TestGateway, TestGateway]
  database: TestDatabase
  /** As the first gateway’s provider, at the gateway whose turn it is. */
  api: Api
  /** The address of the gateway whose turn it is. */
  nextUrl(): string
  close(): Promise<void>
}

const wide = { RATE_LIMIT_PAGE: '999999', RATE_LIMIT_MISS: '999999' }

export async function startPair({ worker = true } = {}): Promise<Pair> {
  const database = await createTestDatabase({ connections: 2 })
  const start = (environment: Record<string, string>) =>
    startTestGateway({ database: ownPool(database), environment, worker })
  const first = await start(wide)
  // Behind one address, as processes of one installation are.
  const second = await start({ ...wide, PUBLIC_URL: first.url })
  let turn = 0
  const next = () => (turn++ % 2 === 0 ? first : second)
  return {
    gateways: [first, second],
    database,
    api: (path, call = {}) => next().api(path, { credentials: first.credentials, ...call }),
    nextUrl: () => next().url,
    async close() {
      await first.close()
      await second.close()
      await Promise.all([first.database.close(), second.database.close()])
      await database.drop()
    },
  }
}

/** Requests of a race stand in line for longer than anybody would be let wait who is not in one. */
const patienceMs = 120_000

/** A pool of its own on the same database, as another process has. */
function ownPool(database: TestDatabase): TestDatabase {
  const opened = openDatabase(database.url, 10, () => undefined)
  opened.pool.options.connectionTimeoutMillis = patienceMs
  return { ...opened, url: database.url, drop: () => opened.close() }
}

/** Starts so many at once and waits for all. */
export function atOnce<T>(count: number, act: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => act(index)))
}

/** How many answers had which status. */
export function tally(answers: readonly { status: number }[]): Record<number, number> {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
