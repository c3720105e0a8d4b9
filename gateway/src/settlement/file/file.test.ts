import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { painSchema } from '../../../testing/pain-schema.ts'
import { readElixir, readPain } from '../../../testing/payment-files.ts'
import { elixir0, elixirEncodings } from './elixir.ts'
import { bankText, decimalOf, type PaymentOrder } from './order.ts'
import { pain001 } from './pain001.ts'

const account = '61109010140000071219812874'
const payee = '52102023130000380205581980'

const order = (changes: Partial<PaymentOrder> = {}): PaymentOrder => ({
  id: 'BGabcdefghij0123456789',
  createdAt: new Date('2026-11-22T09:15:00Z'),
  executesOn: '2026-11-23',
  currency: 'PLN',
  from: { nrb: account, name: 'NETIX SP. Z O.O.', address: 'UL. SIECIOWA 1, 00-001 WARSZAWA', bic: null },
  transfers: [
    {
      id: '20261122-000123-7-1',
      amount: 12345n,
      nrb: payee,
      payeeName: 'ŁĄCZE s.c.',
      title: 'ref 20261122-000123 ID 7',
    },
  ],
  ...changes,
})

const versions = ['pain.001.001.03', 'pain.001.001.09'] as const

/** Of each file, in their order, what the schema has against it. All at once: the validator takes long to start. */
async function faultsOf(files: readonly string[], version: (typeof versions)[number]): Promise<string[][]> {
  const { errors } = await validateXML({
    xml: files.map((contents, index) => ({ fileName: `${index}.xml`, contents })),
    schema: [{ fileName: 'schema.xsd', contents: painSchema(version) }],
  })
  return files.map((_, index) =>
    errors.filter(({ loc }) => loc?.fileName === `${index}.xml`).map((error) => error.message),
  )
}

describe.each(versions)('%s', (version) => {
  it('is valid by the schema, with and without a BIC and an address', async () => {
    const from = { nrb: account, name: 'N', address: null, bic: 'WBKPPLPP' }
    const strange = order({ from: { ...from, address: 'Київ' } })
    const [transfer] = order().transfers
    const cyrillic = order({ transfers: transfer ? [{ ...transfer, payeeName: 'Інтернет' }] : [] })
    const files = [order(), order({ from }), strange, cyrillic].map((each) => pain001(each, version))
    expect(await faultsOf(files, version)).toEqual([[], [], [], []])
    expect(readPain(Buffer.from(files[3] ?? ''))).toMatchObject([{ payee: 'ODBIORCA' }])
  })

  it('is refused by the schema where an element is missing, moved, too long or of the other version', async () => {
    const xml = pain001(order(), version)
    const wrong = [
      xml.replace(/<PmtMtd>TRF<\/PmtMtd>/, ''),
      xml.replace(/(<EndToEndId>)[^<]+/, `$1${'x'.repeat(36)}`),
      xml.replace(/(<NbOfTxs>1<\/NbOfTxs>)(\s*)(<CtrlSum>[\d.]+<\/CtrlSum>)/, '$3$2$1'),
      xml.replace('>123.45</InstdAmt>', '>123,45</InstdAmt>'),
      xml.replaceAll(version, versions.find((other) => other !== version) ?? ''),
      xml.replace(/<Ustrd>[^<]+<\/Ustrd>/, '<Ustrd/>'),
    ]
    for (const broken of wrong) expect(broken).not.toBe(xml)
    const faults = await faultsOf([...wrong, xml], version)
    expect(faults.map((messages) => messages.length > 0)).toEqual([...wrong.map(() => true), false])
  })

  it('says the sums, the day and both accounts', () => {
    const xml = pain001(order(), version)
    expect(xml).toContain('<CreDtTm>2026-11-22T10:15:00</CreDtTm>')
    expect(xml.replace(/\s/g, '')).toContain(
      version === 'pain.001.001.03'
        ? '<ReqdExctnDt>2026-11-23</ReqdExctnDt>'
        : '<ReqdExctnDt><Dt>2026-11-23</Dt></ReqdExctnDt>',
    )
    expect(xml).toContain(`<IBAN>PL${account}</IBAN>`)
    expect(xml).toContain('<MmbId>10901014</MmbId>')
    expect(readPain(Buffer.from(xml))).toEqual([
      {
        id: '20261122-000123-7-1',
        amount: 12345n,
        nrb: payee,
        payee: 'ŁĄCZE s.c.',
        title: 'ref 20261122-000123 ID 7',
      },
    ])
  })
})

