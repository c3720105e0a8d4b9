import { closingOf, decimal, inPieces, openedOnOf, type StatementLine, type StatementText } from './line.ts'

export interface Mt940Style {
  /** Between numbered subfields; mbank: labels instead. */
  separator: '~' | '<' | '^' | '?' | '>' | '+' | 'mbank'
  /** Characters of a line of a :86:. 65 unless told. */
  width?: number
  lineEnd?: '\n' | '\r\n'
}

/** A statement as a bank writes it. Its text breaks wherever a line is full. */
export function writeMt940(text: StatementText, style: Mt940Style): string {
  const { account, currency = 'PLN', opening = 0n, statementId = '1/1', lines } = text
  const balance = (amount: bigint) =>
    `${amount < 0n ? 'D' : 'C'}${yymmdd(openedOnOf(text))}${currency}${decimal(amount, ',')}`
  const all = [
    ':20:ST261120',
    `:25:PL${account}`,
    `:28C:${statementId}`,
    `:60F:${balance(opening)}`,
    ...lines.flatMap((line) => writeEntry(line, currency, style)),
    `:62F:${balance(closingOf(text))}`,
    '-',
    '',
  ]
  return all.join(style.lineEnd ?? '\r\n')
}

function writeEntry(line: StatementLine, currency: string, style: Mt940Style): string[] {
  const { amount, direction = 'credit', isReversal, bookedOn, valueOn = bookedOn, bankReference } = line
  const effect = direction === 'credit' ? 'C' : 'D'
  const mark = isReversal ? `R${effect === 'C' ? 'D' : 'C'}` : effect
  const mbank = style.separator === 'mbank'
  const reference = bankReference !== undefined && !mbank ? `//${bankReference}` : ''
  const details = mbank ? labelled(line) : numbered(line, style.separator)
  const [first = '', ...more] = inPieces(details, style.width ?? 65)
  return [
    `:61:${yymmdd(valueOn)}${yymmdd(bookedOn).slice(2)}${mark}${currency[2]}${decimal(amount, ',')}NTRFNONREF${reference}`,
    ...(mbank ? ['770-PRZELEW'] : []),
    `:86:${first}`,
    ...more,
  ]
}

function labelled({ direction, title, name, counterparty, target, bankReference }: StatementLine): string {
  const isDebit = direction === 'debit'
  const parts = [
    isDebit ? '944 PRZELEW KRAJOWY' : target ? '911 TRANSAKCJA COLLECT' : '770 PRZELEW KRAJOWY',
    ...(target ? [`ID IPH: ${target}`] : []),
    ...(counterparty ? [`${isDebit ? 'NA' : 'Z'} RACH.: ${counterparty}`] : []),
    ...(name ? [`${isDebit ? 'DLA' : 'OD'}: ${name}`] : []),
    `TYT.: ${title}   `,
    'DATA STEMPLA: 20.11.2026',
    ...(bankReference ? [`TNR: ${bankReference}`] : []),
  ]
  return parts.join('; ')
}

function numbered({ title, name = '', counterparty = '' }: StatementLine, separator: string): string {
  const titles = inPieces(title, 27).map((piece, index) => `${separator}${20 + index}${piece}`)
  const [first = ' ', second = ' '] = inPieces(name, 27)
  return [
    `020${separator}00Przelew`,
    ...titles,
    `${separator}30${counterparty.slice(2, 10)}${separator}31${counterparty.slice(10)}`,
    `${separator}32${first}${separator}33${second}`,
    `${separator}38${counterparty && `PL${counterparty}`}${separator}60 ${separator}63 `,
  ].join('')
}

function yymmdd(day: string): string {
  return day.replaceAll('-', '').slice(2)
}
