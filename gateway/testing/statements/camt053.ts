import { closingOf, decimal, inPieces, openedOnOf, type StatementLine, type StatementText } from './line.ts'

export interface CamtStyle {
  version: '02' | '08'
  /** Several lines in one Ntry, as banks report mass payments: they have to be of one day and direction. */
  batch?: boolean
  /** What the XML declaration says. UTF-8 unless told. */
  encoding?: string
}

/** A statement in ISO 20022, without a blank between elements. */
export function writeCamt053(text: StatementText, style: CamtStyle): string {
  const { account, currency = 'PLN', opening = 0n, statementId = '2026/1', lines } = text
  const day = openedOnOf(text)
  const balance = (kind: string, amount: bigint) =>
    tag(
      'Bal',
      tag('Tp', tag('CdOrPrtry', tag('Cd', kind))) +
        money('Amt', amount, currency) +
        tag('CdtDbtInd', amount < 0n ? 'DBIT' : 'CRDT') +
        tag('Dt', tag('Dt', day)),
    )
  const entries = style.batch ? [lines] : lines.map((line) => [line])
  const statement =
    tag('Id', statementId) +
    tag('FrToDt', tag('FrDtTm', `${day}T00:00:00`) + tag('ToDtTm', `${day}T23:59:59`)) +
    tag('Acct', tag('Id', tag('IBAN', `PL${account}`)) + tag('Ccy', currency)) +
    balance('OPBD', opening) +
    balance('CLBD', closingOf(text)) +
    entries.map((items) => writeEntry(items, currency, style)).join('')
  const namespace = `urn:iso:std:iso:20022:tech:xsd:camt.053.001.${style.version}`
  const message = tag('BkToCstmrStmt', tag('GrpHdr', tag('MsgId', 'M1')) + tag('Stmt', statement))
  const declaration = `<?xml version="1.0" encoding="${style.encoding ?? 'UTF-8'}"?>`
  return `${declaration}<Document xmlns="${namespace}">${message}</Document>`
}

function writeEntry(items: readonly StatementLine[], currency: string, style: CamtStyle): string {
  const [first] = items
  if (!first) return ''
  const { direction = 'credit', isReversal, bookedOn, valueOn = bookedOn, bankReference } = first
  const sum = items.reduce((total, { amount }) => total + amount, 0n)
  const isBatch = items.length > 1
  const booked = style.version === '02' ? 'BOOK' : tag('Cd', 'BOOK')
  return tag(
    'Ntry',
    money('Amt', sum, currency) +
      tag('CdtDbtInd', direction === 'credit' ? 'CRDT' : 'DBIT') +
      (isReversal ? tag('RvslInd', 'true') : '') +
      tag('Sts', booked) +
      tag('BookgDt', tag('Dt', bookedOn)) +
      tag('ValDt', tag('Dt', valueOn)) +
      (bankReference && !isBatch ? tag('AcctSvcrRef', bankReference) : '') +
      tag('NtryDtls', items.map((item) => writeTransaction(item, currency, style)).join('')),
  )
}

function writeTransaction(line: StatementLine, currency: string, { version }: CamtStyle): string {
  const { amount, direction = 'credit', title, name, counterparty, bankReference, target } = line
  const role = direction === 'credit' ? 'Dbtr' : 'Cdtr'
  const party = name && tag('Nm', escaped(name))
  const account = (iban: string) => tag('Id', tag('IBAN', `PL${iban}`))
  const amounts =
    version === '02'
      ? tag('AmtDtls', tag('TxAmt', money('Amt', amount, currency)))
      : money('Amt', amount, currency) + tag('CdtDbtInd', direction === 'credit' ? 'CRDT' : 'DBIT')
  return tag(
    'TxDtls',
    tag('Refs', (bankReference ? tag('AcctSvcrRef', bankReference) : '') + tag('EndToEndId', 'NOTPROVIDED')) +
      amounts +
      tag(
        'RltdPties',
        (party ? tag(role, version === '02' ? party : tag('Pty', party)) : '') +
          (counterparty ? tag(`${role}Acct`, account(counterparty)) : '') +
          (target ? tag('CdtrAcct', account(target)) : ''),
      ) +
      tag(
        'RmtInf',
        inPieces(title, 140)
          .map((piece) => tag('Ustrd', escaped(piece)))
          .join(''),
      ),
  )
}

function tag(name: string, inside: string): string {
  return `<${name}>${inside}</${name}>`
}

function money(name: string, amount: bigint, currency: string): string {
  return `<${name} Ccy="${currency}">${decimal(amount, '.')}</${name}>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
