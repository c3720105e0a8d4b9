import type pg from 'pg'

/** Every row of every table as text, what is binary in hexadecimal digits. */
export async function dumpOf(pool: pg.Pool): Promise<string> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  )
  const parts: string[] = []
  for (const { name } of tables) {
    const { rows } = await pool.query<{ row: string }>(`select each::text as row from ${name} as each`)
    parts.push(name, ...rows.map(({ row }) => row))
  }
  return parts.join('\n')
}
