import type { Known } from './csv-row.ts'
import { dateOfFormat } from './date.ts'
import { readRecords } from './records.ts'
import type { Sink } from './sink.ts'
import { StatementError } from './statement-error.ts'
import type { StatementPart } from './statement-part.ts'
import { accountOf, cleanText, joinPieces, textOrNull } from './text.ts'

/** Characters of each of the four lines of a name or a title. */
const pieceChars = 35

/** Fields that have to be there: up to the title. The rest differs from bank to bank. */
const fieldsMin = 12

/** Of the fields that are numbers: in a row with a mark too many nothing stands where it should. */
const shapes: readonly (readonly [number, RegExp])[] = [
  [1, /^\d{1,33}$/],
  [3, /^\d{1,17}$/],
  [4, /^\d{0,8}$/],
  [5, /^\d{0,8}$/],
  [6, /^[A-Z\d ]{0,42}$/],
  [7, /^[A-Z\d ]{0,42}$/],
  [10, /^\d{0,8}$/],
  [11, /^\d{0,8}$/],
]

/**
 * Reads a report of incoming transfers in Elixir's record: one line each, grosze, and the account that was paid,
 * which is a payer's own in a report of mass payments. Everything in it is a credit, but for what the told account
 * itself has sent.
 */
export async function* readElixir(
  texts: AsyncIterable<string>,
  told: Known,
  sink: Sink,
): AsyncGenerator<StatementPart> {
  let records = 0
  for await (const { cells, line } of readRecords(texts, { delimiter: ',', quote: '"' }, 0)) {
    // Some files end with 0x1A.
    if (cells.length === 1 && cleanText(cells[0] ?? '') === '') continue
    readRecord(cells, line, told, sink)
    records += 1
    yield* sink.take()
  }
  if (records === 0) throw new StatementError('There is no record in the file.')
}

function readRecord(cells: readonly string[], line: number, told: Known, sink: Sink): void {
  const place = { line }
  const at = (field: number) => (cells[field - 1] ?? '').trim()
  const bookedOn = dateOfFormat(at(2), 'yyyymmdd')
  const payer = accountOf(at(6))
  const payee = accountOf(at(7))
  if (cells.length < fieldsMin || !shapes.every(([field, shape]) => shape.test(at(field)))) {
    throw new StatementError('A record that is not built as Elixir has it.', place)
  }
  if (bookedOn === undefined) throw new StatementError('A date that is not of the form yyyymmdd.', place)
  if (payee === null) throw new StatementError('A record without the account that was paid.', place)
  const isDebit = told.account !== undefined && payer === told.account && payee !== told.account
  const pieces = (field: number) => joinPieces((cells[field - 1] ?? '').split('|'), pieceChars)
  sink.entry(
    {
      account: told.account ?? payee,
      currency: told.currency,
      amount: BigInt(at(3)),
      direction: isDebit ? 'debit' : 'credit',
      isReversal: false,
      bookedOn,
      valueOn: null,
      // The reference in the last field is the payer's: nothing keeps him from using it twice.
      bankReference: null,
      title: cleanText(pieces(12)),
      counterpartyName: textOrNull(pieces(isDebit ? 9 : 8)),
      counterpartyAccount: isDebit ? payee : payer,
      targetAccount: isDebit || payee === told.account ? null : payee,
      transactionCode: textOrNull(at(1)),
    },
    place,
  )
}
