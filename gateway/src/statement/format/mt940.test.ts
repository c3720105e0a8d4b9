import { describe, expect, it } from 'vitest'
import { encode, readAll, statementFile, writeMt940 } from '../../../testing/statements/index.ts'

const own = '61109010140000071219812874'
const kowalski = '52102023130000380205581980'
const company = '27114020040000300201355387'

/** A statement of one entry. */
const single = (entry: string, closing: string, opening = 'C261120PLN0,00') =>
  [':20:1', `:25:${own}`, ':28C:1', `:60F:${opening}`, entry, `:62F:${closing}`, '-', ''].join('\n')

describe('numbered subfields', () => {
  const file = statementFile('subfields.sta')

  it('gives every entry as the bank says it', async () => {
    const { heads, entries } = await readAll(file)
    expect(heads).toEqual([
      {
        account: own,
        statementId: '324/1',
        opening: 1000_00n,
        closing: null,
        currency: 'PLN',
        from: '2025-12-30',
        to: null,
      },
      {
        account: own,
        statementId: '1/1',
        opening: -10_00n,
        closing: null,
        currency: 'EUR',
        from: '2026-01-02',
        to: null,
      },
    ])
    expect(entries[0]).toEqual({
      account: own,
      currency: 'PLN',
      amount: 123_45n,
      direction: 'credit',
      isReversal: false,
      bookedOn: '2026-01-02',
      valueOn: '2025-12-31',
      bankReference: '2026010200001234',
      title: 'ref 20251231-123456 ID user-4217 FV 12/2025',
      counterpartyName: 'ŁUKASZ ŻÓŁĆ UL. DŁUGA 2 00-002 WARSZAWA',
      counterpartyAccount: kowalski,
      targetAccount: null,
      transactionCode: '020',
      position: 1,
    })
    expect(entries.slice(1)).toMatchObject([
      {
        amount: 50_00n,
        bookedOn: '2025-12-31',
        title: 'FV 13/2025 DODATKOWO 13',
        counterpartyName: 'SPÓŁKA "ĆMA" & SYNOWIE SP. Z O.O. ŚWIĘTEGO JANA 1',
        counterpartyAccount: company,
        position: 2,
      },
      {
        amount: 50_00n,
        direction: 'debit',
        isReversal: true,
        counterpartyAccount: company,
        transactionCode: '077',
      },
      { amount: 23_45n, direction: 'debit', title: 'PROWIZJA', bankReference: null, transactionCode: 'NCHG' },
    ])
  })

  it.each(['<', '^', '?', '>', '+'])('has the separator found out: %s', async (separator) => {
    const { entries } = await readAll(file.replaceAll('~', separator))
    expect(entries).toEqual((await readAll(file)).entries)
  })

  it('is the same in every encoding of Polish banks, found out or told, and in any pieces', async () => {
    const { entries } = await readAll(file)
    for (const encoding of ['utf-8', 'windows-1250', 'iso-8859-2', 'cp852']) {
      const bytes = encode(file, encoding)
      expect((await readAll(bytes)).entries, encoding).toEqual(entries)
      expect((await readAll(bytes, { encoding })).entries, `${encoding} told`).toEqual(entries)
      expect((await readAll(bytes, {}, 1)).entries, `${encoding} byte by byte`).toEqual(entries)
    }
    expect((await readAll(Buffer.concat([Buffer.from('\ufeff'), Buffer.from(file)]))).entries).toEqual(
      entries,
    )
  })

  it('reads references right even where the wrong encoding is told', async () => {
    const { entries } = await readAll(encode(file, 'cp852'), { encoding: 'utf-8' })
    expect(entries[0]).toMatchObject({
      title: 'ref 20251231-123456 ID user-4217 FV 12/2025',
      amount: 123_45n,
    })
    expect(entries[0]?.counterpartyName).toContain('\ufffd')
  })

  it('leaves separators that belong to the text, and known subfields that come twice', async () => {
    const entry = ':61:261120C1,00NTRFNONREF\n:86:020+00Przelew+20tel +48600100200 i +2+205 za +20'
    const { entries } = await readAll(single(entry, 'C261120PLN1,00'))
    expect(entries[0]?.title).toBe('tel +48600100200 i +2+205 za +20')
  })

  it('takes ~60 for title only where the title has run over', async () => {
    const piece = 'A'.repeat(27)
    const full = ['20', '21', '22', '23', '24', '25'].map((code) => `~${code}${piece}`).join('')
    const over = `:61:261120C1,00NTRFNONREF\n:86:020~00X${full}~60OVER`
    expect((await readAll(single(over, 'C261120PLN1,00'))).entries[0]?.title).toBe(`${piece.repeat(6)}OVER`)
    const extra = ':61:261120C1,00NTRFNONREF\n:86:020~00X~20ref 20261118-0001~6020261120'
    expect((await readAll(single(extra, 'C261120PLN1,00'))).entries[0]?.title).toBe('ref 20261118-0001')
  })
})

