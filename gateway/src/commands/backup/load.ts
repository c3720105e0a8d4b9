import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { clientConfig } from '../../platform/db/database.ts'
import { newReading, readBackup, readPiece } from './check.ts'
import {
  copyIn,
  retireReferenceNumbers,
  setSequence,
  tablesInLoadingOrder,
  tableWithRows,
} from './queries.ts'
import { plainSession } from './session.ts'

/**
 * Fills an empty database of the same schema, in one transaction in which every constraint is checked. It
 * needs no more rights than the owner of the tables has.
 */
export async function loadBackup(
  url: string,
  file: string,
  watch: (table: string, rows: number) => void,
): Promise<Record<string, number>> {
  const client = new pg.Client(clientConfig(url))
  await client.connect()
  try {
    await plainSession(client)
    await client.query('begin')
    await refuseRows(client)
    const rows = await loadPieces(client, file, watch)
    await client.query('set constraints all immediate')
    await client.query('commit')
    return rows
  } finally {
    await client.end()
  }
}

async function refuseRows(client: pg.Client): Promise<void> {
  const table = await tableWithRows(client, await tablesInLoadingOrder(client))
  if (table) throw new Error(notEmpty(`${table} has rows`))
}

export function notEmpty(why: string): string {
  return (
    `The database is not empty (${why}), and a back-up is restored only into an empty one. ` +
    'Create a new database and name it in DATABASE_URL, or choose another DATA_DIR.'
  )
}

async function loadPieces(
  client: pg.Client,
  file: string,
  watch: (table: string, rows: number) => void,
): Promise<Record<string, number>> {
  const reading = newReading()
  let copying: Copying | undefined
  let done = 0
  for await (const piece of readBackup(file)) {
    const begun = readPiece(reading, piece)
    if (piece.kind === 'rows') {
      await copying?.write(piece.bytes)
      done += piece.count
      watch(reading.table ?? '', done)
      continue
    }
    await copying?.end()
    copying = begun && copyInto(client.query(copyFrom(copyIn({ name: begun.table, columns: begun.columns }))))
  }
  if (!reading.header || !reading.trailer) throw new Error(`${file} ends in the middle. Nothing was changed.`)
  for (const sequence of reading.trailer.sequences) await setSequence(client, sequence)
  await retireReferenceNumbers(client, reading.header.at)
  return reading.rows
}

interface Copying {
  write(bytes: Buffer): Promise<void>
  end(): Promise<void>
}

function copyInto(stream: Writable): Copying {
  const ended = finished(stream)
  // Waited for below; a failure meanwhile is told there.
  ended.catch(() => undefined)
  return {
    async write(bytes) {
      if (!stream.write(bytes)) await Promise.race([once(stream, 'drain'), ended])
    },
    async end() {
      stream.end()
      await ended
    },
  }
}
