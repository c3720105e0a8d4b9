import { describe, expect, it } from 'vitest'
import { encode, readAll, statementFile, writeCamt053 } from '../../../testing/statements/index.ts'

const own = '61109010140000071219812874'
const kowalski = '52102023130000380205581980'
const company = '27114020040000300201355387'
const virtual = '50109010140000071200004217'

describe('camt.053.001.08', () => {
  const file = statementFile('camt053-08.xml')

  it('gives the head before the entries, with both balances', async () => {
    const { heads } = await readAll(file)
    expect(heads).toEqual([
      {
        account: own,
        statementId: '2026/324',
        opening: -100_00n,
        closing: 49_99n,
        currency: 'PLN',
        from: '2026-11-20',
        to: '2026-11-20',
      },
    ])
  })

  it('takes a batch apart, leaves out what is not booked, and keeps twins apart', async () => {
    const { entries } = await readAll(file)
    expect(entries[0]).toEqual({
      account: own,
      currency: 'PLN',
      amount: 50_00n,
      direction: 'credit',
      isReversal: false,
      bookedOn: '2026-11-20',
      valueOn: '2026-11-19',
      bankReference: 'BATCH-00017/1',
      title: 'FV 1/2026',
      counterpartyName: 'JAN KOWALSKI',
      counterpartyAccount: kowalski,
      targetAccount: virtual,
      transactionCode: 'PMNT/RCDT/DMCT',
      position: 1,
    })
    expect(entries.slice(1)).toMatchObject([
      { title: 'FV 1/2026', amount: 50_00n, bankReference: 'BATCH-00017/2' },
      {
        title: 'ZA INTERNET ABCDEF ref 20261118-000123 ID user-1',
        counterpartyName: 'ŻANETA ŚNIEG & SYN',
        counterpartyAccount: company,
        bankReference: 'TX-000003',
      },
      {
        amount: 1n,
        direction: 'debit',
        isReversal: true,
        title: 'ZWROT',
        bookedOn: '2026-11-20',
        valueOn: null,
        bankReference: null,
      },
    ])
  })

  it('is the same in any encoding and in any pieces', async () => {
    const read = await readAll(file)
    for (const encoding of ['windows-1250', 'iso-8859-2', 'utf-8']) {
      const declared = encode(file.replace('"UTF-8"', `"${encoding.toUpperCase()}"`), encoding)
      expect(await readAll(declared), encoding).toEqual(read)
      expect(await readAll(encode(file, encoding)), `${encoding}, said to be UTF-8`).toEqual(read)
    }
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(file, 'utf16le')])
    expect(await readAll(utf16)).toEqual(read)
    for (const chunk of [1, 7, 1000]) expect(await readAll(file, {}, chunk)).toEqual(read)
  })
})

describe('camt.053.001.02', () => {
  it('reads names, titles and accounts where that version has them', async () => {
    const { entries } = await readAll(statementFile('camt053-02.xml'))
    expect(entries).toMatchObject([
      {
        account: own,
        amount: 123_45n,
        title: 'ref 20261118-000123 ID user-1',
        counterpartyName: 'ŁUKASZ ŻÓŁĆ',
        counterpartyAccount: kowalski,
        bankReference: '2026112000000001',
        transactionCode: '020',
      },
      { direction: 'debit', title: 'RF18539007547034', counterpartyName: 'ODBIORCA SA', bankReference: null },
    ])
  })
})