describe('labels of mBank', () => {
  it('gives every entry as the bank says it, with lines broken inside numbers', async () => {
    const { entries } = await readAll(statementFile('labels.sta'))
    expect(entries).toMatchObject([
      {
        amount: 6979_18n,
        title: '210F1163',
        counterpartyName: 'FIRMA ŁĄCZNOŚĆ SPÓŁKA Z O.O. UL.CIEPŁOWNICZA 27 98-300 WIELUŃ',
        counterpartyAccount: kowalski,
        targetAccount: 'XX000000004217',
        transactionCode: '911',
        bankReference: '154961063737599.110001',
      },
      {
        title: 'ZAPŁATA; ref 20261118-000123 ID user-1 FV 1/2026',
        counterpartyName: 'JAN KOWALSKI',
        counterpartyAccount: kowalski,
        targetAccount: null,
        bankReference: '154411006445851.000001',
      },
      {
        title: 'TO NIE KONIEC; OD: KOGO INNEGO',
        counterpartyName: 'FIRMA 2 SP. Z O.O.',
        bankReference: '154411006445851.010001',
      },
      {
        direction: 'debit',
        title: 'ZWROT FV 9/2026-',
        counterpartyName: 'ODBIORCA SA WARSZAWA',
        counterpartyAccount: '10105000997603123456789123',
        targetAccount: null,
      },
      { direction: 'debit', title: '', transactionCode: '794' },
    ])
  })

  it('is the same between 0x01 and 0x03, with CR LF, and in ISO-8859-2', async () => {
    const file = statementFile('labels.sta')
    const wrapped = `\u0001${file.trim().replace(/-$/, '-\u0003')}`.replaceAll('\n', '\r\n')
    expect(await readAll(encode(wrapped, 'iso-8859-2'))).toEqual(await readAll(file))
  })

  it('believes a virtual account only where the bank writes it', async () => {
    const paid = (details: string) =>
      readAll(single(`:61:261120C1,00NTRFNONREF\n:86:${details}`, 'C261120PLN1,00')).then(
        ({ entries }) => entries[0]?.targetAccount,
      )
    expect(
      await paid('770 PRZELEW KRAJOWY; OD: JAN; TYT.: FV; ID IPH: XX000000000001; TNR: 12345678'),
    ).toBeNull()
    expect(await paid('911 TRANSAKCJA IPH; TYT.: FV; ID IPH: XX000000000001; TNR: 12345678')).toBe(
      'XX000000000001',
    )
    expect(await paid(`770 PRZELEW; NA RACH.: ${own}; TYT.: FV; TNR: 12345678`)).toBeNull()
    expect(await paid(`770 PRZELEW; NA RACH.: ${company}; TYT.: FV; TNR: 12345678`)).toBe(company)
  })
})

