import type { CsvProfile } from './csv-profile.ts'
import { bareName, createRowReader, type Known } from './csv-row.ts'
import { readRecords } from './records.ts'
import type { Sink } from './sink.ts'
import { StatementError } from './statement-error.ts'
import type { StatementPart } from './statement-part.ts'
import { accountInText } from './text.ts'

/** What may stand before the rows: a bank's address, the filters that were set, the accounts. */
const preambleLinesMax = 500
const preambleCharsMax = 262_144

/**
 * Reads a bank's CSV file by a profile. Lines before the header row are passed over, as are rows without a date:
 * sums and footnotes. A row with a date has to be right.
 */
export async function* readCsv(
  texts: AsyncIterable<string>,
  profile: CsvProfile,
  told: Known,
  sink: Sink,
): AsyncGenerator<StatementPart> {
  const { names, delimiter, lines, preamble, rest } = await afterPreamble(texts, profile)
  const account = told.account ?? accountInText(preamble)
  const read = createRowReader(profile, names, { ...told, account })
  let rows = 0
  let entries = 0
  for await (const { cells, line } of readRecords(rest, { delimiter, quote: profile.quote }, lines)) {
    rows += 1
    const entry = read(cells, line)
    if (!entry) continue
    entries += 1
    if (entries === 1 && account !== undefined) {
      const { currency } = entry
      sink.head(
        { account, statementId: null, opening: null, closing: null, currency, from: null, to: null },
        { line },
      )
    }
    sink.entry(entry, { line })
    yield* sink.take()
  }
  if (entries === 0 && rows > 0 && profile.header === undefined) {
    throw new StatementError('Not one row is an entry: is the file of this profile?')
  }
}

interface Table {
  names: string[]
  delimiter: string
  /** How many lines came before the rows. */
  lines: number
  preamble: string
  rest: AsyncIterable<string>
}

/** Reads up to the first row of the table. */
async function afterPreamble(texts: AsyncIterable<string>, profile: CsvProfile): Promise<Table> {
  const source = texts[Symbol.asyncIterator]()
  const { header, skipLines = 0 } = profile
  let text = ''
  let from = 0
  let lines = 0
  const table = (names: string[], delimiter: string): Table => ({
    names,
    delimiter,
    lines,
    preamble: text.slice(0, from),
    rest: following(text.slice(from), source),
  })
  for (;;) {
    if (!header && lines >= skipLines) return table([], profile.delimiter)
    const end = /\r\n|\n|\r(?=[^\n])/g
    end.lastIndex = from
    const found = end.exec(text)
    if (found) {
      const line = text.slice(from, found.index)
      from = end.lastIndex
      lines += 1
      const head = header && headOf(line, header, profile.delimiter)
      if (head) return table(head.names, head.delimiter)
    } else {
      const next = await source.next()
      if (next.done) throw noHeader()
      text += next.value
    }
    if (lines > preambleLinesMax || from > preambleCharsMax || text.length - from > preambleCharsMax) {
      throw noHeader()
    }
  }
}

function noHeader(): StatementError {
  return new StatementError(
    'The row with the names of the columns is not there: is it a file of this profile?',
  )
}

/** The header row, also where a program has saved the file with another delimiter. */
function headOf(line: string, header: readonly string[], usual: string) {
  return [usual, ';', ',', '\t', '|']
    .map((delimiter) => ({ delimiter, names: line.split(delimiter).map(bareName) }))
    .find(({ names }) => header.every((name) => names.includes(bareName(name))))
}

async function* following(first: string, source: AsyncIterator<string>): AsyncGenerator<string> {
  try {
    if (first !== '') yield first
    for (let next = await source.next(); !next.done; next = await source.next()) yield next.value
  } finally {
    await source.return?.()
  }
}
