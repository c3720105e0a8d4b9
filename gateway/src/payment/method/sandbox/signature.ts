import { createHmac, timingSafeEqual } from 'node:crypto'

export const signatureHeader = 'sandbox-signature'

/** HMAC-SHA256 over the raw body, in hex. */
export function signBody(key: Buffer, body: Buffer): string {
  return createHmac('sha256', key).update(body).digest('hex')
}

export function isSignedBy(key: Buffer, body: Buffer, signature: unknown): boolean {
  const expected = Buffer.from(signBody(key, body))
  const given = Buffer.from(typeof signature === 'string' ? signature : '')
  return given.length === expected.length && timingSafeEqual(given, expected)
}
