import { isCalendarDate, PaymentLinkItem } from '@bill-gateway/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { documentNumber } from '../../lms/index.ts'
import { buttonUrl } from './buttons.ts'
import { dueDay, localDay } from './due.ts'
import { cleanNames, cleanTitle, titleless } from './titles.ts'

const ruleOf = (field: 'title' | 'name') =>
  new RegExp((PaymentLinkItem.properties[field] as { pattern?: string }).pattern ?? '(?!)', 'u')
const fitsTitle = (text: string) => ruleOf('title').test(text) && [...text].length <= 105
const fitsName = (text: string) => ruleOf('name').test(text) && [...text].length <= 100

describe('titles', () => {
  it.each([
    ['FV 7/LMS/2026', 'FV 7/LMS/2026'],
    ['  Opłata   za\nInternet ', 'Opłata za Internet'],
    ['Usługa „Światłowód” (300 Mb/s) – maj…', 'Usługa Światłowód 300 Mb/s - maj...'],
    ["Abonament O'Reilly’ego", "Abonament O'Reilly'ego"],
    ['Z\u0307o\u0301\u0142w', 'Żółw'],
    ['nr №5\\2026', 'nr nr 5/2026'],
    ['', titleless],
    ['   ', titleless],
    ['😀☎', titleless],
  ])('%j becomes %j', (given, cleaned) => expect(cleanTitle(given)).toBe(cleaned))

  it('defect 27: a cut title ends between letters, never within a Polish one', () => {
    const title = cleanTitle(`${'a'.repeat(104)}żółć i dalej`)
    expect(title).toBe(`${'a'.repeat(104)}ż`)
    expect(Buffer.from(title).toString()).toBe(title)
  })

  it('whatever LMS holds, are what the gateway takes', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.string({ unit: 'grapheme' })),
        (text) => {
          expect(fitsTitle(cleanTitle(text))).toBe(true)
          expect(cleanTitle(cleanTitle(text))).toBe(cleanTitle(text))
          const names = cleanNames({ name: text, lastname: `${text} b` })
          if (names) expect([fitsName(names.name), fitsName(names.surname)]).toEqual([true, true])
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('names', () => {
  it('defect 27: lose an apostrophe, which the gateway takes in titles alone', () => {
    expect(cleanNames({ name: 'Sean', lastname: "O'Brien" })).toEqual({ name: 'Sean', surname: 'O Brien' })
  })
  it('of a company are its first word and the rest, so that it has a short link too', () => {
    expect(cleanNames({ name: '', lastname: 'Sklep „U Źródła” sp. z o.o.' })).toEqual({
      name: 'Sklep',
      surname: 'U Źródła sp. z o.o.',
    })
  })
  it('are both sent or none', () => {
    expect(cleanNames({ name: '', lastname: 'Netix' })).toBeUndefined()
    expect(cleanNames({ name: '', lastname: '' })).toBeUndefined()
  })
})

describe('due dates', () => {
  it('defect 28: local midnight in Warsaw is that day, not the one before', () => {
    const midnight = Date.parse('2026-07-01T00:00:00+02:00') / 1000
    expect(localDay(midnight, 'Europe/Warsaw')).toBe('2026-07-01')
    expect(dueDay(midnight, 14, 'Europe/Warsaw')).toBe('2026-07-15')
    expect(dueDay(Date.parse('2026-12-31T23:59:59+01:00') / 1000, 0, 'Europe/Warsaw')).toBe('2026-12-31')
  })
  it('are real days for every moment that LMS can hold', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 35 }), fc.integer({ min: -1, max: 32_767 }), (at, days) => {
        expect(isCalendarDate(dueDay(at, days, 'Europe/Warsaw'))).toBe(true)
      }),
    )
  })
})

describe('numbers of old documents', () => {
  const cdate = Date.parse('2026-03-05T00:30:00+01:00') / 1000
  const numbered = (template: string | null, number = 7) =>
    documentNumber({ number, extnumber: 'A', template, cdate, customerId: 42 }, 'Europe/Warsaw')
  it.each([
    [null, '7/LMS/2026'],
    ['FV/%6N/%m/%y', 'FV/000007/03/26'],
    ['%4C/%N-%I/%F', '0042/7-A/2026-03-05'],
    ['%d.%m.%Y %H:%M', '05.03.2026 00:30'],
    ['%j %u %e', '064 4 5'],
  ])('%j gives %j', (template, number) => expect(numbered(template)).toBe(number))
  it('begin with 1', () => expect(numbered('%N', 0)).toBe('1'))
})

describe('addresses of buttons', () => {
  const link = 'https://pay.example.pl/single-payment/abc'
  it('defect 25: every parameter is joined and none is lost', () => {
    expect(buttonUrl(link, { balance: true, medium: 'email' })).toBe(
      `${link}?type=balance&utm_source=isp&utm_medium=email`,
    )
    expect(buttonUrl(`${link}?lang=uk`, { medium: 'userpanel' })).toBe(
      `${link}?lang=uk&utm_source=isp&utm_medium=userpanel`,
    )
  })
  it('defect 26: hold no per cent sign that LMS could take for a placeholder', () => {
    for (const medium of ['email', 'userpanel', 'sms', 'blockpage'] as const)
      expect(buttonUrl(link, { balance: true, medium })).not.toContain('%')
  })
})
