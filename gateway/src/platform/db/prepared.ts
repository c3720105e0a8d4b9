import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type pg from 'pg'

/**
 * A statement that begins so is planned once per connection instead of each time it runs. For the hot paths
 * only, and only where the text is the same every time.
 */
const mark = '/* prepared */'

const names = new Map<string, string>()
const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>()

/** The pool as Kysely wants it, with marked statements sent under a name. */
export function preparing(pool: pg.Pool): PostgresPool {
  return {
    async connect() {
      const client = await pool.connect()
      let wrapped = clients.get(client)
      if (!wrapped) {
        wrapped = wrap(client)
        clients.set(client, wrapped)
      }
      return wrapped
    },
    end: () => pool.end(),
  }
}

function wrap(client: pg.PoolClient): PostgresPoolClient {
  // Kysely's other form, with a cursor, is not used here.
  const query: PostgresPoolClient['query'] = (text: unknown, values: readonly unknown[] = []) => {
    if (typeof text !== 'string') throw new Error('cursors are not supported')
    const config = { text, values: [...values] }
    return client.query(text.startsWith(mark) ? { ...config, name: nameOf(text) } : config) as never
  }
  return { query, release: () => client.release() }
}

function nameOf(text: string): string {
  const name = names.get(text) ?? `prepared-${names.size}`
  names.set(text, name)
  return name
}
