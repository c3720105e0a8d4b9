/**
 * Text as the gateway takes it. LMS lets people type anything into numbers, comments and names; one stray
 * character would have the whole request refused. Lengths are Unicode code points after NFC, never bytes.
 */

const titleLengthMax = 105
const nameLengthMax = 100
/** What a bill is called where nothing legible is left of its title. */
export const titleless = 'Płatność'

const notInTitles = /[^A-Za-z0-9#&_\-,./' \u00c0-\u02c0]+/gu
const notInNames = /[^A-Za-z0-9\-,. \u00c0-\u02c0]+/gu

/** Characters that word processors put where a plain one was meant. */
const plainer: Record<string, string> = {
  '‘': "'",
  '’': "'",
  '‚': "'",
  '´': "'",
  '`': "'",
  '‐': '-',
  '‑': '-',
  '‒': '-',
  '–': '-',
  '—': '-',
  '−': '-',
  '…': '...',
  '\\': '/',
  '№': 'nr ',
}
const replaced = new RegExp(`[${Object.keys(plainer).join('').replace('\\', '\\\\')}]`, 'gu')

/** A title of 1 to 105 characters, whatever was given. */
export function cleanTitle(given: string): string {
  return clean(given, notInTitles, titleLengthMax) || titleless
}

export interface PersonNames {
  name: string
  surname: string
}

/**
 * First name and surname for the request; both or none, because only both give a short link. A company has all
 * of its name in one field: the first word goes to the one, the others to the other.
 */
export function cleanNames(given: { name: string; lastname: string }): PersonNames | undefined {
  const name = clean(given.name, notInNames, nameLengthMax)
  const surname = clean(given.lastname, notInNames, nameLengthMax)
  if (name && surname) return { name, surname }
  const [first = '', ...rest] = (name || surname).split(' ')
  return first && rest.length > 0 ? { name: first, surname: rest.join(' ') } : undefined
}

function clean(given: string, unwanted: RegExp, lengthMax: number): string {
  const tidy = given
    .normalize('NFC')
    .replace(replaced, (character) => plainer[character] ?? ' ')
    .replace(unwanted, ' ')
    .replace(/ +/g, ' ')
    .trim()
  return [...tidy].slice(0, lengthMax).join('').trimEnd()
}
