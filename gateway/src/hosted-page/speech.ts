import { IntlMessageFormat } from 'intl-messageformat'
import { type Language, languages } from './language.ts'
import { moneyText } from './money-text.ts'
import { en } from './words/en.ts'
import { pl, type WordKey, type Words } from './words/pl.ts'
import { uk } from './words/uk.ts'

const zone = 'Europe/Warsaw'
/** As the parser of intl-messageformat numbers the parts of a message. */
const nodeTypes = { literal: 0, argument: 1 } as const
const locales: Record<Language, string> = { pl: 'pl-PL', en: 'en-GB', uk: 'uk-UA' }
export const tables: Record<Language, Words> = { pl, en, uk }

export type { WordKey } from './words/pl.ts'
export type Values = Record<string, string | number>

/** Everything that a page says in one language. Days are `yyyy-mm-dd`; moments are shown in Warsaw’s time. */
export interface Speech {
  language: Language
  say(key: WordKey, values?: Values): string
  /** Minor units, such as grosze. */
  money(minorUnits: bigint, currency: string): string
  /** `6 grudnia`, with the year only where it is not this year’s. */
  day(day: string, today: string): string
  /** `22 listopada 2026, 10:24` */
  moment(at: Date): string
  /** `22 listopada 2026` */
  date(at: Date): string
  /** `10:24` */
  clock(at: Date): string
  /** `termin dziś…`, `do 6 grudnia, za 14 dni`, `4 dni po terminie…` */
  due(day: string, today: string): string
}

const speeches: Record<Language, Speech> = { pl: speechIn('pl'), en: speechIn('en'), uk: speechIn('uk') }

export function speechOf(language: Language): Speech {
  return speeches[language]
}

/** The calendar day in Warsaw, `yyyy-mm-dd`. */
export function dayOf(at: Date): string {
  return dayFormat.format(at)
}
const dayFormat = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' })

/** Whole days from one `yyyy-mm-dd` to another; below zero where the second is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)
}

function speechIn(language: Language): Speech {
  const messages = compile(language)
  const locale = locales[language]
  const inWarsaw = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { timeZone: zone, ...options })
  // A day is not a moment: it is the same day in every zone.
  const dayMonth = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', day: 'numeric', month: 'long' })
  const dayMonthYear = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', dateStyle: 'long' })
  const date = inWarsaw({ dateStyle: 'long' })
  const time = inWarsaw({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const say = (key: WordKey, values?: Values) => messages[key](values)
  const day = remembered((text: string, today: string) =>
    boundDate((text.slice(0, 4) === today.slice(0, 4) ? dayMonth : dayMonthYear).format(new Date(text))),
  )
  return {
    language,
    say,
    money: (minorUnits, currency) => moneyText(language, minorUnits, currency),
    day,
    date: (at) => boundDate(date.format(at)),
    clock: (at) => time.format(at),
    moment: (at) => `${boundDate(date.format(at))}, ${time.format(at)}`,
    due: remembered((text: string, today: string) => {
      const days = daysBetween(today, text)
      const key = days < 0 ? 'due.late' : days === 0 ? 'due.today' : days === 1 ? 'due.tomorrow' : 'due.in'
      return say(key, { day: day(text, today), days: Math.abs(days) })
    }),
  }
}

/**
 * The day stays on the line of its month. Ukrainian dates end in “р.” (year), which sentences of ours cannot
 * carry.
 */
function boundDate(text: string): string {
  return text.replace(/\sр\.$/, '').replace(' ', '\u00a0')
}

const rememberedMax = 2_000

/** A payer’s page asks for few days, all payers together for few more: each is formatted once. */
function remembered(format: (day: string, today: string) => string): (day: string, today: string) => string {
  const known = new Map<string, string>()
  return (day, today) => {
    const key = `${day} ${today}`
    let text = known.get(key)
    if (text === undefined) {
      if (known.size >= rememberedMax) known.clear()
      text = format(day, today)
      known.set(key, text)
    }
    return text
  }
}

/** In Polish and Ukrainian print a one-letter word never ends a line. */
function withoutOrphans(text: string): string {
  return text.replace(/(?<=^|\s)([aiouwzаівзйоу]) /gi, '$1\u00a0')
}

type Message = (values?: Values) => string

/** Messages are parsed once; only those that choose among forms need the formatter each time. */
function compile(language: Language): Record<WordKey, Message> {
  const entries = Object.entries(tables[language]).map(([key, text]): [string, Message] => {
    const bound = withoutOrphans(text)
    if (!text.includes('{')) return [key, () => bound]
    const format = new IntlMessageFormat(bound, locales[language], undefined, { ignoreTag: true })
    return [key, plainMessage(format) ?? ((values) => String(format.format(values)))]
  })
  return Object.fromEntries(entries) as Record<WordKey, Message>
}

/** A message of text and plain values is put together without the formatter, as pages do a dozen times. */
function plainMessage(format: IntlMessageFormat): Message | undefined {
  const parts = format
    .getAst()
    .map((node) =>
      node.type === nodeTypes.literal
        ? { text: node.value }
        : node.type === nodeTypes.argument
          ? { name: node.value }
          : undefined,
    )
  if (parts.includes(undefined)) return undefined
  return (values) => {
    let said = ''
    for (const part of parts) said += part?.name === undefined ? part?.text : valueFor(values, part.name)
    return said
  }
}

function valueFor(values: Values | undefined, name: string): string | number {
  const value = values?.[name]
  if (value === undefined) throw new Error(`a message needs the value ${name}`)
  return value
}

export { languages }
