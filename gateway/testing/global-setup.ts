import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { clientConfig, openDatabase } from '../src/platform/db/database.ts'
import { migrate } from '../src/platform/db/migrate.ts'

/**
 * One migrated database that the test files clone, on the server of TEST_DATABASE_URL or on an embedded one
 * that lives as long as the run. Its URL is in TEST_TEMPLATE_URL; its name ends in `_template`.
 */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL
  const server = given
    ? { url: given, stop: async () => undefined }
    : await import('./embedded-server.ts').then((module) => module.startTestServer())
  const name = `test_${randomBytes(6).toString('hex')}_template`
  const template = new URL(server.url)
  template.pathname = `/${name}`

  await runOn(server.url, `create database ${name}`)
  const database = openDatabase(template.href, 2, () => undefined)
  await migrate(database).finally(() => database.close())
  process.env.TEST_TEMPLATE_URL = template.href

  return async () => {
    await runOn(server.url, `drop database if exists ${name} with (force)`)
    await server.stop()
  }
}

async function runOn(url: string, statement: string): Promise<void> {
  const client = new pg.Client(clientConfig(url))
  await client.connect()
  await client.query(statement).finally(() => client.end())
}
