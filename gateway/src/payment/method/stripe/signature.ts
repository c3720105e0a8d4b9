import { createHmac, timingSafeEqual } from 'node:crypto'

/** Seconds that a notification's time may differ from ours: an older one may be a replay. */
const toleranceSeconds = 300
/** While a secret is exchanged there are two; more are no signature of Stripe's. */
const signaturesMax = 8
const headerCharsMax = 2_000

/** HMAC-SHA256 over time, dot and raw body, in hex. The secret is used as text, with its prefix. */
export function signatureOf(secret: string, timestamp: number, body: Buffer): string {
  return createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex')
}

/**
 * Whether a header `t=<unix seconds>,v1=<hex>[,v1=…]` signs the body with the secret and is not old. Other
 * schemes in it are no proof.
 *
 * @param now the real time: Stripe knows no test clock of ours
 */
export function isSignedBy(secret: string, header: unknown, body: Buffer, now: Date): boolean {
  if (typeof header !== 'string' || header.length > headerCharsMax) return false
  const parts = header.split(',').map((part) => part.split('=', 2) as [string, string | undefined])
  const times = parts.flatMap(([name, value]) => (name === 't' && value ? [value] : []))
  const given = parts.flatMap(([name, value]) => (name === 'v1' && value ? [value] : []))
  const [time] = times
  if (times.length !== 1 || !time || !/^\d{1,12}$/.test(time)) return false
  if (given.length === 0 || given.length > signaturesMax) return false
  const timestamp = Number(time)
  if (Math.abs(now.getTime() - timestamp * 1000) > toleranceSeconds * 1000) return false
  const expected = Buffer.from(signatureOf(secret, timestamp, body))
  return given.some((signature) => {
    const bytes = Buffer.from(signature)
    return bytes.length === expected.length && timingSafeEqual(bytes, expected)
  })
}
