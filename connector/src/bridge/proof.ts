import { createHmac, timingSafeEqual } from 'node:crypto'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'

/** The only version of the protocol. */
const version = 1

/** What PHP asks. `data` is JSON in text, so that both sides sign the same bytes. */
const Request = Type.Object({
  v: Type.Literal(version),
  nonce: Type.String({ pattern: '^[0-9a-f]{32}$' }),
  at: Type.Integer({ minimum: 0 }),
  hook: Type.String({ pattern: '^[a-z][a-z-]{0,39}$' }),
  data: Type.String(),
  mac: Type.String({ pattern: '^[0-9a-f]{64}$' }),
})
export type Request = Static<typeof Request>

/** The request that a frame holds; undefined where it is none, or not proved by the secret. */
export function provedRequest(secret: string, frame: string): Request | undefined {
  const request = parsed(frame)
  if (!Value.Check(Request, request)) return undefined
  return isEqual(request.mac, requestMac(secret, request)) ? request : undefined
}

/** A question as a frame's text. Epoch in seconds. */
export function signedRequest(secret: string, { nonce, at, hook, data }: Omit<Request, 'v' | 'mac'>): string {
  const mac = requestMac(secret, { nonce, at, hook, data })
  return JSON.stringify({ v: version, nonce, at, hook, data, mac } satisfies Request)
}

/** An answer as a frame's text; it is bound to the question's nonce. */
export function signedAnswer(secret: string, nonce: string, data: string): string {
  return JSON.stringify({ data, mac: answerMac(secret, nonce, data) })
}

/** The answer's JSON in text; undefined where it is not proved by the secret, for this question. */
export function provedAnswer(secret: string, nonce: string, frame: string): string | undefined {
  const answer = parsed(frame) as { data?: unknown; mac?: unknown } | null | undefined
  if (typeof answer?.data !== 'string' || typeof answer.mac !== 'string') return undefined
  return isEqual(answer.mac, answerMac(secret, nonce, answer.data)) ? answer.data : undefined
}

function requestMac(secret: string, { nonce, at, hook, data }: Omit<Request, 'v' | 'mac'>): string {
  return macOf(secret, `request\n${nonce}\n${at}\n${hook}\n${data}`)
}

function answerMac(secret: string, nonce: string, data: string): string {
  return macOf(secret, `answer\n${nonce}\n${data}`)
}

function macOf(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('hex')
}

function isEqual(given: string, expected: string): boolean {
  const bytes = Buffer.from(given)
  return bytes.length === expected.length && timingSafeEqual(bytes, Buffer.from(expected))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
