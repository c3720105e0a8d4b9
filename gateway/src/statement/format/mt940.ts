import { createLineCutter } from './lines.ts'
import { type Details, readDetails } from './mt940-details.ts'
import { type EntryLine, readBalance, readEntryLine, readTotal } from './mt940-lines.ts'
import type { Sink, TextReader } from './sink.ts'
import { StatementError } from './statement-error.ts'
import { accountOf, cleanText, textOrNull } from './text.ts'

/** Lines of one field. SWIFT allows six to a :86:, banks write up to some thirty. */
const fieldLinesMax = 100

interface Field {
  tag: string
  lines: string[]
  line: number
}

interface Statement {
  line: number
  account: string | undefined
  statementId: string | null
  currency: string | undefined
  from: string | null
  opening: bigint | null
  isHeadOut: boolean
  /** Whether the closing balance, or the closing sums of an interim report, were read. */
  isClosed: boolean
  sums: { credit: bigint; debit: bigint; credits: number; debits: number }
  entry: { line: number; said: EntryLine; more: string; details: string[] | undefined } | undefined
}

/**
 * Reads MT940, and the interim MT942, in the dialects of Polish banks. A statement ends with its closing balance:
 * a file that ends before is cut off. Opening balance and entries have to make the closing one.
 */
export function createMt940Reader(sink: Sink): TextReader {
  let statement: Statement | undefined
  let field: Field | undefined
  let hasAny = false

  const finishField = () => {
    if (!field) return
    if (field.tag === '20') {
      statement = begin(statement, field)
      hasAny = true
    } else if (statement) {
      take(statement, field, sink)
    } else {
      throw new StatementError('A field outside of a statement: it begins with :20:.', { line: field.line })
    }
    field = undefined
  }
  const takeLine = (raw: string, number: number) => {
    // 0x01 and 0x03 stand around mBank's statements, SUB at the end of files of old systems.
    const line = raw.replace(/[^\P{Cc}\t]/gu, '')
    const tag = /^:(\d{2}[A-Z]?|NS):(.*)$/.exec(line)
    if (tag) {
      finishField()
      field = { tag: tag[1] ?? '', lines: [tag[2] ?? ''], line: number }
    } else if (/^-(\}.*)?\s*$/.test(line) && mayEnd(statement, field)) {
      finishField()
      statement = undefined
    } else if (field) {
      field.lines.push(line)
      if (field.lines.length > fieldLinesMax) {
        throw new StatementError(`A field of more than ${fieldLinesMax} lines.`, { line: number })
      }
    } else if (!/^\s*(\{.*)?$/.test(line)) {
      throw new StatementError('Text outside of a statement.', { line: number })
    }
  }
  const lines = createLineCutter(takeLine)
  return {
    write: (text) => lines.write(text),
    end() {
      lines.end()
      finishField()
      if (statement) finish(statement)
      if (!hasAny) throw new StatementError('There is no statement in the file.')
    },
  }
}

/** A lone dash before the closing balance is text that a line break cut off. */
function mayEnd(statement: Statement | undefined, field: Field | undefined): boolean {
  return !statement || statement.isClosed || /^(62|90)/.test(field?.tag ?? '')
}

function begin(before: Statement | undefined, field: Field): Statement {
  if (before) finish(before)
  return {
    line: field.line,
    account: undefined,
    statementId: textOrNull(field.lines[0]),
    currency: undefined,
    from: null,
    opening: null,
    isHeadOut: false,
    isClosed: false,
    sums: { credit: 0n, debit: 0n, credits: 0, debits: 0 },
    entry: undefined,
  }
}

function finish({ isClosed, line }: Statement): void {
  if (!isClosed) {
    throw new StatementError('The statement has no closing balance (:62F:): the file is cut off.', { line })
  }
}

