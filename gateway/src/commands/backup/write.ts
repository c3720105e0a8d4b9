import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { clientConfig } from '../../platform/db/database.ts'
import { version } from '../version.ts'
import { endOfRows, formatName, formatVersion, type Header, lineOf, linesIn } from './format.ts'
import {
  appliedMigrations,
  copyOut,
  estimatedRows,
  sequences,
  type Table,
  tablesInLoadingOrder,
} from './queries.ts'
import { plainSession } from './session.ts'

export interface Written {
  at: string
  rows: Record<string, number>
}

type Watch = (table: string, rowsDone: number, rowsAbout: number) => void

/** Writes everything, as one moment saw it, to a file that is whole or not there. */
export async function writeBackup(url: string, file: string, watch: Watch): Promise<Written> {
  const client = new pg.Client(clientConfig(url))
  const unfinished = `${file}.unfinished`
  await client.connect()
  try {
    await plainSession(client)
    await client.query('begin isolation level repeatable read read only')
    const header = await headerOf(client)
    if (header.migrations.length === 0)
      throw new Error('The database has no gateway in it: nothing to back up.')
    const rows: Record<string, number> = {}
    const content = Readable.from(contentOf(client, header, rows, watch))
    await pipeline(content, createGzip(), createWriteStream(unfinished, { mode: 0o600 }))
    await client.query('commit')
    await makeDurable(unfinished)
    await rename(unfinished, file)
    await makeDurable(dirname(file))
    return { at: header.at, rows }
  } finally {
    await client.end()
    await rm(unfinished, { force: true })
  }
}

async function headerOf(client: pg.Client): Promise<Header> {
  const { rows } = await client.query<{ now: Date }>('select now()')
  return {
    format: formatName,
    version: formatVersion,
    gateway: version,
    at: (rows[0]?.now ?? new Date()).toISOString(),
    migrations: await appliedMigrations(client),
  }
}

async function* contentOf(
  client: pg.Client,
  header: Header,
  rows: Record<string, number>,
  watch: Watch,
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  const hashed = (bytes: Buffer) => {
    hash.update(bytes)
    return bytes
  }
  const about = await estimatedRows(client)
  let done = 0
  yield hashed(lineOf(header))
  for (const table of await tablesInLoadingOrder(client)) {
    yield hashed(lineOf({ table: table.name, columns: table.columns }))
    let count = 0
    for await (const chunk of rowsOf(client, table)) {
      count += linesIn(chunk)
      watch(table.name, done + count, about)
      yield hashed(chunk)
    }
    yield hashed(endOfRows)
    rows[table.name] = count
    done += count
  }
  yield lineOf({ end: true, rows, sequences: await sequences(client), sha256: hash.digest('hex') })
}

function rowsOf(client: pg.Client, table: Table): AsyncIterable<Buffer> {
  return client.query(copyTo(copyOut(table)))
}

async function makeDurable(path: string): Promise<void> {
  const handle = await open(path, 'r')
  await handle.sync().finally(() => handle.close())
}
