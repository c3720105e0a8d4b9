import pg from 'pg'
import { clientConfig } from '../../gateway/src/platform/db/database.ts'

/**
 * What a request may change although it is refused: when a secret was first used, tries of a PIN, how far the
 * provider has fetched, and notifications that are not believed, which are kept for inspection.
 */
const uncounted = new Set([
  'schema_migration',
  'schema_migration_lock',
  'worker_beat',
  'event_fetch',
  'notification',
  'installation_secret',
])
const uncountedColumns: Record<string, string[]> = {
  api_secret: ['first_used_at', 'expires_at'],
  pin: ['wrong_tries'],
}

export interface Fingerprint {
  [table: string]: string
}

/** Reads every table of the gateway: how many rows it has, and a sum over their contents. */
export async function openFingerprints(url: string): Promise<{
  take(): Promise<Fingerprint>
  close(): Promise<void>
}> {
  const client = new pg.Client(clientConfig(url))
  client.on('error', () => undefined)
  await client.connect()
  const { rows } = await client.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' order by 1`,
  )
  const parts = rows
    .filter(({ name }) => !uncounted.has(name))
    .map(({ name }) => {
      const row = `to_jsonb(t)${(uncountedColumns[name] ?? []).map((column) => ` - '${column}'`).join('')}`
      return `select '${name}' as name, count(*) || ' ' || coalesce(sum(hashtextextended((${row})::text, 0)::numeric), 0) as print from "${name}" t`
    })
  const query = parts.join(' union all ')
  return {
    async take() {
      const result = await client.query<{ name: string; print: string }>(query)
      return Object.fromEntries(result.rows.map(({ name, print }) => [name, print]))
    },
    close: () => client.end(),
  }
}
