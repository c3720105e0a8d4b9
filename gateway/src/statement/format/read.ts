import { createCamtReader } from './camt053.ts'
import { readCsv } from './csv.ts'
import type { CsvProfile } from './csv-profile.ts'
import { currencyAt, type Known } from './csv-row.ts'
import { detectCsvProfile, detectFormat } from './detect.ts'
import { readElixir } from './elixir.ts'
import {
  type Decoder,
  type Encoding,
  encodingOf,
  encodingOfMark,
  encodings,
  guessingDecoder,
  inWindows,
  toldDecoder,
} from './encoding.ts'
import { createMt940Reader } from './mt940.ts'
import { createSink, type Sink, type TextReader } from './sink.ts'
import { StatementError } from './statement-error.ts'
import { type StatementFormat, type StatementPart, statementFormats } from './statement-part.ts'
import { accountOf } from './text.ts'

export interface ReadOptions {
  /** Told, or else found out from the beginning of the file. */
  format?: StatementFormat | undefined
  /** Any usual name. Told, it is taken at its word, and what it cannot say becomes U+FFFD; else it is found out. */
  encoding?: string | undefined
  /** How a CSV file is built; without it one of the known profiles is recognised. */
  csvProfile?: CsvProfile | undefined
  /** The account of files that name none. Elixir files are read from its point of view. */
  account?: string | undefined
  /** The currency of files that name none. PLN unless told. */
  currency?: string | undefined
  /** Called with the number of bytes read until now. */
  onProgress?: ((bytes: number) => void) | undefined
}

/**
 * Reads a statement piece by piece, in memory that does not grow with the file. Parts before an error have been
 * handed out already: whoever stores them stores all or nothing.
 *
 * @throws StatementError for a file that cannot be read; errors of the source itself pass through
 */
export async function* readStatement(
  bytes: AsyncIterable<Uint8Array>,
  options: ReadOptions = {},
): AsyncGenerator<StatementPart> {
  const windows = inWindows(bytes, options.onProgress ?? (() => {}))
  try {
    const opening = await windows.next()
    if (opening.done) throw new StatementError('The file is empty.')
    const first = opening.value
    const format = formatOf(first, options)
    const profile = format === 'csv' ? profileOf(first, options) : undefined
    const decoder = decoderOf(first, format, options.encoding ?? profile?.encoding)
    const texts = decoded(first, windows, decoder)
    const sink = createSink()
    const known: Known = knownOf(options)
    if (profile) yield* readCsv(texts, profile, known, sink)
    else if (format === 'elixir') yield* readElixir(texts, known, sink)
    else yield* readBy(format === 'mt940' ? createMt940Reader(sink) : createCamtReader(sink), texts, sink)
    yield* sink.take()
  } finally {
    await windows.return(undefined)
  }
}

async function* readBy(reader: TextReader, texts: AsyncIterable<string>, sink: Sink) {
  for await (const text of texts) {
    reader.write(text)
    yield* sink.take()
  }
  reader.end()
}

async function* decoded(
  first: Buffer,
  more: AsyncIterable<Buffer>,
  decoder: Decoder,
): AsyncGenerator<string> {
  yield decoder.write(first)
  for await (const window of more) yield decoder.write(window)
  yield decoder.end()
}

function formatOf(first: Buffer, { format, csvProfile }: ReadOptions): StatementFormat {
  if (format !== undefined && !statementFormats.includes(format)) {
    throw new StatementError(`The format has to be one of ${statementFormats.join(', ')}.`)
  }
  const found = format ?? (csvProfile ? 'csv' : detectFormat(first))
  if (found) return found
  throw new StatementError('The format of the file is not recognised: tell it, or a CSV profile.', {
    line: 1,
  })
}

function profileOf(first: Buffer, { csvProfile }: ReadOptions): CsvProfile {
  const profile = csvProfile ?? detectCsvProfile(first)
  if (profile) return profile
  throw new StatementError('The bank of this CSV file is not recognised: tell a profile.', { line: 1 })
}

/** XML says its encoding, but programs that write UTF-8 there and mean another are known. */
function decoderOf(first: Buffer, format: StatementFormat, told: string | undefined): Decoder {
  const declared =
    format === 'camt053'
      ? /^[^<]{0,10}<\?xml[^>]{0,200}?encoding=["']([^"']{1,40})["']/.exec(first.toString('latin1'))
      : null
  const encoding = told === undefined ? encodingOfMark(first) : known(told)
  const named = encoding ?? (declared?.[1] === undefined ? undefined : known(declared[1]))
  const isSure = encoding !== undefined || (named !== undefined && named !== 'utf-8')
  return named !== undefined && isSure ? toldDecoder(named) : guessingDecoder()
}

function known(name: string): Encoding {
  const encoding = encodingOf(name)
  if (encoding) return encoding
  throw new StatementError(`The encoding has to be one of ${encodings.join(', ')}.`)
}

function knownOf({ account, currency }: ReadOptions): Known {
  return { account: accountOf(account) ?? undefined, currency: currencyAt(currency ?? 'PLN', {}) }
}
