/**
 * Payment references in the titles of bank transfers: `ref yyyymmdd-nnnnnn`, as banks and import patterns
 * leave it. The date has eight digits, the number behind the dash six; rows from before have four to six.
 */

const dateDigits = 8
const numberDigitsMin = 4
const numberDigitsMax = 6
/** A title of more characters is no title: reading stops there. */
const titleCharactersMax = 10_000

/** Where banks and import patterns cut a title. */
const cut = '[\\s\\u00a0\\u202f,|;]'
const referenceWord = new RegExp(`r${cut}*e${cut}*f[\\s\\u00a0\\u202f,|;:.#]*(?=\\d)`, 'giu')
const isCut = new RegExp(`^${cut}$`, 'u')
const isDash = /^[-\u2010-\u2015\u2212]$/u
const isDigit = /^[0-9]$/

/** The digits of a payment's reference number, by which statement rows are searched; null where it has none. */
export function referenceDigits(referenceNumber: string | null | undefined): string | null {
  const match = /^\s*(\d{8})-?(\d{4,6})\s*$/.exec(referenceNumber ?? '')
  return match ? `${match[1]}${match[2]}` : null
}

/**
 * The references that a title can mean, each as its digits alone. Usually one. Where the title goes on with
 * more digits after a cut, both readings are given, the longer first. Digits that touch more digits are never a
 * reference: neither the head of a longer number nor a shorter number is taken for one.
 */
export function readReferences(title: string): string[] {
  const text = title.slice(0, titleCharactersMax)
  const found = new Set<string>()
  for (const match of text.matchAll(referenceWord)) {
    for (const digits of readingsAt(text, match.index + match[0].length)) found.add(digits)
  }
  return [...found]
}

/** Whether one of the readings of the texts is this reference. */
export function namesReference(texts: readonly (string | null)[], digits: string): boolean {
  return texts.some((text) => text !== null && readReferences(text).includes(digits))
}

function readingsAt(text: string, start: number): string[] {
  const readings: string[] = []
  let digits = ''
  let hasDash = false
  for (let i = start; i < text.length; i++) {
    const sign = text[i] ?? ''
    if (isDigit.test(sign)) {
      digits += sign
      if (digits.length > dateDigits + numberDigitsMax) break
      const touchesMore = isDigit.test(text[i + 1] ?? '')
      if (digits.length >= dateDigits + numberDigitsMin && !touchesMore) readings.unshift(digits)
    } else if (isDash.test(sign)) {
      if (hasDash || digits.length !== dateDigits) break
      hasDash = true
    } else if (!isCut.test(sign)) break
  }
  return readings
}
