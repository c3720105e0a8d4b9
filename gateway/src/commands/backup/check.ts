import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import {
  formatName,
  formatVersion,
  type Header,
  type Piece,
  piecesOf,
  type TableLine,
  type Trailer,
} from './format.ts'

export interface Contents {
  header: Header
  trailer: Trailer
}

/** Reads all of a back-up and holds it to its own counts and hash. @throws Error that says what is wrong */
export async function checkBackup(file: string, watch: (rows: number) => void): Promise<Contents> {
  const reading = newReading()
  let rows = 0
  try {
    for await (const piece of readBackup(file)) {
      readPiece(reading, piece)
      rows += piece.kind === 'rows' ? piece.count : 0
      watch(rows)
    }
  } catch (error) {
    throw new Error(whyUnusable(file, error as NodeJS.ErrnoException), { cause: error })
  }
  const { header, trailer } = reading
  if (header && trailer) return { header, trailer }
  throw new Error(whyUnusable(file, new Error('it ends in the middle')))
}

export async function* readBackup(file: string): AsyncGenerator<Piece> {
  const unpacked = createGunzip()
  pipeline(createReadStream(file), unpacked, () => undefined)
  yield* piecesOf(unpacked)
}

const unreadable = ['ENOENT', 'EACCES', 'EISDIR', 'EIO']

function whyUnusable(file: string, { code, message }: NodeJS.ErrnoException): string {
  if (code && unreadable.includes(code))
    return `The back-up ${file} cannot be read (${code}). Check the path.`
  return `${file} is not a whole back-up of Bill Gateway: ${message}. Nothing was changed; take another file.`
}

interface Reading {
  header?: Header
  trailer?: Trailer
  table?: string
  rows: Record<string, number>
}

export function newReading(): Reading {
  return { rows: {} }
}

/** Follows the pieces of a back-up. @returns the table whose rows begin here */
export function readPiece(reading: Reading, piece: Piece): TableLine | undefined {
  if (reading.trailer) throw new Error('something follows its end')
  if (piece.kind === 'rows') {
    if (reading.table) reading.rows[reading.table] = (reading.rows[reading.table] ?? 0) + piece.count
    return undefined
  }
  const line = JSON.parse(piece.text) as Header | TableLine | Trailer
  if (!reading.header) {
    reading.header = headerOf(line)
  } else if ('table' in line) {
    reading.table = line.table
    reading.rows[line.table] = 0
    return line
  } else if ('end' in line) {
    if (line.sha256 !== piece.hashBefore) throw new Error('its content is not what was written')
    if (JSON.stringify(line.rows) !== JSON.stringify(reading.rows)) throw new Error('its counts do not agree')
    reading.trailer = line
  }
  return undefined
}

function headerOf(line: Header | TableLine | Trailer): Header {
  if (!('format' in line) || line.format !== formatName) throw new Error('it does not begin like one')
  if (line.version !== formatVersion)
    throw new Error(`its format ${line.version} is of another version of the gateway (${line.gateway})`)
  return line
}
