import { formatGrosze } from '../platform/index.ts'
import { type WordKey, wordTables } from './words/index.ts'

export type { WordKey } from './words/index.ts'

/** The languages of the pages, each with the name that its speakers look for. */
export const languageNames = { pl: 'Polski', en: 'English' } as const
export type Language = keyof typeof languageNames

export type Values = Record<string, string | number>

const locales: Record<Language, string> = { pl: 'pl-PL', en: 'en-GB' }

/** Everything that a page says in one language. */
export interface Speech {
  language: Language
  say(key: WordKey, values?: Values): string
  /** Grosze: `1 234,50 zł`, `1,234.50 PLN`. */
  money(grosze: bigint): string
  number(value: number): string
  /** `22.11.2026`; for tables. Seconds since 1970. */
  day(epoch: number): string
  /** `22.11.2026, 10:24` */
  moment(epoch: number): string
  /** A duration in the unit that fits it: `412 ms`, `12,5 s`, `3 min`. */
  duration(ms: number): string
}

const speeches = new Map<string, Speech>()

/**
 * @param language as LMS calls it (`pl_PL`, `en_US`); Polish where it is none of ours
 * @param zone the time zone that LMS shows times in, such as `Europe/Warsaw`
 */
export function speechOf(language: string | undefined, zone: string): Speech {
  const own: Language = language?.toLowerCase().startsWith('en') ? 'en' : 'pl'
  const known = speeches.get(`${own} ${zone}`)
  if (known) return known
  const made = speechIn(own, zone)
  speeches.set(`${own} ${zone}`, made)
  return made
}

function speechIn(language: Language, zone: string): Speech {
  const locale = locales[language]
  const words = wordTables[language]
  const day = new Intl.DateTimeFormat(locale, {
    timeZone: zone,
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
  })
  const clock = new Intl.DateTimeFormat(locale, {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const number = new Intl.NumberFormat(locale, { useGrouping: true })
  const short = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  const dayText = (epoch: number) => day.format(epoch * 1000).replaceAll('/', '.')
  return {
    language,
    say: (key, values) => filled(words[key], values),
    money: (grosze) => moneyText(language, number, grosze),
    number: (value) => number.format(value),
    day: dayText,
    moment: (epoch) => `${dayText(epoch)},\u00a0${clock.format(epoch * 1000)}`,
    duration: (ms) =>
      ms < 1_000
        ? `${number.format(Math.round(ms))}\u00a0ms`
        : ms < 120_000
          ? `${short.format(ms / 1000)}\u00a0s`
          : `${short.format(ms / 60_000)}\u00a0min`,
  }
}

/** Written out of digits: no amount goes through a float. */
function moneyText(language: Language, number: Intl.NumberFormat, grosze: bigint): string {
  const [, sign = '', whole = '0', fraction = '00'] = /^(-?)(\d+)\.(\d+)$/.exec(formatGrosze(grosze)) ?? []
  const size = number.format(BigInt(whole))
  const minus = sign ? '−' : ''
  return language === 'pl' ? `${minus}${size},${fraction}\u00a0zł` : `${minus}${size}.${fraction}\u00a0PLN`
}

function filled(text: string, values: Values | undefined): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values?.[name]
    if (value === undefined) throw new Error(`a sentence needs the value ${name}`)
    return String(value)
  })
}
