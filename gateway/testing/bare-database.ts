import { randomBytes } from 'node:crypto'
import pg from 'pg'

async function ask<T>(url: string, statement: string): Promise<T[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const { rows } = await client.query(statement)
    return rows
  } finally {
    await client.end()
  }
}

export interface BareDatabases {
  /** @returns the URL of a new database in which there is nothing */
  create(): Promise<string>
  onServer(statement: string): Promise<void>
  dropAll(): Promise<void>
}

/** Databases without a schema, on the server of the one given. */
export function bareDatabases(serverUrl: () => string): BareDatabases {
  const names: string[] = []
  const onServer = async (statement: string) => {
    await ask(serverUrl(), statement)
  }
  return {
    onServer,
    async create() {
      const name = `test_bare_${randomBytes(6).toString('hex')}`
      await onServer(`create database ${name}`)
      names.push(name)
      const url = new URL(serverUrl())
      url.pathname = `/${name}`
      return url.href
    },
    async dropAll() {
      for (const name of names) await onServer(`drop database if exists ${name} with (force)`)
    },
  }
}

const startedAnew = ['schema_migration', 'schema_migration_lock', 'reference_number_day', 'worker_beat']

/** Every row of every table and the state of every sequence, but for what a restore moves on purpose. */
export async function contentOf(url: string): Promise<Record<string, unknown[]>> {
  const tables = await ask<{ name: string }>(
    url,
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`,
  )
  const content: Record<string, unknown[]> = {}
  for (const { name } of tables) {
    if (startedAnew.includes(name)) continue
    content[name] = await ask(url, `select t::text as row from "${name}" t order by 1`)
  }
  const sequences = await ask(
    url,
    `select sequencename, last_value from pg_sequences where schemaname = 'public' order by 1`,
  )
  return { ...content, sequences }
}

export async function isEmpty(url: string): Promise<boolean> {
  const content = await contentOf(url)
  return Object.entries(content).every(([name, rows]) => name === 'sequences' || rows.length === 0)
}
