import { createHash, type Hash } from 'node:crypto'
import type { Db } from '../platform/db/database.ts'
import { sqlState, transact } from '../platform/db/transaction.ts'
import { enqueue } from '../platform/jobs.ts'
import type { Platform } from '../platform/platform.ts'
import type { Provider } from '../provider/index.ts'
import { baseKeyOf } from './entry-key.ts'
import { type CsvProfile, readStatement, StatementError, type StatementFormat } from './format/index.ts'
import { deleteLines, insertLines, type Line, publishLines } from './queries/lines.ts'
import {
  findStatementById,
  insertStatement,
  noteFailed,
  noteProgress,
  noteRead,
} from './queries/statements.ts'
import type { Statement, StatementSource } from './statement.ts'

/** Bytes of one file. */
export const statementBytesMax = 200 * 1024 * 1024
const linesPerInsert = 1_000
const fileNameMax = 255

export interface ImportOptions {
  source: StatementSource
  fileName?: string
  format?: StatementFormat
  encoding?: string
  profile?: CsvProfile
  /** Of files that name no account, 26 digits. Default: the provider's. */
  account?: string
  /** Of the upload: the same key never makes a second statement. */
  idempotencyKey?: string
  /** Called now and then with what was read until then. */
  onProgress?(read: { bytes: number; entries: number }): void
}

/**
 * Reads a file and stores its entries: all of those that no file has brought before, or, where the file cannot be
 * read to its end, none. They are decided afterwards, by a job.
 *
 * @returns the statement, whether it was read or failed; undefined where the idempotency key was used before
 * @throws what the source of the bytes throws; the statement has failed then
 */
export async function importStatement(
  platform: Platform,
  provider: Provider,
  bytes: AsyncIterable<Uint8Array>,
  options: ImportOptions,
): Promise<Statement | undefined> {
  const { db } = platform
  const statement = await insertStatement(db, provider.id, {
    source: options.source,
    fileName: options.fileName?.slice(0, fileNameMax) ?? null,
    format: options.format ?? null,
    idempotencyKey: options.idempotencyKey ?? null,
  })
  if (!statement) return undefined
  const meter: Meter = { bytes: 0, entries: 0, hash: createHash('sha256') }
  try {
    await stage(db, provider, statement, measured(bytes, meter), meter, options)
    await publish(platform, provider, statement, meter)
  } catch (error) {
    const problem = problemOf(error)
    await fail(db, provider.id, statement.id, problem ?? brokenOff)
    if (problem === undefined) throw error
  }
  return (await findStatementById(db, provider.id, statement.id)) ?? statement
}

const brokenOff = 'It broke off while it was read. Bring it again: nothing is stored twice.'

/** Says that a statement cannot be read any more, and drops what was staged of it. */
export async function fail(db: Db, providerId: number, statementId: bigint, problem: string): Promise<void> {
  await noteFailed(db, providerId, statementId, problem)
  await deleteLines(db, providerId, statementId)
}

interface Meter {
  bytes: number
  entries: number
  hash: Hash
}

async function* measured(bytes: AsyncIterable<Uint8Array>, meter: Meter): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    meter.bytes += chunk.length
    if (meter.bytes > statementBytesMax)
      throw new StatementError('The file is larger than 200 MB: divide it.')
    meter.hash.update(chunk)
    yield chunk
  }
}

async function stage(
  db: Db,
  provider: Provider,
  statement: Statement,
  bytes: AsyncIterable<Uint8Array>,
  meter: Meter,
  { format, encoding, profile, account, onProgress }: ImportOptions,
): Promise<void> {
  const parts = readStatement(bytes, {
    format,
    encoding,
    csvProfile: profile,
    account: account ?? provider.defaultNrb ?? undefined,
    currency: provider.currency,
  })
  let lines: Line[] = []
  const store = async () => {
    await insertLines(db, provider.id, statement.id, lines)
    await noteProgress(db, provider.id, statement.id, BigInt(meter.bytes))
    meter.entries += lines.length
    lines = []
    onProgress?.({ bytes: meter.bytes, entries: meter.entries })
  }
  for await (const part of parts) {
    if (part.kind === 'head') continue
    // Counted anew: the places of the lines have to be without gaps.
    const entry = { ...part.entry, position: meter.entries + lines.length + 1 }
    lines.push({ entry, baseKey: baseKeyOf(part.entry) })
    if (lines.length === linesPerInsert) await store()
  }
  await store()
}

async function publish(
  { db, log }: Platform,
  provider: Provider,
  statement: Statement,
  meter: Meter,
): Promise<void> {
  const { bytes, entries } = meter
  const sha256 = meter.hash.digest()
  await transact(db, async (tx) => {
    const entriesNew = await publishLines(tx, provider.id, statement.id, entries)
    const read = { bytes: BigInt(bytes), sha256, entries, entriesNew }
    const wasReading = await noteRead(tx, provider.id, statement.id, read)
    if (!wasReading) throw new StatementError('It took too long to be read, and was given up.')
    await matchLater(tx, provider.id, statement.id)
  })
  try {
    await deleteLines(db, provider.id, statement.id)
  } catch (error) {
    // The entries are stored: a daily job drops what is left of the lines.
    log.error(
      { err: error, statement: statement.publicId },
      'staged lines of a statement could not be dropped',
    )
  }
}

/** Rings for the statement's entries to be decided. */
export async function matchLater(db: Db, providerId: number, statementId: bigint, after = 0n): Promise<void> {
  await enqueue(
    db,
    'statement.match',
    { providerId, statementId: String(statementId), after: String(after) },
    { key: `statement.match ${providerId} ${statementId}` },
  )
}

/** What the file is to blame for, as a sentence; undefined for everything else. */
function problemOf(error: unknown): string | undefined {
  if (error instanceof StatementError) return error.message
  const state = sqlState(error) ?? ''
  // Data that the database does not take: a number or date out of its range.
  return /^(22|23514)/.test(state) ? 'It holds a value that is out of range.' : undefined
}