describe('what banks do differently', () => {
  const one = ':61:2611201120CN1,00NTRFNONREF//REF0000001\n:86:FV 1/2026'

  it('reads a text without subfields or labels as the title', async () => {
    const { entries } = await readAll(single(one, 'C261120PLN1,00'))
    expect(entries[0]).toMatchObject({
      title: 'FV 1/2026',
      bankReference: 'REF0000001',
      transactionCode: 'NTRF',
    })
  })

  it.each([
    [`:25:PL${own}`, own],
    [`:25:/PL${own}`, own],
    [`:25:BREXPLPW/PL${own}`, own],
    [`:25:${own}PLN`, own],
    [':25:PL61 1090 1014 0000 0712 1981 2874', own],
    [':25:DE89 3704 0044 0532 0130 00', 'DE89370400440532013000'],
    [':25:37040044/0532013000', '370400440532013000'],
  ])('takes the account out of %s', async (line, account) => {
    const { heads } = await readAll(single(one, 'C261120PLN1,00').replace(`:25:${own}`, line))
    expect(heads[0]?.account).toBe(account)
  })

  it('reads statements in SWIFT envelopes, and pages with intermediate balances', async () => {
    const inside = single(one, 'C261120PLN1,00').replace('60F', '60M').replace('62F', '62M')
    const file = `{1:F01BANKPLPWAXXX0000000000}{2:O9401}{4:\n${inside.replace('\n-\n', '\n-}{5:}\n')}`
    const { entries } = await readAll(`${file}${file}`)
    expect(entries.map(({ position }) => position)).toEqual([1, 2])
  })

  it('reads amounts without decimals or with one, and leaves out entries over nothing', async () => {
    const some = [':61:261120C5,NTRFNONREF', ':61:261120C0,5NTRFNONREF', ':61:261120C0,00NTRFNONREF'].join(
      '\n',
    )
    const { entries } = await readAll(single(some, 'C261120PLN5,50'))
    expect(entries.map(({ amount }) => amount)).toEqual([5_00n, 50n])
  })

  it('takes no reference that many entries have', async () => {
    for (const written of ['', '//NONREF', '//0000000000', '//17']) {
      const { entries } = await readAll(single(`:61:261120C1,00NTRFX${written}`, 'C261120PLN1,00'))
      expect(entries[0]?.bankReference, written).toBeNull()
    }
  })

  it('gives the booking date the year that lies nearest', async () => {
    const dates = async (line: string) => {
      const { entries } = await readAll(single(`:61:${line}C1,00NTRFNONREF`, 'C261120PLN1,00'))
      return [entries[0]?.valueOn, entries[0]?.bookedOn]
    }
    expect(await dates('2612310102')).toEqual(['2026-12-31', '2027-01-02'])
    expect(await dates('2701021231')).toEqual(['2027-01-02', '2026-12-31'])
    expect(await dates('2402280229')).toEqual(['2024-02-28', '2024-02-29'])
    expect(await dates('261120')).toEqual(['2026-11-20', '2026-11-20'])
  })

  it('reads the interim report MT942 and checks its sums', async () => {
    const report = (sum: string) =>
      [
        ':20:1',
        `:25:${own}`,
        ':28C:1/1',
        ':34F:PLN0',
        ':13D:2611201815+0100',
        one,
        ':90D:0PLN0,00',
        sum,
        '-',
      ].join('\n')
    expect((await readAll(report(':90C:1PLN1,00'))).entries).toHaveLength(1)
    await expect(readAll(report(':90C:1PLN2,00'))).rejects.toThrow('Line 9: The entries do not make the sum')
    await expect(readAll(report(':90C:2PLN1,00'))).rejects.toThrow('Line 9')
  })

  it('breaks lines anywhere without a loss', async () => {
    const title = 'ref 20261118-000123 ID user-1 FV 123/2026 ZA INTERNET LISTOPAD'
    const lines = [
      { amount: 1_00n, bookedOn: '2026-11-20', title, name: 'JAN KOWALSKI', counterparty: kowalski },
    ]
    for (let width = 5; width <= 65; width++) {
      for (const separator of ['~', 'mbank'] as const) {
        const { entries } = await readAll(writeMt940({ account: own, lines }, { separator, width }))
        expect(entries[0], `${separator} ${width}`).toMatchObject({ title, counterpartyAccount: kowalski })
      }
    }
  })
})
