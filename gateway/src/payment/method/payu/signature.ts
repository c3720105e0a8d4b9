import { createHash, timingSafeEqual } from 'node:crypto'

/** What PayU signs with, as the panel of the shop has it; MD5 is its default. */
export const algorithms = ['MD5', 'SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'] as const
export type Algorithm = (typeof algorithms)[number]

const hashes: Record<Algorithm, string> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
}
const headerCharsMax = 1_000

/** Hash over the raw body with the second key behind it, in hex. */
export function signatureOf(algorithm: Algorithm, body: Buffer, secondKey: string): string {
  return createHash(hashes[algorithm]).update(body).update(secondKey).digest('hex')
}

/**
 * Whether a header `sender=…;signature=…;algorithm=…;content=DOCUMENT` signs the body.
 *
 * @param agreed the shop's own algorithm: a notification may not choose a weaker one
 */
export function isSignedBy(secondKey: string, agreed: Algorithm, header: unknown, body: Buffer): boolean {
  if (typeof header !== 'string' || header.length > headerCharsMax) return false
  const fields = header.split(';').map((part) => part.split('=', 2) as [string, string | undefined])
  const [signature, ...others] = fields.flatMap(([name, value]) => (name === 'signature' ? [value] : []))
  const algorithm = fields.find(([name]) => name === 'algorithm')?.[1]
  if (!signature || others.length > 0 || nameOf(algorithm) !== agreed) return false
  const expected = Buffer.from(signatureOf(agreed, body, secondKey))
  const given = Buffer.from(signature)
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/** PayU calls SHA-256 also SHA. */
function nameOf(algorithm: string | undefined): Algorithm | undefined {
  return algorithm === 'SHA' ? 'SHA-256' : algorithms.find((known) => known === algorithm)
}
