const yearMin = 1990
const yearMax = 2099

/** yyyy-mm-dd of a day that exists in the calendar and may stand in a statement (1990 to 2099). */
export function isoDate(year: number, month: number, day: number): string | undefined {
  if (!(year >= yearMin && year <= yearMax)) return undefined
  const date = new Date(Date.UTC(year, month - 1, day))
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return exists ? date.toISOString().slice(0, 10) : undefined
}

/** SWIFT's YYMMDD, of this century. */
export function dateOfYymmdd(written: string): string | undefined {
  const match = /^(\d{2})(\d{2})(\d{2})$/.exec(written)
  return match ? isoDate(2000 + Number(match[1]), Number(match[2]), Number(match[3])) : undefined
}

/** ISO's yyyy-mm-dd, of a date or of the beginning of a moment. */
export function dateOfIso(written: string): string | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?![0-9])/.exec(written.trim())
  return match ? isoDate(Number(match[1]), Number(match[2]), Number(match[3])) : undefined
}

/**
 * The day MMDD that lies nearest to another day: a booking date has no year, and over New Year it is not the
 * value date's.
 *
 * @param near yyyy-mm-dd
 */
export function dateOfMmdd(written: string, near: string): string | undefined {
  const month = Number(written.slice(0, 2))
  const day = Number(written.slice(2, 4))
  const year = Number(near.slice(0, 4))
  const distance = (date: string) => Math.abs(Date.parse(date) - Date.parse(near))
  return [year, year - 1, year + 1]
    .map((each) => isoDate(each, month, day))
    .filter((date) => date !== undefined)
    .sort((a, b) => distance(a) - distance(b))[0]
}

export const dateFormats = [
  'yyyy-mm-dd',
  'yyyy/mm/dd',
  'yyyy.mm.dd',
  'yyyymmdd',
  'dd-mm-yyyy',
  'dd.mm.yyyy',
  'dd/mm/yyyy',
  'ddmmyyyy',
] as const

export type DateFormat = (typeof dateFormats)[number]

/** A day written in one of {@link dateFormats}; a time after it is passed over. */
export function dateOfFormat(written: string, format: DateFormat): string | undefined {
  const text = written.trim().slice(0, format.length)
  const digits = text.replace(/\D/g, '')
  const shape = format.replace(/[a-z]/g, '0')
  if (digits.length !== 8 || text.replace(/\d/g, '0') !== shape) return undefined
  return format.startsWith('y')
    ? isoDate(Number(digits.slice(0, 4)), Number(digits.slice(4, 6)), Number(digits.slice(6)))
    : isoDate(Number(digits.slice(4)), Number(digits.slice(2, 4)), Number(digits.slice(0, 2)))
}
