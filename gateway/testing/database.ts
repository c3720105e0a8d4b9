import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { type Database, openDatabase } from '../src/platform/db/database.ts'

export interface TestDatabase extends Database {
  url: string
  drop(): Promise<void>
}

/** How long a statement waits for a connection or a lock: longer than the gateway’s own, on a machine that is busy. */
const patienceMs = 60_000

/** A fresh copy of the migrated template database, on the real server that the test run started. */
export async function createTestDatabase({ connections = 10 } = {}): Promise<TestDatabase> {
  const templateUrl = process.env.TEST_TEMPLATE_URL
  if (!templateUrl)
    throw new Error('TEST_TEMPLATE_URL is not set: run the tests by vitest, with its global setup')
  const template = new URL(templateUrl).pathname.slice(1)
  const name = `test_${randomBytes(6).toString('hex')}`
  await onServer(templateUrl, `create database ${name} template ${template}`)
  const url = withDatabase(templateUrl, name)
  const database = openDatabase(url, connections, () => undefined)
  Object.assign(database.pool.options, { connectionTimeoutMillis: patienceMs, lock_timeout: patienceMs })
  return {
    ...database,
    url,
    async drop() {
      await database.close()
      await onServer(templateUrl, `drop database ${name} with (force)`)
    },
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.href
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: withDatabase(url, 'postgres') })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
