import { decimal, inPieces, type StatementLine } from './line.ts'

/** A day as `20261120`. */
const compact = (day: string) => day.replaceAll('-', '')
/** A day as `20112026`. */
const backwards = (day: string) => day.split('-').reverse().join('')
const fourPieces = (text: string) => {
  const pieces = inPieces(text, 35)
  return Array.from({ length: 4 }, (_, index) => pieces[index] ?? '')
}

/** Incoming transfers in Elixir's record. */
export function writeElixir(account: string, lines: readonly StatementLine[]): string {
  const rows = lines.map(({ amount, bookedOn, title, name = '', counterparty = '', target }) => {
    const payee = target ?? account
    const text = (written: string) => `"${fourPieces(written).join('|')}"`
    return [
      `110,${compact(bookedOn)},${amount},${counterparty.slice(2, 10)},0,"${counterparty}","${payee}"`,
      `${text(name)},"NETIX|||",0,${payee.slice(2, 10)},${text(title)},"","","51",""`,
    ].join(',')
  })
  return `${rows.join('\r\n')}\r\n`
}

/** Santander's report of mass payments, with its header line and sums. */
export function writeSantanderMass(lines: readonly StatementLine[]): string {
  const rows = lines.map((line, index) => {
    const { amount, bookedOn, name = '', counterparty = '', target = '', title } = line
    return [index + 1, backwards(bookedOn), decimal(amount, '.'), name, counterparty, target, title].join('|')
  })
  const sum = lines.reduce((total, { amount }) => total + amount, 0n)
  return `NETIX SP. Z O.O.|raport\r\n${rows.join('\r\n')}\r\nRAZEM|${lines.length}|${decimal(sum, '.')}\r\n`
}

/** Pekao's report of mass payments: the target is the client's number. */
export function writePekaoMass(lines: readonly StatementLine[]): string {
  const rows = lines.map(({ amount, bookedOn, name = '', counterparty = '', target = '', title }) =>
    [
      `02,1,${counterparty},${amount},${compact(bookedOn)},X,${name}`,
      `a,b,c,d,e,${target},f,${fourPieces(title).join(',')},g`,
    ].join(','),
  )
  return `${['01,20261120', ...rows, `03,${lines.length}`].join('\r\n')}\r\n`
}

/** iPKO's CSV with all details in one cell. */
export function writePko(lines: readonly StatementLine[]): string {
  const rows = lines.map((line) => {
    const { bookedOn, valueOn = bookedOn, amount, direction, title } = line
    const { name = '', counterparty = '', bankReference = '' } = line
    const details = [
      `Rachunek kontrahenta: ${counterparty}`,
      `Nazwa i adres Kontrahenta: ${name}`,
      `Tytuł: ${title}`,
      `Identyfikator transakcji: ${bankReference}`,
    ].join('|')
    const signed = `${direction === 'debit' ? '-' : '+'}${decimal(amount, '.')}`
    return quoted([bookedOn, valueOn, details, 'Przelew na konto', signed, 'PLN', '+100.00'], ',')
  })
  const header = ['Data operacji', 'Data waluty', 'Opis transakcji', 'Typ', 'Kwota', 'Waluta', 'Saldo']
  return `${[quoted(header, ','), ...rows].join('\r\n')}\r\n`
}

/** mBank's CSV: lines about the bank and the account before the table, the balance after it. */
export function writeMbank(account: string, lines: readonly StatementLine[]): string {
  const rows = lines.map((line) => {
    const { bookedOn, valueOn = bookedOn, amount, direction, title, name = '', counterparty = '' } = line
    const signed = `${direction === 'debit' ? '-' : ''}${grouped(decimal(amount, ','))}`
    const texts = quoted([title, name, `'${counterparty}'`], ';')
    return `${valueOn};${bookedOn};PRZELEW ZEWNĘTRZNY PRZYCHODZĄCY;${texts};${signed};1 000,00;`
  })
  return [
    'mBank S.A. Bankowość Detaliczna;',
    'Skrytka Pocztowa 2108;',
    '',
    '#Numer rachunku;',
    `${inPieces(account, 4).join(' ')};`,
    '#Waluta;#Wpływy;#Wydatki;',
    'PLN;1 000,00;0,00;',
    '',
    '#Data operacji;#Data księgowania;#Opis operacji;#Tytuł;#Nadawca/Odbiorca;#Numer konta;#Kwota;#Saldo po operacji;',
    ...rows,
    '',
    ';;;;;;#Saldo końcowe;1 000,00;',
  ].join('\r\n')
}

function quoted(cells: readonly string[], delimiter: string): string {
  return cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(delimiter)
}

function grouped(amount: string): string {
  return amount.replace(/\B(?=(\d{3})+,)/g, ' ')
}
