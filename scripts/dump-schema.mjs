// Writes what the migrations make: gateway/schema.sql for readers, tables.ts for the compiler.
// `node scripts/dump-schema.mjs --check` changes nothing and fails where they are not up to date.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import pg from 'pg'
import { runNode, top } from './lib/run.mjs'
import { schemaText } from './lib/schema-text.mjs'

const schemaFile = join(top, 'gateway/schema.sql')
const typesFile = join(top, 'gateway/src/platform/db/tables.ts')
const check = process.argv.includes('--check')

/** Types may still be those of yesterday's tables, which this mends: the compiler's complaints do not count. */
async function compile() {
  await runNode([join(top, 'node_modules/typescript/bin/tsc'), '-b', 'contract', 'gateway'], {
    stdio: 'ignore',
  })
  const load = (path) => import(pathToFileURL(join(top, 'gateway/dist/platform', path)).href)
  const { startEmbeddedPostgres } = await load('embedded-postgres/index.js')
  const { openDatabase } = await load('db/database.js')
  const { migrate } = await load('db/migrate.js')
  return { startEmbeddedPostgres, openDatabase, migrate }
}

async function generate(folder) {
  const { startEmbeddedPostgres, openDatabase, migrate } = await compile()
  const server = await startEmbeddedPostgres({ dataDir: folder, role: 'gateway', report: console.error })
  try {
    const database = openDatabase(server.url, 1, () => undefined)
    await migrate(database).finally(() => database.close())
    return { schema: await dump(server.url), types: await tableTypes(server.url, join(folder, 'tables.ts')) }
  } finally {
    await server.stop()
  }
}

async function dump(url) {
  const client = new pg.Client(url)
  await client.connect()
  return schemaText(client).finally(() => client.end())
}

async function tableTypes(url, file) {
  const codegen = join(top, 'node_modules/kysely-codegen/dist/cli/bin.js')
  const status = await runNode(
    [
      codegen,
      ...['--dialect', 'postgres', '--url', url, '--date-parser', 'string', '--out-file', file],
      ...[
        '--type-mapping',
        '{"int8":"bigint"}',
        '--exclude-pattern',
        '{public.schema_migration*,graphile_worker.*}',
      ],
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  if (status !== 0) process.exit(status)
  return readFile(file, 'utf8')
}

async function settle(file, text) {
  const present = await readFile(file, 'utf8').catch(() => '')
  if (present === text) return true
  if (!check) await writeFile(file, text)
  console.log(`${file.slice(top.length)} ${check ? 'is not what the migrations make' : 'written'}`)
  return !check
}

const folder = await mkdtemp(join(tmpdir(), 'bill-gateway-schema-'))
try {
  const { schema, types } = await generate(folder)
  const settled = [await settle(schemaFile, schema), await settle(typesFile, types)]
  if (settled.includes(false)) {
    console.log('Run "node scripts/dump-schema.mjs" and commit what it writes.')
    process.exitCode = 1
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
