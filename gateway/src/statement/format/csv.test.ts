import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  encode,
  readAll,
  type StatementLine,
  statementFile,
  writeElixir,
  writeMbank,
  writePekaoMass,
  writePko,
  writeSantanderMass,
} from '../../../testing/statements/index.ts'
import { csvProfileOf, csvProfiles, detectCsvProfile, detectFormat } from './index.ts'

const own = '61109010140000071219812874'
const kowalski = '52102023130000380205581980'
const company = '10105000997603123456789123'
const virtual = '50109010140000071200004217'

const lines: StatementLine[] = [
  {
    amount: 1234_56n,
    bookedOn: '2026-11-20',
    valueOn: '2026-11-19',
    title: 'ref 20261118-000123 ID user-1 FV 1/2026 ZA INTERNET W LISTOPADZIE',
    name: 'ŁUKASZ ŻÓŁĆ "U ŁUKASZA" UL. DŁUGA 2 00-002 WARSZAWA',
    counterparty: kowalski,
    bankReference: '2026112000000001',
    target: virtual,
  },
  { amount: 5n, bookedOn: '2026-11-21', title: 'FV 2', name: 'JAN', counterparty: company, target: virtual },
]
const debit: StatementLine = {
  ...lines[1],
  direction: 'debit',
  amount: 7n,
  bookedOn: '2026-11-21',
  title: 'ZWROT',
}

/** What the format can tell of a line. */
const told = (all: StatementLine[]) =>
  all.map(({ amount, direction = 'credit', bookedOn, title, name, counterparty }) => ({
    amount,
    direction,
    bookedOn,
    title,
    counterpartyName: name,
    counterpartyAccount: counterparty,
  }))

describe('files of banks, recognised and in any encoding', () => {
  const files: [string, string, StatementLine[]][] = [
    ['pko', writePko([...lines, debit]), [...lines, debit]],
    ['mbank', writeMbank(own, [...lines, debit]), [...lines, debit]],
    ['santander-mass', writeSantanderMass(lines), lines],
    ['santander-mass-bare', writeSantanderMass(lines).replace(/^.*\r\n/, ''), lines],
    ['pekao-mass', writePekaoMass(lines), lines],
  ]
  it.each(files)('%s', async (name, file, expected) => {
    for (const encoding of ['utf-8', 'windows-1250', 'iso-8859-2', 'cp852']) {
      const bytes = encode(file, encoding)
      expect(detectCsvProfile(bytes)?.name).toBe(name)
      for (const chunk of [3, 100_000]) {
        const { entries } = await readAll(bytes, { account: own }, chunk)
        expect(entries, encoding).toMatchObject(told(expected))
      }
    }
  })

  it('names the virtual account, and what else only its format has', async () => {
    const santander = await readAll(writeSantanderMass(lines))
    expect(santander.entries[0]).toMatchObject({ account: virtual, targetAccount: virtual, currency: 'PLN' })
    const pko = await readAll(writePko(lines), { account: own })
    expect(pko.entries[0]).toMatchObject({ valueOn: '2026-11-19', bankReference: '2026112000000001' })
    expect(pko.heads).toMatchObject([{ account: own }])
    const mbank = await readAll(writeMbank(own, lines))
    expect(mbank.entries[0]).toMatchObject({ account: own, valueOn: '2026-11-19' })
    const client = lines.map((line) => ({ ...line, target: '00004217' }))
    expect((await readAll(writePekaoMass(client))).entries[0]).toMatchObject({ targetAccount: '00004217' })
  })

  it.each(['ing.csv', 'millennium.csv', 'pko-cells.csv'])('%s', async (name) => {
    const { entries } = await readAll(statementFile(name), { account: own })
    expect(entries).toMatchObject([
      {
        account: own,
        currency: 'PLN',
        amount: 1234_56n,
        direction: 'credit',
        bookedOn: '2026-11-20',
        valueOn: '2026-11-19',
        title: expect.stringMatching(/^ref 20261118-000123 ID:? user-1$/),
        counterpartyName: expect.stringMatching(/^JAN KOWALSKI/),
        counterpartyAccount: kowalski,
      },
      { amount: 34_56n, direction: 'debit', title: 'ZWROT', counterpartyAccount: company },
    ])
  })

  it('finds the account of ING in the lines before the table, and its number of the transaction', async () => {
    const { entries } = await readAll(statementFile('ing.csv'))
    expect(entries[0]).toMatchObject({ account: own, bankReference: '202632418273645' })
  })
})

describe('a profile of one’s own', () => {
  const profile = {
    name: 'bs-report',
    title: 'A cooperative bank',
    delimiter: ';',
    quote: '',
    header: ['Kwota', 'Dzień'],
    dateFormat: 'dd.mm.yyyy',
    decimalMark: ',',
    creditsOnly: true,
    columns: {
      bookedOn: 'Dzień',
      amount: 'kwota',
      counterpartyName: 'Kto',
      title: ['Za co 1', 'Za co 2'],
      counterpartyAccount: 6,
    },
  }

  it('reads what it describes', async () => {
    const csvProfile = csvProfileOf(structuredClone(profile))
    const { entries } = await readAll(statementFile('own-profile.csv'), { csvProfile, account: own })
    expect(entries).toMatchObject([
      {
        amount: 1234_56n,
        bookedOn: '2026-11-20',
        title: 'ref 20261118-000123 ID user-1',
        counterpartyName: 'Jan',
      },
    ])
  })

  it('takes a negative amount among credits as one that is taken back', async () => {
    const csvProfile = csvProfileOf(profile)
    const file = statementFile('own-profile.csv').replace('1.234,56', '-1,00')
    const { entries } = await readAll(file, { csvProfile, account: own })
    expect(entries).toMatchObject([{ amount: 1_00n, direction: 'debit', isReversal: true }])
  })

  it.each<[string, object, string]>([
    ['no name', { name: 'Ż' }, 'name'],
    ['an unknown delimiter', { delimiter: 'x' }, 'delimiter'],
    ['an unknown field', { colour: 'red' }, 'not right'],
    ['no amount', { columns: { bookedOn: 1 } }, 'neither amount nor credit'],
    ['both header and lines', { skipLines: 1 }, 'one of the two'],
  ])('is refused with %s', (_name, change, says) => {
    expect(() => csvProfileOf({ ...profile, ...change })).toThrow(says)
  })

  it('whose columns the file does not have is told', async () => {
    const csvProfile = csvProfileOf({ ...profile, columns: { ...profile.columns, title: 'Tytuł' } })
    await expect(readAll(statementFile('own-profile.csv'), { csvProfile, account: own })).rejects.toThrow(
      'The file has no column "Tytuł"',
    )
  })

  it('is what every known one is', () => {
    for (const known of csvProfiles) expect(csvProfileOf(structuredClone(known))).toEqual(known)
  })
})

