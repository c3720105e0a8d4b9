/** What a short link can add to the address of the page, canonical: one text for one set. */
export type ParameterSet = string

const parametersMax = 10
/** The set is a key of an index, which takes no long ones. */
const setCharactersMax = 1_000
/** First in this order, then utm_* by name. */
const named = ['type', 'connectApp', 'lang'] as const
export const utmName = '^utm_[a-z0-9_]{1,32}$'
const utm = new RegExp(utmName)

/** Why parameters cannot be a set. */
export type ParameterFault = 'too_many' | 'too_long'

/**
 * The canonical set of the parameters that are allowed; all others are dropped, personal data first of all.
 *
 * @param groups later ones win
 */
export function parameterSet(
  ...groups: Iterable<readonly [string, string]>[]
): { set: ParameterSet; fault?: undefined } | { set?: undefined; fault: ParameterFault } {
  const values = new Map<string, string>()
  for (const group of groups) for (const [name, value] of group) values.set(name, value)
  const utmNames = [...values.keys()].filter((name) => utm.test(name)).sort()
  const given = [...named, ...utmNames].flatMap((name): [string, string][] => {
    const value = values.get(name)
    return value ? [[name, value]] : []
  })
  if (given.length > parametersMax) return { fault: 'too_many' }
  const set = new URLSearchParams(given).toString()
  return set.length > setCharactersMax ? { fault: 'too_long' } : { set }
}

/**
 * Sets that have the same suffix for every provider. Never change or remove one: printed links carry them.
 * Their suffixes begin with a digit, those of a provider’s own sets with a letter.
 */
const common: readonly (readonly [suffix: string, set: ParameterSet])[] = [
  ['1', 'type=balance'],
  ['2', 'type=connect'],
  ['24', 'type=connect&connectApp=MU'],
  ['30', 'lang=pl'],
  ['31', 'lang=en'],
  ['32', 'lang=uk'],
  ['33', 'type=balance&lang=pl'],
  ['34', 'type=balance&lang=en'],
  ['35', 'type=balance&lang=uk'],
  ['40', 'utm_medium=sms'],
  ['41', 'utm_medium=email'],
  ['42', 'utm_source=isp'],
  ['43', 'utm_medium=sms&utm_source=isp'],
  ['44', 'utm_medium=email&utm_source=isp'],
  ['45', 'type=balance&utm_medium=sms'],
  ['46', 'type=balance&utm_medium=email'],
  ['47', 'type=balance&utm_source=isp'],
  ['48', 'type=balance&utm_medium=sms&utm_source=isp'],
  ['49', 'type=balance&utm_medium=email&utm_source=isp'],
]
const commonSets = new Map(common)
const commonSuffixes = new Map(common.map(([suffix, set]) => [set, suffix]))

export function commonSetOf(suffix: string): ParameterSet | undefined {
  return commonSets.get(suffix)
}

export function commonSuffixOf(set: ParameterSet): string | undefined {
  return commonSuffixes.get(set)
}

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
const lettersAndDigits = `${letters}0123456789`

/** Sets that a provider can have beside the common ones. */
export const ownSetsMax = 5_000

/**
 * The suffix of a provider’s own set: two characters for the first 3,224 (52 × 62) sets, three for the others.
 *
 * @param number counted from 0
 */
export function ownSuffix(number: number): string {
  const base = lettersAndDigits.length
  const twoCharacters = letters.length * base
  if (number < twoCharacters)
    return letters.charAt(Math.floor(number / base)) + lettersAndDigits.charAt(number % base)
  const rest = number - twoCharacters
  return (
    letters.charAt(Math.floor(rest / (base * base))) +
    lettersAndDigits.charAt(Math.floor(rest / base) % base) +
    lettersAndDigits.charAt(rest % base)
  )
}

/** Whether the text has the form of a suffix. */
export function isSuffix(text: string): boolean {
  return /^[A-Za-z0-9]{1,3}$/.test(text)
}
