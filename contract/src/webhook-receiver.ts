import { createHmac, timingSafeEqual } from 'node:crypto'
import type { GatewayEvent } from './event.ts'

/**
 * For receivers of webhooks: says whether a request is what the gateway sent. Signatures are those of Standard
 * Webhooks, so any library for these does as well. Needs Node's crypto.
 */

/** What of a request's headers is read; the names in any case. */
export type WebhookHeaders =
  | Headers
  | Record<string, string | string[] | undefined>
  | Iterable<[string, string]>

export interface VerifyOptions {
  /** How far the sender's clock may be from ours, both ways, so that an old request cannot be replayed. Default 300. */
  toleranceSeconds?: number
  /** Milliseconds since 1970. Default: the clock. */
  now?: number
}

/** What makes a request none of ours. */
export type WebhookFault = 'missing_header' | 'malformed_header' | 'too_old' | 'too_new' | 'wrong_signature'

export class WebhookVerificationError extends Error {
  override name = 'WebhookVerificationError'
  readonly code: WebhookFault

  constructor(code: WebhookFault, message: string) {
    super(message)
    this.code = code
  }
}

/** A request that is believed. */
export interface VerifiedWebhook {
  /** The same over all tries: book an event once by it. */
  id: string
  /** When this try was sent. */
  sentAt: Date
  /** Types that you do not know may come: ignore them. */
  event: GatewayEvent
}

const secretPrefix = 'whsec_'
/** Fewer bytes are guessed, or are an empty setting. */
const keyBytesMin = 24
const defaultToleranceSeconds = 300

/**
 * Checks a webhook's signature and time, and reads its event.
 *
 * @param rawBody the body as it came, byte for byte: a body that was parsed and written again has another signature
 * @param secrets the endpoint's secret; several where two are in use
 * @throws WebhookVerificationError where the request is not to be believed: answer 400 and do nothing
 * @throws TypeError where a secret is none
 * @example
 * const { id, event } = verifyWebhook(request.headers, rawBody, process.env.WEBHOOK_SECRET ?? '')
 * if (event.type === 'payment.succeeded') await bookOnce(id, event.data.rows)
 */
export function verifyWebhook(
  headers: WebhookHeaders,
  rawBody: string | Uint8Array,
  secrets: string | readonly string[],
  { toleranceSeconds = defaultToleranceSeconds, now = Date.now() }: VerifyOptions = {},
): VerifiedWebhook {
  const keys = (typeof secrets === 'string' ? [secrets] : secrets).map(webhookKey)
  const id = required(headers, 'webhook-id')
  const timestamp = required(headers, 'webhook-timestamp')
  const given = required(headers, 'webhook-signature')
  if (!/^\d{1,12}$/.test(timestamp))
    throw new WebhookVerificationError('malformed_header', 'webhook-timestamp is no number of seconds')
  const body = typeof rawBody === 'string' ? Buffer.from(rawBody) : rawBody
  const signatures = given.split(' ').flatMap((each) => (each.startsWith('v1,') ? [each.slice(3)] : []))
  const isSigned = keys.some((key) => {
    const expected = hmacOf(key, id, timestamp, body)
    // All are compared, so that the time tells nothing.
    return signatures.filter((signature) => sameBytes(expected, signature)).length > 0
  })
  if (!isSigned) throw new WebhookVerificationError('wrong_signature', 'no signature is right')
  const seconds = Number(timestamp)
  if (now / 1000 - seconds > toleranceSeconds)
    throw new WebhookVerificationError('too_old', 'webhook-timestamp is too long ago')
  if (seconds - now / 1000 > toleranceSeconds)
    throw new WebhookVerificationError('too_new', 'webhook-timestamp lies in the future')
  const event = JSON.parse(Buffer.from(body).toString('utf8')) as GatewayEvent
  return { id, sentAt: new Date(seconds * 1000), event }
}

/**
 * The signature of a webhook: `v1,` and base64.
 *
 * @param timestamp seconds since 1970
 */
export function signWebhook(
  secret: string,
  id: string,
  timestamp: number,
  body: string | Uint8Array,
): string {
  return `v1,${hmacOf(webhookKey(secret), id, String(timestamp), body).toString('base64')}`
}

/** @throws TypeError where it is no `whsec_` secret of 24 to 64 bytes */
function webhookKey(secret: string): Buffer {
  const encoded = secret.startsWith(secretPrefix) ? secret.slice(secretPrefix.length) : ''
  const key = Buffer.from(encoded, 'base64')
  if (key.length < keyBytesMin || key.length > 64 || key.toString('base64') !== encoded)
    throw new TypeError('A webhook secret is whsec_ and base64 of 24 to 64 bytes.')
  return key
}

function hmacOf(key: Buffer, id: string, timestamp: string, body: string | Uint8Array): Buffer {
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest()
}

function sameBytes(expected: Buffer, signature: string): boolean {
  const given = Buffer.from(signature, 'base64')
  return (
    given.length === expected.length &&
    timingSafeEqual(given, expected) &&
    given.toString('base64') === signature
  )
}

function required(headers: WebhookHeaders, name: string): string {
  const value = headerOf(headers, name)
  if (value) return value
  throw new WebhookVerificationError('missing_header', `${name} is missing`)
}

function headerOf(headers: WebhookHeaders, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined
  const entries =
    Symbol.iterator in headers
      ? [...(headers as Iterable<[string, string]>)]
      : Object.entries(headers as Record<string, string | string[] | undefined>)
  const value = entries.find(([each]) => each.toLowerCase() === name)?.[1]
  return Array.isArray(value) ? value[0] : value
}