it('the page on profiles tells all of them, and its example reads its file', async () => {
  const page = readFileSync(new URL('../../../../docs/operations/csv-profiles.md', import.meta.url), 'utf8')
  for (const { name } of csvProfiles) expect(page).toContain(`| \`${name}\` |`)
  const block = (kind: string) => page.split(`\`\`\`${kind}\n`)[1]?.split('```')[0] ?? ''
  const csvProfile = csvProfileOf(JSON.parse(block('json')))
  const { entries } = await readAll(block('csv'), { csvProfile, account: own })
  expect(entries).toMatchObject([
    {
      amount: 1234_56n,
      bookedOn: '2026-11-20',
      title: 'ref 20261118-000123 ID user-1',
      counterpartyName: 'JAN KOWALSKI; UL. DŁUGA 2',
      counterpartyAccount: kowalski,
    },
  ])
})

describe('incoming transfers in Elixir’s record', () => {
  const file = writeElixir(own, lines)

  it('are credits of the account that was paid', async () => {
    const { entries } = await readAll(encode(file, 'cp852'), { account: own })
    expect(entries).toMatchObject(told(lines))
    expect(entries[0]).toMatchObject({ account: own, targetAccount: virtual, transactionCode: '110' })
    expect((await readAll(file)).entries[0]).toMatchObject({ account: virtual, targetAccount: virtual })
  })

  it('are debits where the account itself has paid', async () => {
    const sent = writeElixir(virtual, [{ ...lines[0], counterparty: own } as StatementLine])
    const { entries } = await readAll(sent, { account: own })
    expect(entries).toMatchObject([{ direction: 'debit', counterpartyAccount: virtual, targetAccount: null }])
  })

  it.each<[string, string, string]>([
    ['grosze with a comma', file.replace(',123456,', ',1234,56,'), 'Line 1'],
    ['a day that is none', file.replace('20261120', '20261320'), 'Line 1: A date'],
    ['no account', file.replaceAll(`"${virtual}"`, '""'), 'Line 1: A record without the account'],
    ['a record that is cut off', file.slice(0, file.length - 120), 'Line 2'],
  ])('with %s are refused by their line', async (_name, broken, says) => {
    await expect(readAll(broken, { format: 'elixir' })).rejects.toThrow(says)
  })
})

describe('a broken file', () => {
  const pko = writePko(lines)
  it.each<[string, string | Buffer, string]>([
    ['has an amount that is none', pko.replace('1234.56', '12x4.56'), 'Line 2: An amount'],
    ['has a day that is none', pko.replace('2026-11-20', '2026-13-20'), 'Line 2: A date'],
    ['has no account', pko, 'Line 2: The file names no account: tell it.'],
    ['has a mark that is never closed', `${pko}"2026-11-20`, 'A quotation mark is not closed'],
    ['has a row without end', `${pko}"${'x'.repeat(40_000)}`, 'A row of more than'],
    ['is of another kind', 'hello, world', 'The format of the file is not recognised'],
    ['is empty', '', 'The file is empty.'],
    ['is a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0]), 'not recognised'],
  ])('that %s is told', async (_name, file, says) => {
    await expect(readAll(file)).rejects.toThrow(says)
    await expect(readAll(file)).rejects.toMatchObject({ name: 'StatementError' })
  })

  it('has no row of the profile, or not its header', async () => {
    const profile = (name: string) => csvProfiles.find((each) => each.name === name)
    await expect(readAll('a,b\nc,d\n', { csvProfile: profile('pekao-mass') })).rejects.toThrow('Not one row')
    await expect(readAll(pko, { csvProfile: profile('ing') })).rejects.toThrow('names of the columns')
  })

  it('wants a format and an encoding that exist', async () => {
    await expect(readAll(pko, { encoding: 'ebcdic' })).rejects.toThrow('The encoding has to be one of')
    await expect(readAll(pko, { format: 'pdf' as 'csv' })).rejects.toThrow('The format has to be one of')
  })
})

it('recognises each format by its first bytes', () => {
  const format = (text: string) => detectFormat(Buffer.from(text))
  expect(format(statementFile('labels.sta'))).toBe('mt940')
  expect(format(`\u0001\r\n${statementFile('subfields.sta')}`)).toBe('mt940')
  expect(format(statementFile('camt053-02.xml'))).toBe('camt053')
  expect(format('<html>')).toBeUndefined()
  expect(format(statementFile('ing.csv'))).toBe('csv')
  expect(format(writeElixir(own, lines))).toBe('elixir')
  expect(format('')).toBeUndefined()
})
