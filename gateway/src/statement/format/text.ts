import { bareNrb, isNrb } from '@bill-gateway/contract'

/** Characters of one text of an entry. Titles of Polish banks have 140, of SEPA at most some hundred. */
export const fieldCharsMax = 4000

const strange = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu
/** Most texts are tidy, and a file has millions. */
const untidy = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|^\s|\s$|\s\s|[^\S ]/u

/** Text for people and for the database: no control characters, no halves of characters, single blanks. */
export function cleanText(written: string): string {
  const tidy = untidy.test(written) ? written.replace(strange, ' ').replace(/\s+/g, ' ').trim() : written
  return tidy.normalize('NFC')
}

/** {@link cleanText}, or null where nothing is left. */
export function textOrNull(written: string | undefined): string | null {
  const clean = cleanText(written ?? '')
  return clean === '' ? null : clean
}

/** Of an IBAN. */
const accountCharsMax = 34

/**
 * An account: 26 bare digits where a Polish one is written in, with or without PL, spaces and dashes; else the
 * letters and digits of what is written; null where that is none or too much for an account.
 */
export function accountOf(written: string | undefined): string | null {
  const bare = (written ?? '').toUpperCase().replace(/[\s-]+/g, '')
  const nrb = /(?:^|[^A-Z0-9])(?:PL)?(\d{26})(?![0-9])/.exec(bare)?.[1]
  const account = nrb ?? bare.replace(/[^A-Z0-9]/g, '')
  return account.length > accountCharsMax || /^0*$/.test(account) ? null : account
}

/** The Polish account with these 24 digits after its check digits. */
export function withCheckDigits(rest: string): string {
  let remainder = 0
  for (const digit of `${rest}252100`) remainder = (remainder * 10 + Number(digit)) % 97
  return `${String(98 - remainder).padStart(2, '0')}${rest}`
}

/** In groups of four after the check digits, or from the beginning. */
const writtenNrb = /(?<!\d)(?:\d{2}(?:[ -]?\d{4}){6}|(?:\d{4}[ -]?){6}\d{2})(?!\d)/g

/** The first valid Polish account that a text names. */
export function accountInText(text: string): string | undefined {
  for (const [found] of text.matchAll(writtenNrb)) {
    const digits = bareNrb(found.replace(/-/g, ''))
    if (isNrb(digits)) return digits
  }
  return undefined
}

/**
 * Pieces of a text that was cut at a width: a full piece goes on in the next, even inside a number; after a
 * shorter one a word ended.
 */
export function joinPieces(pieces: readonly string[], width: number): string {
  return pieces.reduce((text, piece, index) => {
    if (index === 0) return piece
    const goesOn = (pieces[index - 1] ?? '').length >= width
    return goesOn ? text + piece : `${text} ${piece}`
  }, '')
}

/** Banks put these, or a mere running number, where they have no reference of their own. */
const noReference = /^(NONREF|NOREF|NOTPROVIDED|BRAK|0+)$/i
const referenceCharsMin = 6

/** A bank's own reference, null where it says none or one too short to be unique beyond a file. */
export function referenceOf(written: string | undefined, charsMin = referenceCharsMin): string | null {
  const reference = cleanText(written ?? '').replace(/[ '"]/g, '')
  return reference.length < charsMin || noReference.test(reference) ? null : reference
}
