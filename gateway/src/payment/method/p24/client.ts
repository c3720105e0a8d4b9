import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { sendOut } from '../../../platform/http/outgoing.ts'
import type { Platform } from '../../../platform/platform.ts'
import type { Provider } from '../../../provider/index.ts'
import { methodAccount } from '../accounts.ts'
import { jsonOf } from '../json.ts'
import { MethodError } from '../method.ts'

/** Milliseconds of one call. */
const timeoutMs = 10_000
/** A page of a report may hold hundreds of payments. */
const answerBytesMax = 8 * 1024 * 1024

export interface P24Client {
  merchantId: number
  posId: number
  /** Address for the receipts of payers whose bill names none. */
  email: string
  crc: string
  /** Root of the server: where payers go. */
  url: string
  call(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<P24Answer>
}

export interface P24Answer {
  status: number
  /** Undefined where it is no JSON. */
  body: unknown
}

/** @throws MethodError where the provider has no account */
export async function p24Client(platform: Platform, provider: Provider): Promise<P24Client> {
  const { settings, credentials } = await methodAccount(platform, provider, 'p24')
  const { live, test } = platform.settings.methodUrls.p24
  const url = provider.test ? test : live
  const { merchantId = '', posId = merchantId, email = '' } = settings
  const { apiKey = '', crc = '' } = credentials
  const authorization = `Basic ${Buffer.from(`${posId}:${apiKey}`).toString('base64')}`
  return {
    merchantId: Number(merchantId),
    posId: Number(posId),
    email,
    crc,
    url,
    async call(method, path, body) {
      const answer = await sendOut({
        method,
        url: `${url}/api/v1${path}`,
        headers: {
          authorization,
          accept: 'application/json',
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
        timeoutMs,
        bytesMax: answerBytesMax,
      })
      return { status: answer.status, body: jsonOf(answer.body) }
    },
  }
}

/**
 * The body of a call that went well.
 *
 * @throws MethodError where it did not, or the answer is not what it should be
 */
export function bodyOf<T extends TSchema>({ status, body }: P24Answer, schema: T, doing: string): Static<T> {
  if (status >= 200 && status < 300 && Value.Check(schema, body)) return body
  throw new MethodError(`Przelewy24 answered ${status} to ${doing}${saidOf(body)}`)
}

/** The error as Przelewy24 says it: it names no payer. At most 200 characters. */
export function saidOf(body: unknown): string {
  if (!body || typeof body !== 'object' || !('error' in body)) return ''
  const { error } = body
  const text = typeof error === 'string' ? error : messageOf(error)
  const code = 'code' in body ? ` (${String(body.code)})` : ''
  return text ? `: ${text.slice(0, 180)}${code.slice(0, 20)}` : ''
}

function messageOf(error: unknown): string {
  const first: unknown = Array.isArray(error) ? error[0] : error
  return first && typeof first === 'object' && 'message' in first ? String(first.message) : ''
}
