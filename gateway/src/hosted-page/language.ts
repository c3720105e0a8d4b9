/** The languages of the pages, each with the name that its speakers look for. */
export const languageNames = { pl: 'Polski', en: 'English', uk: 'Українська' } as const

export type Language = keyof typeof languageNames
export const languages = Object.keys(languageNames) as Language[]

export function isLanguage(text: unknown): text is Language {
  return typeof text === 'string' && Object.hasOwn(languageNames, text)
}

/** The language asked for in the address, else the best of the browser's that we speak, else the fallback. */
export function chooseLanguage(asked: unknown, accept: string | undefined, fallback: Language): Language {
  if (isLanguage(asked)) return asked
  return accept ? (acceptedLanguage(accept) ?? fallback) : fallback
}

/** `Accept-Language` (RFC 9110, 12.5.4); a header longer than any browser's is not read to its end. */
function acceptedLanguage(accept: string): Language | undefined {
  let best: Language | undefined
  let bestWeight = 0
  for (const part of accept.slice(0, 500).split(',')) {
    const [range = '', ...parameters] = part.split(';')
    const language = range.trim().slice(0, 2).toLowerCase()
    const weight = weightOf(parameters)
    if (weight > bestWeight && /^\s*[a-z]{2}(-|\s*$)/i.test(range) && isLanguage(language)) {
      best = language
      bestWeight = weight
    }
  }
  return best
}

function weightOf(parameters: string[]): number {
  const given = parameters.map((text) => /^\s*q=([\d.]+)\s*$/i.exec(text)?.[1]).find(Boolean)
  return given === undefined ? 1 : Number(given) || 0
}
