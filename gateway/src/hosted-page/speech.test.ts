import { IntlMessageFormat } from 'intl-messageformat'
import { describe, expect, it } from 'vitest'
import { chooseLanguage, languages } from './language.ts'
import { dayOf, daysBetween, speechOf, tables, type WordKey } from './speech.ts'

const today = '2026-11-22'
const plain = (text: string) => text.replaceAll('\u00a0', '_')
const spaced = (text: string) => text.replaceAll('\u00a0', ' ')

describe('money', () => {
  it('is grouped from four digits on and never breaks over lines', () => {
    const { money } = speechOf('pl')
    expect(plain(money(24740n, 'PLN'))).toBe('247,40_zł')
    expect(plain(money(123450n, 'PLN'))).toBe('1_234,50_zł')
    expect(plain(money(999999999n, 'PLN'))).toBe('9_999_999,99_zł')
    expect(plain(money(1n, 'PLN'))).toBe('0,01_zł')
  })
  it('follows the language', () => {
    expect(plain(speechOf('en').money(123450n, 'PLN'))).toBe('1,234.50_PLN')
    expect(plain(speechOf('uk').money(123450n, 'PLN'))).toBe('1_234,50_zł')
    expect(plain(speechOf('pl').money(123450n, 'EUR'))).toBe('1_234,50_EUR')
  })
})

describe('due dates', () => {
  it.each([
    ['2026-11-22', 'termin dziś, 22 listopada'],
    ['2026-11-23', 'do jutra, 23 listopada'],
    ['2026-11-24', 'do 24 listopada, za 2 dni'],
    ['2026-12-06', 'do 6 grudnia, za 14 dni'],
    ['2027-01-03', 'do 3 stycznia 2027, za 42 dni'],
    ['2026-11-21', '1 dzień po terminie (21 listopada)'],
    ['2026-11-18', '4 dni po terminie (18 listopada)'],
    ['2026-11-01', '21 dni po terminie (1 listopada)'],
    ['2025-11-22', '365 dni po terminie (22 listopada 2025)'],
  ])('%s is “%s”', (day, text) => {
    expect(spaced(speechOf('pl').due(day, today))).toBe(text)
  })
  it('speak Ukrainian and English', () => {
    expect(spaced(speechOf('uk').due('2027-01-03', today))).toBe('до 3 січня 2027, через 42 дні')
    expect(spaced(speechOf('en').due('2026-11-21', today))).toBe('1 day overdue (21 November)')
  })
  it('count calendar days in Warsaw', () => {
    expect(dayOf(new Date('2026-11-22T23:30:00Z'))).toBe('2026-11-23')
    expect(dayOf(new Date('2026-06-30T21:59:00Z'))).toBe('2026-06-30')
    expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2)
  })
})

it('tells moments in Warsaw’s time', () => {
  const at = new Date('2026-11-22T09:24:00Z')
  expect(spaced(speechOf('pl').moment(at))).toBe('22 listopada 2026, 10:24')
  expect(spaced(speechOf('uk').moment(at))).toBe('22 листопада 2026, 10:24')
})

it.each([
  [1, '1 faktura'],
  [2, '2 faktury'],
  [5, '5 faktur'],
  [12, '12 faktur'],
  [22, '22 faktury'],
])('counts %i as %s', (count, text) => {
  expect(speechOf('pl').say('bills.count', { count })).toBe(text)
})

/** Names of the values that a message takes, plural choices looked into. */
function valuesOf(message: string): string[] {
  const names = new Set<string>()
  const look = (nodes: ReturnType<IntlMessageFormat['getAst']>) => {
    for (const node of nodes) {
      if ('value' in node && node.type !== 0) names.add(node.value)
      if ('options' in node && node.options)
        for (const option of Object.values(node.options)) look(option.value)
    }
  }
  look(new IntlMessageFormat(message, 'pl', undefined, { ignoreTag: true }).getAst())
  return [...names].sort()
}

describe.each(languages)('the table of %s', (language) => {
  const table = tables[language]
  it('takes the same values as the Polish one', () => {
    for (const key of Object.keys(tables.pl) as WordKey[])
      expect([key, valuesOf(table[key])]).toEqual([key, valuesOf(tables.pl[key])])
  })
  it('has every plural form of the language', () => {
    const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories
    for (const [key, text] of Object.entries(table).filter(([, text]) => text.includes('plural')))
      for (const form of needed) expect(`${key}: ${text}`).toContain(`${form} {`)
  })
  it('does not shout', () => {
    for (const text of Object.values(table)) expect(text).not.toMatch(/!|\.\.\.|Ups/)
  })
})

describe('the language of a page', () => {
  it.each([
    ['uk', 'en', 'uk'],
    [undefined, 'de-DE,de;q=0.9,en;q=0.8,pl;q=0.3', 'en'],
    [undefined, 'en;q=0.2, uk-UA;q=0.9', 'uk'],
    [undefined, 'de', 'pl'],
    [undefined, undefined, 'pl'],
    ['xx', undefined, 'pl'],
    [['en', 'uk'], undefined, 'pl'],
    [undefined, 'pl;q=0,en', 'en'],
    ['__proto__', 'constructor', 'pl'],
  ])('asked %j, browser %j: %s', (asked, accept, language) => {
    expect(chooseLanguage(asked, accept, 'pl')).toBe(language)
  })
})
