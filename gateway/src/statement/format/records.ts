import { pipeline, Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { lineCharsMax } from './lines.ts'
import { StatementError } from './statement-error.ts'

export interface CsvRecord {
  cells: string[]
  /** The last line of the record, from 1 on. */
  line: number
}

/**
 * Cuts delimited text into records. A quotation mark in the midst of a cell is one of its characters: banks write
 * company names as they are.
 *
 * @param linesBefore lines of the file that came before this text
 */
export async function* readRecords(
  texts: AsyncIterable<string>,
  { delimiter, quote }: { delimiter: string; quote: string },
  linesBefore: number,
): AsyncGenerator<CsvRecord> {
  const parser = parse({
    delimiter,
    quote: quote === '' ? false : quote,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: lineCharsMax,
    info: true,
  })
  // The error of either end comes out of the loop below.
  pipeline(Readable.from(texts), parser, () => {})
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[]
      info: { lines: number }
    }>) {
      yield { cells: record.map((cell) => withoutQuotes(cell, quote)), line: linesBefore + info.lines }
    }
  } catch (error) {
    throw error instanceof CsvError ? sentenceOf(error, linesBefore) : error
  }
}

/** A cell with quotation marks of its own comes with those around it. */
function withoutQuotes(cell: string, quote: string): string {
  const isQuoted = quote !== '' && cell.length > 1 && cell.startsWith(quote) && cell.endsWith(quote)
  return isQuoted ? cell.slice(1, -1) : cell
}

function sentenceOf(error: CsvError, linesBefore: number): StatementError {
  const lines: unknown = error.lines
  const place = typeof lines === 'number' ? { line: linesBefore + lines } : {}
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') {
    return new StatementError('A quotation mark is not closed before the end of the file.', place)
  }
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    return new StatementError(
      `A row of more than ${lineCharsMax} characters, or a quotation mark that is not closed.`,
      place,
    )
  }
  return new StatementError('A row that is not built as CSV.', place)
}
