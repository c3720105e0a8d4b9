import { createHash } from 'node:crypto'
import { Value } from 'typebox/value'
import { sendOut } from '../../../platform/http/outgoing.ts'
import { jsonOf } from '../json.ts'
import { MethodError } from '../method.ts'
import { Token } from './wire.ts'

/** Who asks: the shop, or the shop for a customer whose cards and aliases it keeps at PayU. */
export interface Grant {
  url: string
  clientId: string
  clientSecret: string
  customer?: { id: string; email: string }
}

interface Kept {
  token: Promise<string>
  /** Milliseconds of the real clock. */
  until: number
}

const timeoutMs = 10_000
/** So long before its end a token is no more used. */
const marginMs = 60_000
/** A token is asked for only once at a time. It has this life until PayU has said its own. */
const askedMs = 30_000
/** Tokens of one process; the oldest goes first. */
const keptMax = 1_000
const kept = new Map<string, Kept>()

/** The token of a grant, kept until shortly before it ends. */
export function tokenOf(grant: Grant): Promise<string> {
  const key = keyOf(grant)
  const known = kept.get(key)
  if (known && known.until > Date.now()) return known.token
  const entry: Kept = { token: Promise.resolve(''), until: Date.now() + askedMs }
  entry.token = ask(grant).then(
    ({ token, lifeMs }) => {
      entry.until = Date.now() + lifeMs - marginMs
      return token
    },
    (error: unknown) => {
      kept.delete(key)
      throw error
    },
  )
  kept.delete(key)
  kept.set(key, entry)
  const [oldest] = kept.keys()
  if (kept.size > keptMax && oldest !== undefined) kept.delete(oldest)
  return entry.token
}

/** PayU takes the token no more. */
export function forgetToken(grant: Grant): void {
  kept.delete(keyOf(grant))
}

function keyOf({ url, clientId, clientSecret, customer }: Grant): string {
  return createHash('sha256')
    .update(JSON.stringify([url, clientId, clientSecret, customer?.id, customer?.email]))
    .digest('hex')
}

async function ask({
  url,
  clientId,
  clientSecret,
  customer,
}: Grant): Promise<{ token: string; lifeMs: number }> {
  const form = new URLSearchParams({
    grant_type: customer ? 'trusted_merchant' : 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    ...(customer && { email: customer.email, ext_customer_id: customer.id }),
  })
  const answer = await sendOut({
    method: 'POST',
    url: `${url}/pl/standard/user/oauth/authorize`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: form.toString(),
    timeoutMs,
  })
  const body = jsonOf(answer.body)
  if (answer.status === 200 && Value.Check(Token, body))
    return { token: body.access_token, lifeMs: body.expires_in * 1000 }
  throw new MethodError(
    answer.status === 401 || answer.status === 400
      ? 'PayU refuses the client id with this client secret (OAuth).'
      : `PayU answered ${answer.status} to the question for a token`,
  )
}