describe('Elixir-0', () => {
  it('is the line that banks document', () => {
    const transfers = [
      { id: 'PO-000017', amount: 12345n, nrb: payee, payeeName: 'JAN KOWALSKI', title: 'ZWROT FV 123/2026' },
    ]
    expect(elixir0(order({ transfers })).toString('latin1')).toBe(
      '110,20261123,12345,10901014,0,"61109010140000071219812874","52102023130000380205581980",' +
        '"NETIX SP. Z O.O.|UL. SIECIOWA 1, 00-001 WARSZAWA||","JAN KOWALSKI|||",0,10202313,' +
        '"ZWROT FV 123/2026|||","","","51","PO-000017"\r\n',
    )
    const bare = elixir0(order({ transfers }), { emptyFields: 'bare' }).toString('latin1')
    expect(bare).toContain('|||",,,"51"')
  })

  it.each(elixirEncodings)('reads back in %s', (encoding) => {
    expect(readElixir(elixir0(order(), { encoding }), encoding)[0]?.payee).toBe('ŁĄCZE s.c.')
  })
})

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
)

describe('whatever providers and payers are called', () => {
  it('every file is valid, reads back alike and adds up', async () => {
    const files: string[][] = [[], []]
    const transfer = fc.record({
      amount: fc.bigInt({ min: 1n, max: 999_999_999n }),
      payeeName: anyText,
      title: anyText.map((text) => `ref 20261122-000123 ID ${text}`),
    })
    fc.assert(
      fc.property(fc.array(transfer, { minLength: 1, maxLength: 5 }), (drawn) => {
        const transfers = drawn.map((each, index) => ({
          ...each,
          id: `20261122-000123-7-${index + 1}`,
          nrb: payee,
        }))
        const asked = order({ transfers })
        const pains = versions.map((version) => pain001(asked, version))
        pains.forEach((file, index) => void files[index]?.push(file))
        const read = pains.map((file) => readPain(Buffer.from(file)))
        const elixir = elixirEncodings.map((encoding) => readElixir(elixir0(asked, { encoding }), encoding))
        for (const file of [...read, ...elixir]) {
          expect(file.map(({ amount, id, nrb }) => ({ amount, id, nrb }))).toEqual(
            transfers.map(({ amount, id, nrb }) => ({ amount, id, nrb })),
          )
          for (const { title } of file) expect(title).toMatch(/^ref 20261122-000123 ID/)
        }
      }),
    )
    for (const [index, version] of versions.entries())
      expect((await faultsOf(files[index] ?? [], version)).flat()).toEqual([])
  })

  it('a text keeps to the bank’s characters and its length', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 140 }), (text, max) => {
        const cut = bankText(text, max)
        expect(cut.length).toBeLessThanOrEqual(max)
        expect(cut).toMatch(/^[A-Za-z0-9ĄĆĘŁŃÓŚŹŻąćęłńóśźż/\-?:().,'+ ]*$/)
      }),
    )
    expect(bankText('Übung_"x" & Ño; 株', 70)).toBe("Ubung-'x' + No,")
  })

  it('amounts are exact', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), (amount) => {
        expect(decimalOf(amount)).toMatch(/^\d+\.\d{2}$/)
        expect(BigInt(decimalOf(amount).replace('.', ''))).toBe(amount)
      }),
    )
  })
})
