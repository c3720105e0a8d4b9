import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { runMigrations } from 'graphile-worker'
import { type Migration, Migrator, sql } from 'kysely'
import type { Database } from './database.ts'

const folder = fileURLToPath(new URL('../../../migrations/', import.meta.url))
/** A migration that cannot get its lock gives up instead of queueing every request behind it. */
const lockTimeout = '5s'

/**
 * Brings the schema to this version, or to that of a migration; safe from several processes at once.
 * @returns names newly applied
 */
export async function migrate(
  { db, pool }: Database,
  { upTo }: { upTo?: string | undefined } = {},
): Promise<string[]> {
  await refuseOldServer(db)
  const migrator = new Migrator({
    db,
    provider: { getMigrations: readMigrations },
    migrationTableName: 'schema_migration',
    migrationLockTableName: 'schema_migration_lock',
  })
  const { error, results } = await (upTo ? migrator.migrateTo(upTo) : migrator.migrateToLatest())
  if (error) throw error
  await runMigrations({ pgPool: pool })
  return (results ?? []).map((result) => result.migrationName)
}

/** Names of the migrations that this version has and the database has not. */
export async function pendingMigrations({ db }: Database): Promise<string[]> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: readMigrations },
    migrationTableName: 'schema_migration',
    migrationLockTableName: 'schema_migration_lock',
  })
  const known = await migrator.getMigrations()
  return known.filter((migration) => !migration.executedAt).map((migration) => migration.name)
}

/** Names of the migrations that this version has, in their order. */
export async function knownMigrations(): Promise<string[]> {
  return Object.keys(await readMigrations())
}

async function readMigrations(): Promise<Record<string, Migration>> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort()
  const migrations = files.map(async (file): Promise<[string, Migration]> => {
    const text = await readFile(`${folder}${file}`, 'utf8')
    return [
      file.replace(/\.sql$/, ''),
      {
        async up(db) {
          await sql`select set_config('lock_timeout', ${lockTimeout}, true)`.execute(db)
          await sql.raw(text).execute(db)
        },
      },
    ]
  })
  return Object.fromEntries(await Promise.all(migrations))
}

async function refuseOldServer(db: Database['db']): Promise<void> {
  const { rows } = await sql<{
    version: number
  }>`select current_setting('server_version_num')::int as version`.execute(db)
  const version = rows[0]?.version ?? 0
  if (version < 150000)
    throw new Error(`PostgreSQL 15 or newer is needed; this server is ${Math.floor(version / 10000)}`)
}
