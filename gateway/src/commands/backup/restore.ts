import { sql } from 'kysely'
import pg from 'pg'
import { clientConfig, type Database } from '../../platform/db/database.ts'
import { knownMigrations, migrate } from '../../platform/db/migrate.ts'
import { checkBackup } from './check.ts'
import type { Header } from './format.ts'
import { loadBackup, notEmpty } from './load.ts'
import { appliedMigrations, tablesInLoadingOrder } from './queries.ts'

export interface Restored {
  at: string
  rows: Record<string, number>
}

/** @throws Error that says what to do; the database then is as empty as before */
export async function restoreBackup(
  database: Database & { url: string },
  file: string,
  show: (text: string) => void,
): Promise<Restored> {
  const { header } = await checkBackup(file, (rows) => show(`Checking the back-up: ${rows} rows`))
  await refuseNewer(header)
  await refuseOtherSchema(database.url, header)
  // Loaded into the schema that it was made with, and then brought to this version like any database.
  await migrate(database, { upTo: header.migrations.at(-1) })
  const rows = await loadBackup(database.url, file, (table, done) => show(`Restoring ${table}: ${done} rows`))
  show('Migrating…')
  await migrate(database)
  show('Analyzing…')
  await sql`analyze`.execute(database.db)
  return { at: header.at, rows }
}

async function refuseNewer({ migrations, gateway }: Header): Promise<void> {
  const known = await knownMigrations()
  const strange = migrations.find((name) => !known.includes(name))
  if (strange)
    throw new Error(
      `The back-up was made by gateway ${gateway}, which has the migration ${strange} that this version lacks. ` +
        'Restore it with that version.',
    )
}

async function refuseOtherSchema(url: string, header: Header): Promise<void> {
  const client = new pg.Client(clientConfig(url))
  await client.connect()
  try {
    const applied = await appliedMigrations(client)
    if (applied.length > 0 && applied.join() !== header.migrations.join())
      throw new Error(notEmpty('its tables are of another version than the back-up'))
    const tables = applied.length === 0 ? await tablesInLoadingOrder(client) : []
    if (tables[0]) throw new Error(notEmpty(`it has the table ${tables[0].name}`))
  } finally {
    await client.end()
  }
}
