import type { CsvProfile } from './csv-profile.ts'
import { csvProfiles } from './csv-profiles.ts'
import { encodingOfMark, toldDecoder } from './encoding.ts'
import type { StatementFormat } from './statement-part.ts'

/** How much of a file's beginning is looked at. */
const looksAtChars = 16_384

/**
 * The format of a file, by its first bytes; a window of some ten thousand is plenty.
 *
 * @returns undefined where it is none that is known: the format, or the CSV profile, has to be told
 */
export function detectFormat(firstBytes: Uint8Array): StatementFormat | undefined {
  const text = beginningOf(firstBytes)
  if (/^<[?!A-Za-z]/.test(text)) return /BkToCstmrStmt|camt\.053/.test(text) ? 'camt053' : undefined
  if (/^(\{1:[\s\S]{0,200}?)?:20:/.test(text)) return 'mt940'
  if (/^\d{1,33},\d{8},\d{1,17},\d{0,8},\d{0,8},"[^"\r\n]*","/.test(text)) return 'elixir'
  return profileOf(text) ? 'csv' : undefined
}

/** The profile of a CSV file, by its first bytes. */
export function detectCsvProfile(firstBytes: Uint8Array): CsvProfile | undefined {
  return profileOf(beginningOf(firstBytes))
}

/** Letters beyond ASCII are not looked at, so their encoding does not matter. */
function beginningOf(firstBytes: Uint8Array): string {
  const first = Buffer.from(firstBytes.subarray(0, looksAtChars))
  const mark = encodingOfMark(first)
  const text = mark ? toldDecoder(mark).write(first) : first.toString('latin1')
  return text.replace(/^[\s\ufeff\p{Cc}]+/u, '')
}

/** How the files of each profile begin; ? stands for a letter that encodings write differently. */
const beginnings: Record<string, RegExp> = {
  'pko-cells': /^"?Data operacji"?,"?Data waluty"?,"?Typ transakcji/,
  pko: /^"?Data operacji"?,"?Data waluty"?,|^"\d{4}-\d\d-\d\d","\d{4}-\d\d-\d\d","[^"]*\|/,
  'pekao-mass': /^(?:0[01],[^\r\n]*\r?\n)*02,[13],\d{0,34},\d+,\d{8},/,
  'santander-mass-bare': /^\d+\|\d{8}\|\d+\.\d\d\|[^|\r\n]*\|[\d ]*\|[\d ]*\|/,
  'santander-mass': /^[^\r\n]*\|?[^\r\n]*\r?\n\d+\|\d{8}\|\d+\.\d\d\|[^|\r\n]*\|[\d ]*\|[\d ]*\|/,
  mbank: /(?:^|\n)"?#?Data (?:operacji|ksi.{1,2}gowania)"?;[^\r\n]*#?Opis operacji[^\r\n]*;"?#?Kwota/,
  ing: /(?:^|\n)"?Data transakcji"?;"?Data ksi.{1,2}gowania"?;"?Dane kontrahenta/,
  millennium: /(?:^|\n)"?Numer rachunku[^;,\r\n]*"?[;,]"?Data transakcji"?[;,]"?Data rozliczenia/,
}

function profileOf(text: string): CsvProfile | undefined {
  const name = Object.keys(beginnings).find((each) => beginnings[each]?.test(text))
  return csvProfiles.find((profile) => profile.name === name)
}
