import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  encode,
  readAll,
  type StatementLine,
  statementFile,
  writeCamt053,
  writeElixir,
  writeMbank,
  writeMt940,
  writePekaoMass,
  writePko,
  writeSantanderMass,
} from '../../../testing/statements/index.ts'
import { csvProfiles, StatementError, statementFormats } from './index.ts'

/** How many files each test makes. The nightly form makes many more. */
const numRuns = Number(process.env.STATEMENT_FILES ?? 300)
const own = '61109010140000071219812874'
const lines: StatementLine[] = ['FV 1', 'ref 20261118-000123 ID user-1', 'ZAŻÓŁĆ'].map((title, index) => ({
  amount: BigInt(index + 1) * 123n,
  bookedOn: '2026-11-20',
  title,
  name: 'JAN KOWALSKI',
  counterparty: '52102023130000380205581980',
  bankReference: `REF000000${index}`,
  target: '50109010140000071200004217',
}))
const text = { account: own, lines }
const files: Buffer[] = [
  ...['subfields.sta', 'labels.sta', 'camt053-02.xml', 'camt053-08.xml', 'ing.csv'].map(statementFile),
  writeMt940(text, { separator: '~' }),
  writeMt940(text, { separator: 'mbank' }),
  writeCamt053(text, { version: '02', batch: true }),
  writeCamt053(text, { version: '08' }),
  writeElixir(own, lines),
  writePko(lines),
  writeMbank(own, lines),
  writePekaoMass(lines),
  writeSantanderMass(lines),
].map((file) => Buffer.from(file))
const inCp1250 = files.map((file) => encode(file.toString(), 'windows-1250'))

/** Bytes that mean something to one of the formats. */
const marks = [
  ':61:',
  ':86:',
  ':20:',
  ':62F:',
  '-\n',
  '\n',
  '\r',
  '"',
  "'",
  ',',
  ';',
  '|',
  '~20',
  '; TYT.: ',
  '; TNR: ',
  '<',
  '>',
  '</Ntry>',
]
const moreMarks = [
  '<TxDtls>',
  '&amp;',
  '&x;',
  '<![CDATA[',
  ']]>',
  '<!DOCTYPE a>',
  '<?',
  '\u0000',
  '\ufeff',
  '\ud800',
  '9999999999999999',
]
const piece = fc.oneof(
  fc.constantFrom(...marks, ...moreMarks).map((mark) => Buffer.from(mark)),
  fc.uint8Array({ minLength: 1, maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
)
/** One wound: some bytes from a place on are replaced. */
const wound = fc.record({ at: fc.nat(), gone: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(400)), piece })

function wounded(file: Buffer, wounds: { at: number; gone: number; piece: Buffer }[]): Buffer {
  return wounds.reduce((bytes, { at, gone, piece: put }) => {
    const from = at % (bytes.length + 1)
    return Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + gone)])
  }, file)
}

/** Reads a file, which gives entries that are right in themselves, or an error for people. */
async function readOrRefuse(bytes: Uint8Array, options = {}, chunk = 4096): Promise<void> {
  try {
    const { entries } = await readAll(bytes, options, chunk)
    entries.forEach((entry, index) => {
      expect(entry.position).toBe(index + 1)
      expect(entry.amount > 0n).toBe(true)
      expect(entry.currency).toMatch(/^[A-Z]{3}$/)
      expect(entry.account).toMatch(/^[A-Z0-9]{1,34}$/)
      expect(new Date(entry.bookedOn).toISOString().slice(0, 10)).toBe(entry.bookedOn)
      const told = [entry.title, entry.counterpartyName, entry.bankReference, entry.transactionCode].join('')
      expect(told).not.toMatch(/[\p{Cc}\p{Cs}]/u)
    })
  } catch (error) {
    if (!(error instanceof StatementError)) throw error
    expect(error.message).toMatch(/[.?]$/)
  }
}

describe('whatever comes, it is entries or an error for people', () => {
  it('a wounded file, with its format found out', async () => {
    const wounds = fc.array(wound, { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...files, ...inCp1250), wounds, (file, all) =>
        readOrRefuse(wounded(file, all), { account: own }),
      ),
      { numRuns },
    )
  })

  it('a wounded file, read as what it may not be', async () => {
    const formats = fc.constantFrom(...statementFormats)
    const profiles = fc.constantFrom(...csvProfiles)
    const wounds = fc.array(wound, { maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        wounds,
        formats,
        profiles,
        (file, all, format, csvProfile) =>
          readOrRefuse(wounded(file, all), { format, csvProfile, account: own }),
      ),
      { numRuns },
    )
  })

  it('bytes of chance, read as anything', async () => {
    const bytes = fc.uint8Array({ maxLength: 2000 })
    const formats = fc.constantFrom(undefined, ...statementFormats)
    await fc.assert(
      fc.asyncProperty(bytes, formats, fc.integer({ min: 1, max: 100 }), (file, format, chunk) =>
        readOrRefuse(file, { format, csvProfile: csvProfiles[2], account: own }, chunk),
      ),
      { numRuns },
    )
  })

  it('a file that is cut off anywhere never gives all of its entries in formats with an end', async () => {
    for (const file of files.filter((each) => /^(\s*:20:|<)/.test(each.toString()))) {
      const end = file.toString().trimEnd().length
      const last = Math.min(end, file.toString().lastIndexOf(':62F:') + 6 || end)
      for (let length = 1; length < Math.max(last, end - 200); length += 97) {
        const cut = file.subarray(0, Math.min(length, file.length - 60))
        await expect(readAll(cut, { account: own })).rejects.toBeInstanceOf(StatementError)
      }
    }
  })
})

describe('files made to take long end soon', () => {
  const many = 300_000
  const begun = ':20:1\n:25:61109010140000071219812874\n:60F:C261120PLN0,00\n:61:261120C1,00NTRFX\n:86:020~00'
  it.each<[string, string, object]>([
    ['opened elements', '<a>'.repeat(many), { format: 'camt053' }],
    ['brackets', '<'.repeat(many), { format: 'camt053' }],
    ['a comment without end', `<!--${'-'.repeat(many)}`, { format: 'camt053' }],
    ['a tag without end', `<Document ${'a="1" '.repeat(many)}`, { format: 'camt053' }],
    ['a value without end', `<Document a="${'1'.repeat(many)}`, { format: 'camt053' }],
    ['a DOCTYPE without end', `<!DOCTYPE a [${'<!ENTITY a "b">'.repeat(many)}`, { format: 'camt053' }],
    ['quotation marks', '"'.repeat(many), { csvProfile: csvProfiles[0] }],
    ['delimiters', ','.repeat(many), { csvProfile: csvProfiles[0] }],
    ['digits before a table', '1 '.repeat(many), { csvProfile: csvProfiles[5] }],
    ['empty lines', '\r'.repeat(many), { csvProfile: csvProfiles[5] }],
    ['separators', begun + '~20'.repeat(10_000), { format: 'mt940' }],
    ['labels', begun.replace('020~00', '770') + '; TYT.: '.repeat(4_000), { format: 'mt940' }],
    ['blanks', begun + `${' '.repeat(30_000)}\n`.repeat(90), { format: 'mt940' }],
    ['no line end', ':20:'.repeat(many), { format: 'mt940' }],
    ['fields', ':20:\n'.repeat(many), { format: 'mt940' }],
  ])('%s', async (_name, file, options) => {
    await expect(readAll(file, { account: own, ...options })).rejects.toBeInstanceOf(StatementError)
  })
})
