import { isLinkAmount } from './amount.ts'
import { isNrb } from './nrb.ts'

/**
 * String and number formats that the schemas of this package name. Whoever validates by these schemas gives
 * them to Ajv: `new Ajv({ formats })`.
 */
export const formats = {
  nrb: isNrb,
  'calendar-date': isCalendarDate,
  mailbox: isMailbox,
  amount: { type: 'number' as const, validate: isLinkAmount },
  'exact-number': { type: 'number' as const, validate: isExactNumber },
}

/** `yyyy-mm-dd` of a day that exists, years 1900 to 2999. */
export function isCalendarDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (!match) return false
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  const date = new Date(Date.UTC(year, month - 1, day))
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return exists && year >= 1900 && year <= 2999
}

/**
 * A mailbox address (RFC 5321): local part up to 64 characters, a domain of at least two labels, 254
 * characters in all. Quoted local parts and address literals are refused: no payer has one.
 */
export function isMailbox(text: string): boolean {
  if (text.length > 254) return false
  return (
    /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9\u00a1-\uffff]([A-Za-z0-9\u00a1-\uffff-]{0,61}[A-Za-z0-9\u00a1-\uffff])?\.)+[A-Za-z\u00a1-\uffff][A-Za-z0-9\u00a1-\uffff-]{0,61}[A-Za-z0-9\u00a1-\uffff]$/.test(
      text,
    ) && text.indexOf('@') <= 64
  )
}

/** A number that survived JSON: larger integers lose digits on the way and two ids could become one. */
export function isExactNumber(value: number): boolean {
  return Number.isFinite(value) && (Number.isSafeInteger(value) || !Number.isInteger(value))
}
