import { createHash, timingSafeEqual } from 'node:crypto'

/** What of a notification the sum is over, as it came. */
export interface Summed {
  id: string
  tr_id: string
  /** With two decimals. */
  tr_amount: string
  tr_crc: string
}

/** MD5 in hex over merchant, transaction, amount, our id and the security code. */
export function md5sumOf({ id, tr_id, tr_amount, tr_crc }: Summed, securityCode: string): string {
  return createHash('md5').update(`${id}${tr_id}${tr_amount}${tr_crc}${securityCode}`).digest('hex')
}

export function isSumOf(given: string, summed: Summed, securityCode: string): boolean {
  const expected = Buffer.from(md5sumOf(summed, securityCode))
  const bytes = Buffer.from(given)
  return bytes.length === expected.length && timingSafeEqual(bytes, expected)
}
