import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { sendOut } from '../../../platform/http/outgoing.ts'
import type { Platform } from '../../../platform/platform.ts'
import type { Provider } from '../../../provider/index.ts'
import { methodAccount } from '../accounts.ts'
import { jsonOf } from '../json.ts'
import { MethodError } from '../method.ts'
import { type Algorithm, algorithms } from './signature.ts'
import { forgetToken, type Grant, tokenOf } from './token.ts'
import { Status } from './wire.ts'

const timeoutMs = 10_000

export interface PayuClient {
  posId: string
  /** Address for payers whose bill names none. */
  email: string
  secondKey: string
  algorithm: Algorithm
  /** The same shop, speaking for a customer whose cards and aliases it keeps. */
  forCustomer(alias: string): PayuClient
  call(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<PayuAnswer>
}

export interface PayuAnswer {
  status: number
  /** Undefined where it is no JSON. */
  body: unknown
}

/** @throws MethodError where the provider has no account */
export async function payuClient(platform: Platform, provider: Provider): Promise<PayuClient> {
  const { settings, credentials } = await methodAccount(platform, provider, 'payu')
  const { live, test } = platform.settings.methodUrls.payu
  const url = provider.test ? test : live
  const { posId = '', email = '', signature = 'MD5' } = settings
  const { clientSecret = '', secondKey = '' } = credentials
  const clientId = settings.clientId ?? posId
  const algorithm = algorithms.find((known) => known === signature) ?? 'MD5'
  const clientOf = (grant: Grant): PayuClient => ({
    posId,
    email,
    secondKey,
    algorithm,
    forCustomer: (id) => clientOf({ ...grant, customer: { id, email } }),
    call: (method, path, body) => call(grant, method, path, body),
  })
  return clientOf({ url, clientId, clientSecret })
}

/** A token may end before its time, so once another one is asked for. Nothing is done where it is refused. */
async function call(
  grant: Grant,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body: object | undefined,
): Promise<PayuAnswer> {
  const first = await callOnce(grant, method, path, body)
  if (first.status !== 401) return first
  forgetToken(grant)
  return callOnce(grant, method, path, body)
}

async function callOnce(
  grant: Grant,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body: object | undefined,
): Promise<PayuAnswer> {
  const answer = await sendOut({
    method,
    url: `${grant.url}/api/v2_1${path}`,
    headers: {
      authorization: `Bearer ${await tokenOf(grant)}`,
      'content-type': 'application/json',
      accept: 'application/json',
    },
    ...(body && { body: JSON.stringify(body) }),
    timeoutMs,
  })
  return { status: answer.status, body: jsonOf(answer.body) }
}

/**
 * The body of a call that went well. Making an order is answered by a redirect with a body.
 *
 * @throws MethodError where it did not, or the answer is not what it should be
 */
export function bodyOf<T extends TSchema>({ status, body }: PayuAnswer, schema: T, doing: string): Static<T> {
  if (((status >= 200 && status < 300) || status === 302) && Value.Check(schema, body)) return body
  throw new MethodError(`PayU answered ${status} to ${doing}${saidOf(body)}`)
}

/** The error in PayU's own words: they name no payer. At most 200 characters. */
export function saidOf(body: unknown): string {
  if (!Value.Check(Status, body)) return ''
  const { statusCode, codeLiteral, statusDesc } = body.status
  return `: ${[statusCode, codeLiteral, statusDesc].filter(Boolean).join(', ')}`.slice(0, 200)
}

export function isStatus(body: unknown, statusCode: string): boolean {
  return Value.Check(Status, body) && body.status.statusCode === statusCode
}
