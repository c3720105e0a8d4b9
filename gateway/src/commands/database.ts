import { type Database, openDatabase } from '../platform/db/database.ts'
import { migrate, pendingMigrations } from '../platform/db/migrate.ts'
import { startEmbeddedPostgres } from '../platform/embedded-postgres/index.ts'
import { readSettings, type Settings } from '../settings.ts'
import type { Environment } from './context.ts'
import { startProgress } from './output.ts'

/** A command asks one thing after the other. */
const connections = 3

export interface OpenDatabase extends Database {
  url: string
  settings: Settings
}

interface Options {
  /**
   * What the schema has to be. ready: of this version; the embedded database, which is nobody else's, is
   * brought there. any: as it is.
   */
  schema: 'ready' | 'any'
}

/**
 * Does a command's work on DATABASE_URL, or else on the embedded database of DATA_DIR: the running one, or
 * one that is started and stopped again.
 */
export async function withDatabase<T>(
  environment: Environment,
  { schema }: Options,
  work: (database: OpenDatabase) => Promise<T>,
): Promise<T> {
  const settings = readSettings(environment)
  const server = await openServer(settings)
  const giveUp = (signal: NodeJS.Signals) => {
    void server.stop().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143))
  }
  process.once('SIGINT', giveUp).once('SIGTERM', giveUp)
  try {
    const database = openDatabase(server.url, connections, () => undefined)
    try {
      if (schema === 'ready') await makeReady(database, settings)
      return await work({ ...database, url: server.url, settings })
    } finally {
      await database.close()
    }
  } finally {
    await server.stop()
    process.off('SIGINT', giveUp).off('SIGTERM', giveUp)
  }
}

async function openServer({
  databaseUrl,
  dataDir,
}: Settings): Promise<{ url: string; stop(): Promise<void> }> {
  if (databaseUrl) return { url: databaseUrl, stop: async () => undefined }
  const progress = startProgress('Starting the embedded database…')
  try {
    return await startEmbeddedPostgres({
      dataDir,
      role: 'command',
      report: (problem) => console.error(problem),
    })
  } finally {
    progress.end()
  }
}

/** @throws Error where a database that others may use lacks migrations */
export async function makeReady(database: Database, { databaseUrl }: Settings): Promise<void> {
  const pending = await pendingMigrations(database)
  if (pending.length === 0) return
  if (!databaseUrl) {
    await migrate(database)
    return
  }
  throw new Error(
    `The database lacks ${pending.length} of this version's migrations (${pending[0]} first). ` +
      'Run "bill-gateway migrate" and try again.',
  )
}
