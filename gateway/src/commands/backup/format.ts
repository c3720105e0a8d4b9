import { createHash } from 'node:crypto'

/**
 * A back-up is gzip of text: a line of JSON with the header; for each table a line of JSON and its rows as
 * COPY writes them, up to a line `\.`; a last line of JSON with counts and the SHA-256 of all before it.
 */
export const formatName = 'bill-gateway-backup'
export const formatVersion = 1
/** Ends the rows of a table, as COPY does. */
export const endOfRows = Buffer.from('\\.\n')
const newline = 0x0a

export interface Header {
  format: typeof formatName
  version: typeof formatVersion
  /** Version of the gateway that wrote it. */
  gateway: string
  /** When the snapshot was taken, in ISO form. */
  at: string
  migrations: string[]
}

export interface TableLine {
  table: string
  columns: string[]
}

/** A line of a back-up. */
export function lineOf(value: Header | TableLine | Trailer): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`)
}

/** How many lines end in the bytes. */
export function linesIn(bytes: Buffer): number {
  let lines = 0
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) lines++
  return lines
}

export interface Trailer {
  end: true
  rows: Record<string, number>
  sequences: { name: string; value: string; called: boolean }[]
  sha256: string
}

/** A part of a table's rows, whole lines only, or a line of JSON between tables. */
export type Piece =
  | { kind: 'json'; text: string; hashBefore: string }
  | { kind: 'rows'; bytes: Buffer; count: number }

/**
 * Takes a back-up apart as it streams by, with a piece in memory at a time.
 *
 * @throws Error where a line is longer than any row can be
 */
export async function* piecesOf(source: AsyncIterable<Buffer>): AsyncGenerator<Piece> {
  const hash = createHash('sha256')
  let rest: Buffer = Buffer.alloc(0)
  let inRows = false
  for await (const chunk of source) {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    if (rest.length > lineBytesMax) throw new Error('a line has no end')
    for (;;) {
      const taken: Taken | undefined = inRows ? takeRows(rest) : takeLine(rest)
      if (!taken) break
      if (inRows) {
        if (taken.count > 0) yield { kind: 'rows', bytes: taken.bytes, count: taken.count }
        inRows = !taken.ended
      } else {
        const text: string = taken.bytes.toString('utf8')
        yield { kind: 'json', text, hashBefore: hash.copy().digest('hex') }
        inRows = text.startsWith('{"table":')
      }
      hash.update(rest.subarray(0, taken.used))
      rest = rest.subarray(taken.used)
    }
  }
  if (inRows || rest.length > 0) throw new Error('it ends in the middle')
}

/** A row with a logo of 20 KiB in hexadecimal, or an answer of 100 links, is far smaller. */
const lineBytesMax = 64 * 1024 * 1024

interface Taken {
  bytes: Buffer
  used: number
  count: number
  ended: boolean
}

function takeLine(from: Buffer): Taken | undefined {
  const end = from.indexOf(newline)
  return end < 0 ? undefined : { bytes: from.subarray(0, end), used: end + 1, count: 1, ended: false }
}

/** Whole rows up to the end of the buffer or the line that ends them. */
function takeRows(from: Buffer): Taken | undefined {
  let start = 0
  let count = 0
  for (let end = from.indexOf(newline); end >= 0; end = from.indexOf(newline, start)) {
    if (end - start === 2 && from[start] === 0x5c && from[start + 1] === 0x2e)
      return { bytes: from.subarray(0, start), used: end + 1, count, ended: true }
    start = end + 1
    count++
  }
  return start === 0 ? undefined : { bytes: from.subarray(0, start), used: start, count, ended: false }
}
