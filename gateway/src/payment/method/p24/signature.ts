import { createHash, timingSafeEqual } from 'node:crypto'

type Fields = Record<string, string | number>

/**
 * SHA-384 in hex over the fields as JSON, in the order in which they are given and with the CRC key last.
 * JSON as `JSON.stringify` writes it: no spaces, slashes and letters as they are.
 */
export function signatureOf(fields: Fields, crc: string): string {
  return createHash('sha384')
    .update(JSON.stringify({ ...fields, crc }))
    .digest('hex')
}

/** Whether the signature, in lower case as Przelewy24 writes it, is that of the fields. */
export function isSignatureOf(signature: string, fields: Fields, crc: string): boolean {
  const expected = Buffer.from(signatureOf(fields, crc))
  const given = Buffer.from(signature)
  return given.length === expected.length && timingSafeEqual(given, expected)
}