describe('entries of every kind', () => {
  const lines = [
    { amount: 10_00n, bookedOn: '2026-11-20', title: 'A', bankReference: 'REF0000001' },
    { amount: 20_00n, bookedOn: '2026-11-20', title: 'B', bankReference: 'REF0000001' },
    { amount: 30_00n, bookedOn: '2026-11-20', title: 'C' },
  ]

  it.each(['02', '08'] as const)('come out of a batch as they went in, version %s', async (version) => {
    const { entries } = await readAll(writeCamt053({ account: own, lines }, { version, batch: true }))
    expect(entries.map(({ amount, title }) => [amount, title])).toEqual([
      [10_00n, 'A'],
      [20_00n, 'B'],
      [30_00n, 'C'],
    ])
  })

  it('are one where the items of a batch have no amounts, or those of another currency', async () => {
    const whole = writeCamt053({ account: own, lines }, { version: '02', batch: true })
    const bare = whole.replace(/<AmtDtls>.*?<\/AmtDtls>/g, '')
    const foreign = whole.replace(/(<TxAmt><Amt Ccy=")PLN/g, '$1EUR')
    for (const file of [bare, foreign]) {
      const { entries } = await readAll(file)
      expect(entries).toMatchObject([{ amount: 60_00n, currency: 'PLN' }])
    }
  })

  it('are in the currency of the account where the payer sent another', async () => {
    const one = writeCamt053({ account: own, lines: lines.slice(0, 1) }, { version: '02' })
    const foreign = one.replace(/<TxAmt>.*?<\/TxAmt>/, '<TxAmt><Amt Ccy="EUR">2.34</Amt></TxAmt>')
    expect((await readAll(foreign)).entries).toMatchObject([{ amount: 10_00n, currency: 'PLN' }])
  })

  it('have no reference of their own where the bank only numbers them', async () => {
    const numbered = (reference: string) =>
      writeCamt053({ account: own, lines: lines.slice(2) }, { version: '08' }).replace(
        '<Ntry>',
        `<Ntry><NtryRef>${reference}</NtryRef>`,
      )
    expect((await readAll(numbered('17'))).entries[0]?.bankReference).toBeNull()
    expect((await readAll(numbered('20261120000017'))).entries[0]?.bankReference).toBe('20261120000017')
  })

  it('are not held to balances of which this file is only a page', async () => {
    const page = '<StmtPgntn><PgNb>1</PgNb><LastPgInd>false</LastPgInd></StmtPgntn><FrToDt>'
    const whole = writeCamt053({ account: own, lines, closing: 100_00n }, { version: '08' })
    await expect(readAll(whole)).rejects.toThrow('Opening balance and entries')
    expect((await readAll(whole.replace('<FrToDt>', page))).entries).toHaveLength(3)
  })
})

describe('a broken file', () => {
  const right = writeCamt053(
    {
      account: own,
      lines: [{ amount: 1_00n, bookedOn: '2026-11-20', title: 'FV 1' }],
    },
    { version: '08' },
  ).replaceAll('><', '>\n<')
  const bomb = `<!DOCTYPE a [<!ENTITY b "${'c'.repeat(100)}"><!ENTITY d "&b;&b;&b;">]>`
  const deep = `${'<a>'.repeat(50)}${'</a>'.repeat(50)}`
  const leaves = '<a>1</a>'.repeat(3000)
  const attributes = Array.from({ length: 60 }, (_, index) => `a${index}="1"`).join(' ')

  it.each<[string, string, string]>([
    ['has a DOCTYPE', right.replace('<Document', `${bomb}\n<Document`), 'A DOCTYPE is not allowed'],
    ['has an entity of its own', right.replace('FV 1', '&b;'), 'no well-formed XML'],
    ['is cut off', right.slice(0, right.indexOf('<RmtInf>')), 'no well-formed XML'],
    ['closes what it did not open', right.replace('</Ntry>', '</Entry>'), 'no well-formed XML'],
    [
      'does not add up',
      right.replace('>1.00</Amt>\n<CdtDbtInd>CRDT', '>2.00</Amt>\n<CdtDbtInd>CRDT'),
      'Opening balance',
    ],
    ['has an amount that is none', right.replace('>1.00<', '>1.005<'), 'An amount that is not one'],
    ['has an amount below zero', right.replaceAll('>1.00<', '>-1.00<'), 'An amount that is not one'],
    ['has no mark', right.replaceAll('CRDT', 'CREDIT'), 'neither credit'],
    ['has no booking date', right.replace(/<BookgDt>[\s\S]*<\/ValDt>/, ''), 'without a booking date'],
    ['has a day that is none', right.replaceAll('2026-11-20</Dt>', '2026-02-30</Dt>'), 'A date that is not'],
    ['has no status', right.replace(/<Sts>[\s\S]*<\/Sts>/, ''), 'whether it is booked'],
    ['has no account', right.replace(/<Acct>[\s\S]*?<\/Acct>/, ''), 'names no account'],
    ['is nested beyond every limit', right.replace('<GrpHdr>', `<GrpHdr>${deep}`), 'too deep'],
    ['has a text beyond every limit', right.replace('FV 1', 'F'.repeat(20_000)), 'more than 10000'],
    ['has an entry without end', right.replace('<NtryDtls>', `<NtryDtls>${leaves}`), 'too many elements'],
    ['has an element of attributes', right.replace('<Ntry>', `<Ntry ${attributes}>`), 'too many attributes'],
    ['is a report within the day', right.replaceAll('BkToCstmrStmt', 'BkToCstmrAcctRpt'), 'camt.052'],
    ['is a notification', right.replaceAll('BkToCstmrStmt', 'BkToCstmrDbtCdtNtfctn'), 'camt.054'],
    ['has no statement', '<Document>\n<BkToCstmrStmt/>\n</Document>', 'There is no statement'],
  ])('that %s is told', async (_name, file, says) => {
    await expect(readAll(file, { format: 'camt053' })).rejects.toThrow(says)
    await expect(readAll(file, { format: 'camt053' })).rejects.toMatchObject({ name: 'StatementError' })
  })

  it('is told by its line', async () => {
    const line = right.split('\n').indexOf('<Amt Ccy="PLN">1.00</Amt>', 40) + 1
    expect(line).toBeGreaterThan(0)
    await expect(readAll(right.replace(/<BookgDt>[\s\S]*<\/ValDt>/, ''))).rejects.toMatchObject({
      line: expect.any(Number),
    })
  })

  it('whose items do not make their entry is told', async () => {
    const lines = ['A', 'B'].map((title) => ({ amount: 5_00n, bookedOn: '2026-11-20', title }))
    for (const version of ['02', '08'] as const) {
      const batch = writeCamt053({ account: own, lines }, { version, batch: true })
      await expect(
        readAll(batch.replace('<Ntry><Amt Ccy="PLN">10.00', '<Ntry><Amt Ccy="PLN">11.00')),
      ).rejects.toThrow('do not add up')
      const second = batch.lastIndexOf('Amt Ccy="PLN">5.00')
      const mixed = `${batch.slice(0, second)}${batch.slice(second).replace('PLN', 'EUR')}`
      await expect(readAll(mixed)).rejects.toThrow('without its amount in the currency')
    }
  })
})
