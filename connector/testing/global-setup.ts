import { randomBytes } from 'node:crypto'
import { findMariaDb, startMariaDb } from './mariadb.ts'
import { lmsSchema, runScripts, testServer } from './servers.ts'

/**
 * The databases of the connector's tests: a template with LMS's tables on the PostgreSQL that the gateway's
 * setup started (LMS_POSTGRES_TEMPLATE), and a MariaDB (LMS_MARIADB_URL): that of TEST_MARIADB_URL, else one of
 * our own. Where there is no MariaDB, tests that need it say so when they ask for it.
 */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const template = `lms_${randomBytes(6).toString('hex')}_template`
  const postgres = testServer('postgres', 'postgres')
  await runScripts(postgres, [`create database ${template} encoding 'UTF8' template template0`])
  await runScripts({ ...postgres, database: template }, await lmsSchema('postgres'))
  process.env.LMS_POSTGRES_TEMPLATE = template

  const given = process.env.TEST_MARIADB_URL
  const mariaDb = given || !findMariaDb() ? undefined : await startMariaDb()
  if (given) process.env.LMS_MARIADB_URL = given
  if (mariaDb) process.env.LMS_MARIADB_URL = mariaDb.url

  return async () => {
    await runScripts(postgres, [`drop database if exists ${template} with (force)`])
    await mariaDb?.remove()
  }
}
