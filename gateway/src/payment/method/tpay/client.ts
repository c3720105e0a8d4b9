import { createHash } from 'node:crypto'
import { type Static, type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'
import { sendOut } from '../../../platform/http/outgoing.ts'
import type { Platform } from '../../../platform/platform.ts'
import type { Provider } from '../../../provider/index.ts'
import { methodAccount } from '../accounts.ts'
import { jsonOf } from '../json.ts'
import { MethodError } from '../method.ts'

/** Milliseconds of one call. */
const timeoutMs = 10_000
const answerBytesMax = 1024 * 1024
/** A token is used no more so long before it ends. */
const tokenMarginMs = 60_000
/** Tokens of as many accounts are kept. */
const tokensMax = 1_000

export interface TpayClient {
  merchantId: string
  securityCode: string
  /** Address for the receipts of payers whose bill names none. */
  email: string
  /** Where the certificates of notifications lie, without a slash at the end. */
  certificates: string
  call(method: 'GET' | 'POST', path: string, body?: object): Promise<TpayAnswer>
}

export interface TpayAnswer {
  status: number
  /** Undefined where it is no JSON. */
  body: unknown
}

interface Token {
  text: string
  until: number
}

const tokens = new Map<string, Token>()

const Auth = Type.Object({ access_token: Type.String({ minLength: 1 }), expires_in: Type.Number() })

const Refusal = Type.Object({
  errors: Type.Array(Type.Object({ errorCode: Type.Union([Type.String(), Type.Number()]) }), { minItems: 1 }),
})

/** @throws MethodError where the provider has no account */
export async function tpayClient(platform: Platform, provider: Provider): Promise<TpayClient> {
  const { settings, credentials } = await methodAccount(platform, provider, 'tpay')
  const { tpay, tpayCertificates } = platform.settings.methodUrls
  const world = provider.test ? 'test' : 'live'
  const url = tpay[world]
  const { clientId = '', clientSecret = '', securityCode = '' } = credentials
  const login = { url, clientId, clientSecret }
  const send = async (method: 'GET' | 'POST', path: string, body: object | undefined) =>
    sendOut({
      method,
      url: `${url}${path}`,
      headers: {
        authorization: `Bearer ${await tokenOf(login)}`,
        accept: 'application/json',
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      timeoutMs,
      bytesMax: answerBytesMax,
    })
  return {
    merchantId: settings.merchantId ?? '',
    securityCode,
    email: settings.email ?? '',
    certificates: tpayCertificates[world],
    async call(method, path, body) {
      let answer = await send(method, path, body)
      // The token may have been taken back before its time: with 401 nothing was done.
      if (answer.status === 401) {
        tokens.delete(keyOf(login))
        answer = await send(method, path, body)
      }
      return { status: answer.status, body: jsonOf(answer.body) }
    },
  }
}

interface Login {
  url: string
  clientId: string
  clientSecret: string
}

/** Other credentials have another token, so an account that was connected anew is known at once. */
function keyOf({ url, clientId, clientSecret }: Login): string {
  return createHash('sha256').update(`${url}\n${clientId}\n${clientSecret}`).digest('hex')
}

async function tokenOf(login: Login): Promise<string> {
  const key = keyOf(login)
  const known = tokens.get(key)
  if (known && known.until > performance.now()) return known.text
  const form = new URLSearchParams({ client_id: login.clientId, client_secret: login.clientSecret })
  const { status, body } = await sendOut({
    method: 'POST',
    url: `${login.url}/oauth/auth`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: form.toString(),
    timeoutMs,
    bytesMax: answerBytesMax,
  })
  const said = jsonOf(body)
  if (status < 200 || status > 299 || !Value.Check(Auth, said))
    throw new MethodError(`Tpay does not accept the client id with this secret: it answered ${status}`)
  const [oldest] = tokens.keys()
  if (tokens.size >= tokensMax && oldest !== undefined) tokens.delete(oldest)
  const lifeMs = Math.max(0, said.expires_in * 1000 - tokenMarginMs)
  tokens.set(key, { text: said.access_token, until: performance.now() + lifeMs })
  return said.access_token
}

/**
 * The body of a call that went well.
 *
 * @throws MethodError where it did not, or the answer is not what it should be
 */
export function bodyOf<T extends TSchema>({ status, body }: TpayAnswer, schema: T, doing: string): Static<T> {
  if (status >= 200 && status < 300 && Value.Check(schema, body)) return body
  throw new MethodError(`Tpay answered ${status} to ${doing}: ${codesOf(body) || 'no reason'}`)
}

/** Tpay's codes of what is wrong; its sentences may name what was sent. */
export function codesOf(body: unknown): string {
  if (!Value.Check(Refusal, body)) return ''
  return body.errors
    .map(({ errorCode }) => String(errorCode).replace(/[^\w.-]/g, ''))
    .join(', ')
    .slice(0, 200)
}

/** Whether by the status the request was refused for good, with nothing done. */
export function isRefused({ status }: TpayAnswer): boolean {
  return status >= 400 && status < 500 && status !== 401 && status !== 408 && status !== 409 && status !== 429
}
