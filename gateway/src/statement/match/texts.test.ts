import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  hasName,
  likeReferencesIn,
  nameWords,
  referencesIn,
  titleKey,
  titlePartsOf,
  titleTokens,
  userIdsOfAccount,
} from './texts.ts'

describe('our reference in a title', () => {
  it.each([
    ['ref 20200723-123456 ID user-1234 FV 123/2020', ['20200723-123456']],
    ['REF:20200723-1234', ['20200723-1234']],
    ['przelew ref 20200723-123456ID user', ['20200723-123456']],
    ['ref 20200 723-1234 56 ID 5', ['20200723-123456']],
    ['ref20200723123456 ID 5', ['20200723-123456']],
    ['ref 20200723-123456 i ref 20200724-000001', ['20200723-123456', '20200724-000001']],
    ['ref 20200723-123456 ref 20200723-123456', ['20200723-123456']],
    ['ref 20200723-1234567', []],
    ['20200723-123456', []],
    ['', []],
  ])('%s', (title, found) => expect(referencesIn(title)).toEqual(found))

  it('is found in what we print, wherever a bank breaks it', () => {
    const blanks = fc.array(fc.nat({ max: 30 }), { maxLength: 4 })
    fc.assert(
      fc.property(
        fc.nat({ max: 999_999 }),
        fc.stringMatching(/^[A-Za-z0-9]{1,12}$/),
        blanks,
        (nth, userId, at) => {
          const number = `20261122-${String(nth).padStart(6, '0')}`
          let title = `ref ${number} ID ${userId}`
          for (const place of at) title = `${title.slice(0, place)} ${title.slice(place)}`
          expect(referencesIn(title)).toContain(number)
        },
      ),
    )
  })

  it('without its word is only alike', () => {
    expect(likeReferencesIn('za 20200723-123456')).toEqual(['20200723-123456'])
    expect(likeReferencesIn('120200723-1234567')).toEqual([])
  })
})

describe('the title of a link in a title', () => {
  const has = (title: string, link: string) =>
    titlePartsOf(title).some((part) => part.key === titleKey(link) && part.tokens === titleTokens(link))

  it.each([
    ['zapłata FV 123/2020', 'FV 123/2020', true],
    ['fv123/2020', 'FV 123/2020', true],
    ['FV 123/2020, FV 124/2020', 'FV 124/2020', true],
    ['FV 123/2020/04', 'FV 123/2020', false],
    ['FV 1123/2020', 'FV 123/2020', false],
    ['FV 12/32020', 'FV 123/2020', false],
    ['Faktura nr 55/XI/2026.', '55/XI/2026', true],
    ['za internet', 'za internet', false],
    ['FV1', 'FV1', false],
  ])('%s has %s: %s', (title, link, expected) => expect(has(title, link)).toBe(expected))

  it('is always found in itself, and no title takes long', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^FV [1-9][0-9]{1,5}\/(20[0-9]{2})$/), (link) => {
        expect(has(`zaplata ${link} dziekuje`, link)).toBe(true)
      }),
    )
    fc.assert(fc.property(fc.string({ maxLength: 3_000 }), (title) => titlePartsOf(title).length < 1_000))
  })
})

describe('a name', () => {
  it.each([
    ['JAN KOWALSKI UL. DLUGA 1', 'Jan', 'Kowalski', true],
    ['KOWALSKI JAN', 'Jan', 'Kowalski', true],
    ['ZOFIA LECKA', 'Zofia', 'Łęcka', true],
    ['Anna Nowak-Kowalska', 'Anna', 'Nowak-Kowalska', true],
    ['JAN KOWALSKIEGO', 'Jan', 'Kowalski', false],
    ['KOWALSKI', 'Jan', 'Kowalski', false],
    ['JAN KOWALSKI', null, 'Kowalski', false],
    ['JAN KOWALSKI', ' ', 'Kowalski', false],
  ])('%s is %s %s: %s', (written, name, surname, expected) =>
    expect(hasName(nameWords(written), name, surname)).toBe(expected),
  )
})

describe('a virtual account', () => {
  const prefixes = ['1090101400000712', '10901014']
  it.each([
    ['50109010140000071200004217', prefixes, ['4217', '04217', '004217', '0004217', '00004217']],
    [
      'PL 50 1090 1014 0000 0712 0000 4217',
      prefixes.slice(0, 1),
      ['4217', '04217', '004217', '0004217', '00004217'],
    ],
    ['50999910140000071200004217', prefixes, []],
    ['XX0017', prefixes, ['17', '017', '0017']],
    ['0017', prefixes, ['17', '017', '0017']],
    ['XX0017', [], []],
    ['XX0017', ['XX00'], ['17']],
    ['50109010140000071200004217', [], []],
    ['0000', ['1'], ['0', '00', '000', '0000']],
    ['XXabc', prefixes, []],
  ])('%s', (target, known, userIds) => expect(userIdsOfAccount(target, known)).toEqual(userIds))
})
