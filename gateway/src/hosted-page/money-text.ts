import type { Language } from './language.ts'

const locales = { pl: 'pl-PL', en: 'en-GB', uk: 'uk-UA' } as const
const numbers = new Map<Language, Intl.NumberFormat>()
const noBreakSpace = '\u00a0'

/**
 * Money as the language writes it, on one line: `1 234,50 zł`, `1,234.50 PLN`. Runs in the browser too.
 *
 * @param minorUnits whole minor units (grosze). The format is handed a decimal in text, so it is exact; a browser
 *   too old for that reads the text as a number, which is exact up to 2^53.
 */
export function moneyText(language: Language, minorUnits: bigint | number, currency: string): string {
  let format = numbers.get(language)
  if (!format) {
    format = new Intl.NumberFormat(locales[language], {
      minimumFractionDigits: 2,
      maximumFractionDigits: 2,
      useGrouping: 'always',
    })
    numbers.set(language, format)
  }
  const unit = currency === 'PLN' && language !== 'en' ? 'zł' : currency
  return format.format(`${minorUnits}E-2` as `${number}`) + noBreakSpace + unit
}
