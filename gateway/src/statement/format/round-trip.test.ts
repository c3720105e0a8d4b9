import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  encode,
  readAll,
  type StatementLine,
  writeCamt053,
  writeElixir,
  writeMbank,
  writeMt940,
  writePekaoMass,
  writePko,
  writeSantanderMass,
} from '../../../testing/statements/index.ts'
import { withCheckDigits } from './text.ts'

const own = '61109010140000071219812874'
const separators = ['~', '<', '^', '?', '>', '+', 'mbank'] as const

/** What people write, without the marks that a format uses between fields. */
const letters = [...'aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźżAĄBCĆDEĘŁŃÓŚŹŻ0123456789 /.-()&'.normalize('NFC')]
const words = (maxLength: number) =>
  fc
    .string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength })
    .map((text) => text.replace(/ +/g, ' ').trim())
    .filter((text) => text !== '')
const account = fc.stringMatching(/^[1-9]\d{23}$/).map(withCheckDigits)
const day = fc.integer({ min: 0, max: 1500 }).map((days) => {
  return new Date(Date.UTC(2024, 0, 1) + days * 86_400_000).toISOString().slice(0, 10)
})
const line: fc.Arbitrary<StatementLine> = fc.record({
  amount: fc.bigInt(1n, 10n ** 14n),
  direction: fc.constantFrom('credit' as const, 'debit' as const),
  isReversal: fc.boolean(),
  bookedOn: day,
  title: fc.oneof(
    words(130),
    words(90).map((text) => `${text} ref 20261118-123456 ID user-1`),
  ),
  name: words(50),
  counterparty: account,
  bankReference: fc.stringMatching(/^[1-9A-Z][0-9A-Z]{7,14}$/),
  target: account,
})
const lines = fc.array(line, { minLength: 1, maxLength: 12 })
const credits = lines.map((all) =>
  all.map((each) => ({ ...each, direction: 'credit' as const, isReversal: false })),
)
const encoding = fc.constantFrom('utf-8', 'windows-1250', 'iso-8859-2', 'cp852')
/** Bytes that come at a time. */
const chunk = fc.integer({ min: 1, max: 500 })

const texts = ({ title, name, counterparty, amount, bookedOn, direction }: StatementLine) => ({
  title,
  counterpartyName: name,
  counterpartyAccount: counterparty,
  amount,
  bookedOn,
  direction,
})
const runs = { numRuns: 60 }

describe('what a bank wrote comes out, whatever it is', () => {
  it('of MT940, with lines of any width, in any encoding, in any pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        lines,
        fc.bigInt(-(10n ** 12n), 10n ** 12n),
        fc.constantFrom(...separators),
        fc.integer({ min: 12, max: 65 }),
        encoding,
        chunk,
        async (all, opening, separator, width, told, size) => {
          const file = writeMt940({ account: own, opening, lines: all }, { separator, width })
          const { entries, heads } = await readAll(encode(file, told), { encoding: told }, size)
          expect(heads).toMatchObject([{ account: own, opening }])
          expect(entries).toMatchObject(
            all.map((each) => ({
              ...texts(each),
              isReversal: each.isReversal,
              bankReference: each.bankReference,
            })),
          )
        },
      ),
      runs,
    )
  })

  it('of camt.053, in any pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        lines,
        fc.constantFrom('02' as const, '08' as const),
        chunk,
        async (all, version, size) => {
          const file = writeCamt053({ account: own, lines: all }, { version })
          const { entries } = await readAll(file, {}, size)
          expect(entries).toMatchObject(
            all.map((each) => ({
              ...texts(each),
              isReversal: each.isReversal,
              bankReference: each.bankReference,
            })),
          )
        },
      ),
      runs,
    )
  })

  it('of CSV and reports of mass payments', async () => {
    const writers = [
      (all: StatementLine[]) => writePko(all),
      (all: StatementLine[]) => writeMbank(own, all),
      (all: StatementLine[]) => writeSantanderMass(all),
      (all: StatementLine[]) => writePekaoMass(all),
      (all: StatementLine[]) => writeElixir(own, all),
    ]
    await fc.assert(
      fc.asyncProperty(
        credits,
        fc.constantFrom(...writers),
        encoding,
        chunk,
        async (all, write, told, size) => {
          const { entries } = await readAll(encode(write(all), told), { encoding: told, account: own }, size)
          expect(entries).toMatchObject(all.map(texts))
        },
      ),
      runs,
    )
  })

  it('with an encoding that is found out, at least what money hangs on', async () => {
    await fc.assert(
      fc.asyncProperty(lines, encoding, chunk, async (all, hidden, size) => {
        const file = writeMt940({ account: own, lines: all }, { separator: 'mbank' })
        const { entries } = await readAll(encode(file, hidden), {}, size)
        expect(entries).toMatchObject(
          all.map(({ amount, counterparty, bankReference }) => ({
            amount,
            counterpartyAccount: counterparty,
            bankReference,
          })),
        )
        for (const [index, { title }] of all.entries()) {
          const reference = /ref \d{8}-\d{6}/.exec(title)?.[0]
          if (reference) expect(entries[index]?.title).toContain(reference)
        }
      }),
      runs,
    )
  })

  it('the same from any pieces, though the encoding is found out', async () => {
    await fc.assert(
      fc.asyncProperty(lines, encoding, chunk, async (all, hidden, size) => {
        const bytes = encode(writeMt940({ account: own, lines: all }, { separator: '~' }), hidden)
        expect(await readAll(bytes, {}, size)).toEqual(await readAll(bytes))
      }),
      runs,
    )
  })
})
