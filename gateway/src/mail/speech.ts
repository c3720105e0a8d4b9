import type { Language } from '../provider/index.ts'
import { en } from './words/en.ts'
import { pl, type WordKey, type Words } from './words/pl.ts'
import { uk } from './words/uk.ts'

export type { WordKey } from './words/pl.ts'
export const tables: Record<Language, Words> = { pl, en, uk }
const locales: Record<Language, string> = { pl: 'pl-PL', en: 'en-GB', uk: 'uk-UA' }

/** What a mail says in one language. */
export interface Speech {
  language: Language
  /** @throws Error where the sentence needs a value that is not given */
  say(key: WordKey, values?: Record<string, string>): string
  /** @param minorUnits in decimal digits */
  money(minorUnits: string, currency: string): string
  /** `22 listopada 2026, 10:24`, in Warsaw's time. @param moment ISO 8601 */
  moment(moment: string): string
}

export function speechOf(language: Language): Speech {
  const locale = locales[language]
  const number = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 })
  const zone = { timeZone: 'Europe/Warsaw' }
  const date = new Intl.DateTimeFormat(locale, { ...zone, dateStyle: 'long' })
  const time = new Intl.DateTimeFormat(locale, {
    ...zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  return {
    language,
    say: (key, values = {}) => filled(tables[language][key], values),
    money(minorUnits, currency) {
      const unit = currency === 'PLN' && language !== 'en' ? 'zł' : currency
      // The format is handed a decimal in text, so it is exact.
      return `${number.format(`${minorUnits}E-2` as `${number}`)}\u00a0${unit}`
    },
    moment: (moment) => `${date.format(new Date(moment))}, ${time.format(new Date(moment))}`,
  }
}

function filled(sentence: string, values: Record<string, string>): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`a mail needs the value ${name}`)
    return value
  })
}
