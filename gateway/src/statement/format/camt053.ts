import { createEntryReader, type EntryReader } from './camt-entry.ts'
import { accountAt, isCreditAt, type Leaves, leaf, moneyAt } from './camt-record.ts'
import { dateOfIso } from './date.ts'
import type { Sink, TextReader } from './sink.ts'
import { type Place, StatementError } from './statement-error.ts'
import { textOrNull } from './text.ts'
import { createXmlReader } from './xml.ts'

interface Statement {
  account: string | undefined
  isHeadOut: boolean
  balances: Map<string, { amount: bigint; currency: string }>
  sum: bigint
  /** Whether an entry was in another currency than the balances: their sum then says nothing. */
  currencies: Set<string>
  entry: EntryReader | undefined
}

/**
 * Reads camt.053 (versions .001.02 to .001.13) while it comes. Only booked entries count; an entry with several
 * transactions is taken apart, and these have to add up to it, as the entries have to the balances.
 */
export function createCamtReader(sink: Sink): TextReader {
  let statement: Statement | undefined
  let hasAny = false
  const reader = createXmlReader({
    element: checkKind,
    begin(name, record, around, place) {
      if (name === 'Stmt') {
        hasAny = true
        statement = emptyStatement()
      } else if (name === 'Ntry' && statement) {
        giveHead(statement, around, sink, place)
        statement.entry = createEntryReader(record, statement.account ?? '', sink)
      }
    },
    end(name, record, place) {
      if (!statement) return
      if (name === 'Bal') addBalance(statement, record, place)
      else if (name === 'TxDtls') statement.entry?.transaction(record, place)
      else if (name === 'Ntry') {
        statement.sum += statement.entry?.end(place) ?? 0n
        statement.currencies.add(leaf(record, 'Amt@Ccy') ?? '')
        statement.entry = undefined
      } else {
        giveHead(statement, record, sink, place)
        checkSum(statement, record, place)
        statement = undefined
      }
    },
  })
  return {
    write: reader.write,
    end() {
      reader.end()
      if (!hasAny) throw new StatementError('There is no statement in the file.')
    },
  }
}

const otherKinds: { [name: string]: string } = {
  BkToCstmrAcctRpt: 'camt.052, a report within the day: bring the statement, camt.053.',
  BkToCstmrDbtCdtNtfctn: 'camt.054, a notification: bring the statement, camt.053.',
  CstmrCdtTrfInitn: 'pain.001, an order of transfers: bring the statement, camt.053.',
}

function checkKind(name: string, depth: number, place: Place): void {
  if (depth === 0 && name !== 'Document') {
    throw new StatementError('The file is no camt.053 statement: its first element is not Document.', place)
  }
  if (depth === 1 && name !== 'BkToCstmrStmt') {
    const kind = otherKinds[name] ?? 'another message of ISO 20022.'
    throw new StatementError(`The file is ${kind}`, place)
  }
}

function emptyStatement(): Statement {
  return {
    account: undefined,
    isHeadOut: false,
    balances: new Map(),
    sum: 0n,
    currencies: new Set(),
    entry: undefined,
  }
}

function addBalance(statement: Statement, leaves: Leaves, place: Place): void {
  const kind = leaf(leaves, 'Tp/CdOrPrtry/Cd', 'Tp/CdOrPrtry/Prtry') ?? ''
  if (!['OPBD', 'PRCD', 'CLBD'].includes(kind)) return
  const money = moneyAt(leaves, 'Amt', place)
  if (!money) throw new StatementError('A balance without an amount.', place)
  const amount = isCreditAt(leaves, place) ? money.amount : -money.amount
  statement.balances.set(kind, { ...money, amount })
}

function openingOf({ balances }: Statement) {
  return balances.get('OPBD') ?? balances.get('PRCD')
}

function giveHead(statement: Statement, leaves: Leaves, sink: Sink, place: Place): void {
  if (statement.isHeadOut) return
  const account = accountAt(leaves, 'Acct')
  if (account === null) throw new StatementError('The statement names no account (Acct).', place)
  const opening = openingOf(statement)
  const closing = statement.balances.get('CLBD')
  const day = (path: string) => dateOfIso(leaf(leaves, `FrToDt/${path}Tm`, `FrToDt/${path}`) ?? '') ?? null
  Object.assign(statement, { account, isHeadOut: true })
  sink.head(
    {
      account,
      statementId: textOrNull(leaf(leaves, 'Id')),
      opening: opening?.amount ?? null,
      closing: closing?.amount ?? null,
      currency: opening?.currency ?? closing?.currency ?? null,
      from: day('FrDt'),
      to: day('ToDt'),
    },
    place,
  )
}

/** Of a statement divided into pages each page has entries of its own, but maybe the balances of the whole. */
function checkSum(statement: Statement, leaves: Leaves, place: Place): void {
  const opening = openingOf(statement)
  const closing = statement.balances.get('CLBD')
  const isPage =
    (leaf(leaves, 'StmtPgntn/PgNb') ?? '1') !== '1' || leaf(leaves, 'StmtPgntn/LastPgInd') === 'false'
  const currencies = new Set([...statement.currencies, opening?.currency, closing?.currency])
  if (!opening || !closing || isPage || currencies.size > 1) return
  if (opening.amount + statement.sum !== closing.amount) {
    throw new StatementError('Opening balance and entries do not make the closing balance.', place)
  }
}
