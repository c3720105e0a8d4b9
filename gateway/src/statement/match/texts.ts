/**
 * Our reference in a transfer's title, `ref 20200723-123456`. Banks cut titles and put blanks into them, so it is
 * also found with blanks inside or without its dash. Ours have six digits after the dash; four or five, as others
 * give them, count where there is none of six.
 *
 * @returns each reference once, with its dash
 */
export function referencesIn(title: string): string[] {
  const numbers = (text: string, form: RegExp) =>
    [...text.matchAll(form)].map(([, day, number]) => `${day}-${number}`)
  const whole = [
    ...numbers(title, /ref[: ]{0,3}(\d{8})-(\d{6})(?!\d)/gi),
    ...numbers(title.replace(/\s/g, ''), /ref:?(\d{8})-?(\d{6})(?!\d)/gi),
  ]
  return [...new Set(whole.length > 0 ? whole : numbers(title, /ref[: ]{0,3}(\d{8})-(\d{4,5})(?!\d)/gi))]
}

/** Numbers that look like our reference, without the word: they suggest, and prove nothing. */
export function likeReferencesIn(title: string): string[] {
  return [...new Set([...title.matchAll(/(?<!\d)(\d{8}-\d{6})(?!\d)/g)].map(([, number]) => number ?? ''))]
}

interface Token {
  text: string
  start: number
  end: number
}

const tokensMax = 60
const tokensPerTitleMax = 12
/** Shorter ones are too likely to stand in a title by chance. */
const keyCharactersMin = 4

/** Runs of letters and runs of digits, in capitals. */
function tokensOf(text: string): Token[] {
  return [...text.matchAll(/\p{L}+|\d+/gu)].slice(0, tokensMax).map((match) => ({
    text: match[0].toUpperCase(),
    start: match.index,
    end: match.index + match[0].length,
  }))
}

/** A part of a title that may be the title of a link: letters and digits, and how far it reaches. */
export interface TitlePart {
  /** A-Z and 0-9 of it. */
  key: string
  /** Its tokens, by which two parts of one key are told apart. */
  tokens: string
  from: number
  to: number
}

/**
 * Every part of a title that has a digit and stands for itself: `FV 1/2026` is not part of `FV 1/2026/04`.
 */
export function titlePartsOf(title: string): TitlePart[] {
  const tokens = tokensOf(title)
  const parts: TitlePart[] = []
  tokens.forEach((first, from) => {
    if (isGlued(title, tokens[from - 1], first)) return
    for (let to = from; to < Math.min(tokens.length, from + tokensPerTitleMax); to++) {
      const last = tokens[to]
      if (!last || isGlued(title, last, tokens[to + 1])) continue
      const words = tokens.slice(from, to + 1).map(({ text }) => text)
      const key = titleKey(words.join(''))
      if (key.length >= keyCharactersMin && /\d/.test(key))
        parts.push({ key, tokens: words.join(' '), from, to })
    }
  })
  return parts
}

/** The A-Z and 0-9 of a title: what the database compares. */
export function titleKey(title: string): string {
  return title.toUpperCase().replace(/[^A-Z0-9]/g, '')
}

/** The tokens of a link's title as {@link titlePartsOf} writes them. */
export function titleTokens(title: string): string {
  return tokensOf(title)
    .map(({ text }) => text)
    .join(' ')
}

/** Whether one number goes on in the next: nothing or a mark such as a slash is between them. */
function isGlued(title: string, before: Token | undefined, after: Token | undefined): boolean {
  return (
    before !== undefined && after !== undefined && /^[/\\.\-_#]*$/.test(title.slice(before.end, after.start))
  )
}

const polish: Record<string, string> = { Ł: 'L', Đ: 'D', Ø: 'O' }

/** Words in capitals without accents: banks write names in either way. */
export function nameWords(text: string): Set<string> {
  const plain = text
    .toUpperCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[ŁĐØ]/g, (letter) => polish[letter] ?? letter)
  return new Set(plain.match(/[\p{L}\d]+/gu) ?? [])
}

/** Whether every word of the payer's first and last name stands among the words of the other name. */
export function hasName(words: ReadonlySet<string>, name: string | null, surname: string | null): boolean {
  if (!name?.trim() || !surname?.trim()) return false
  const wanted = [...nameWords(`${name} ${surname}`)]
  return wanted.length >= 2 && wanted.every((word) => words.has(word))
}

/** Digits of a number that names a payer by itself, as some banks report it instead of the account. */
const clientDigitsMax = 19

/**
 * The userIds that a virtual account may stand for, with and without the zeros before them: what follows the
 * prefix, or the bank's own number of the client, such as `XX000000000014`.
 *
 * @param prefixes longest first; without any the provider has no virtual accounts
 */
export function userIdsOfAccount(target: string, prefixes: readonly string[]): string[] {
  const bare = target
    .replace(/\s/g, '')
    .toUpperCase()
    .replace(/^PL(?=\d{26}$)/, '')
  const isAccount = /^\d{26}$/.test(bare)
  const number = isAccount ? bare.slice(2) : bare
  const prefix = prefixes.find((each) => number.startsWith(each) && number.length > each.length)
  const client = isAccount || prefixes.length === 0 ? '' : number.replace(/^[A-Z]{1,6}/, '')
  const rest = prefix === undefined ? client : number.slice(prefix.length)
  if (!/^\d+$/.test(rest) || (prefix === undefined && rest.length > clientDigitsMax)) return []
  const digits = rest.replace(/^0+(?=.)/, '')
  return Array.from({ length: rest.length - digits.length + 1 }, (_, zeros) => '0'.repeat(zeros) + digits)
}

/** Values by what a function says of them, in their order. */
export function groupBy<Value, Key>(
  values: Iterable<Value>,
  keyOf: (value: Value) => Key,
): Map<Key, Value[]> {
  const groups = new Map<Key, Value[]>()
  for (const value of values) {
    const key = keyOf(value)
    const group = groups.get(key)
    if (group) group.push(value)
    else groups.set(key, [value])
  }
  return groups
}