function take(statement: Statement, { tag, lines, line }: Field, sink: Sink): void {
  const content = lines[0] ?? ''
  if (tag === '25' || tag === '25P') statement.account = accountOf(content) ?? undefined
  else if (tag === '28' || tag === '28C') statement.statementId = textOrNull(content)
  else if (tag === '60F' || tag === '60M') open(statement, content, line)
  else if (tag === '34F') statement.currency = /^\s*([A-Z]{3})/.exec(content)?.[1]
  else if (tag === '61') {
    giveOut(statement, sink)
    giveHead(statement, sink, line)
    if (statement.isClosed) throw new StatementError('An entry after the closing balance.', { line })
    statement.entry = {
      line,
      said: readEntryLine(content, line),
      more: lines.slice(1).join(' '),
      details: undefined,
    }
  } else if (tag === '86') takeDetails(statement, lines, line)
  else if (tag === '62F' || tag === '62M') {
    giveOut(statement, sink)
    giveHead(statement, sink, line)
    close(statement, content, line)
  } else if (tag === '90C' || tag === '90D') {
    giveOut(statement, sink)
    giveHead(statement, sink, line)
    closeInterim(statement, tag, content, line)
  }
}

function open(statement: Statement, content: string, line: number): void {
  if (statement.opening !== null) throw new StatementError('A second opening balance.', { line })
  const { amount, on, currency } = readBalance(content, line)
  Object.assign(statement, { opening: amount, from: on, currency })
}

/** The :86: after an entry is its own; one after the closing balance is the statement's. */
function takeDetails({ entry }: Statement, lines: string[], line: number): void {
  if (!entry) return
  if (entry.details) throw new StatementError('A second :86: of the same entry.', { line })
  entry.details = lines
}

function giveHead(statement: Statement, sink: Sink, line: number): void {
  const { account, currency, statementId, opening, from } = statement
  if (account === undefined) throw new StatementError('The statement names no account (:25:).', { line })
  if (currency === undefined) {
    throw new StatementError('The statement has no opening balance (:60F:), which says the currency.', {
      line,
    })
  }
  if (statement.isHeadOut) return
  statement.isHeadOut = true
  sink.head({ account, statementId, opening, closing: null, currency, from, to: null }, { line })
}

/** The entry is complete once another field begins that is not its details. */
function giveOut(statement: Statement, sink: Sink): void {
  const { entry, account = '', currency = '', sums } = statement
  if (!entry) return
  statement.entry = undefined
  const { said, line, more } = entry
  const isCredit = said.direction === 'credit'
  if (isCredit) {
    sums.credit += said.amount
    sums.credits += 1
  } else {
    sums.debit += said.amount
    sums.debits += 1
  }
  const told = readDetails(entry.details ?? [], isCredit, account)
  const details: Details = entry.details ? told : { ...told, title: cleanText(more) }
  sink.entry(
    {
      account,
      currency,
      amount: said.amount,
      direction: said.direction,
      isReversal: said.isReversal,
      bookedOn: said.bookedOn,
      valueOn: said.valueOn,
      ...details,
      bankReference: details.bankReference ?? said.bankReference,
      transactionCode: details.transactionCode ?? said.type,
    },
    { line },
  )
}

function close(statement: Statement, content: string, line: number): void {
  const { amount, currency } = readBalance(content, line)
  const { opening, sums } = statement
  if (opening === null)
    throw new StatementError('A closing balance without an opening one (:60F:).', { line })
  if (currency !== statement.currency) {
    throw new StatementError('The closing balance is in another currency than the opening one.', { line })
  }
  if (opening + sums.credit - sums.debit !== amount) {
    throw new StatementError('Opening balance and entries do not make the closing balance.', { line })
  }
  statement.isClosed = true
}

function closeInterim(statement: Statement, tag: '90C' | '90D', content: string, line: number): void {
  const { count, sum } = readTotal(content, line)
  const { sums } = statement
  const [entries, total] = tag === '90C' ? [sums.credits, sums.credit] : [sums.debits, sums.debit]
  if (entries !== count || total !== sum) {
    throw new StatementError('The entries do not make the sum that the report says.', { line })
  }
  statement.isClosed = true
}
