import { type Dispatcher, request } from 'undici'
import type { Attempt, Failure } from './endpoint.ts'
import { AddressNotAllowed } from './guarded-agent.ts'
import { retryAfterOf } from './schedule.ts'

/** From the name to the answer's head. */
export const timeoutMs = 15_000
/** What an endpoint answers is not read, but its connection can be used again if it is short. */
const ignoredBytesMax = 64 * 1024

export interface Post {
  url: string
  headers: Record<string, string>
  body: string
}

/** Posts once. Whatever happens is an answer: it never throws. Redirects are failures, and are not followed. */
export async function post(agent: Dispatcher, { url, headers, body }: Post): Promise<Attempt> {
  const at = new Date()
  const began = performance.now()
  const signal = AbortSignal.timeout(timeoutMs)
  const attemptOf = (outcome: Pick<Attempt, 'status' | 'failure' | 'retryAfterMs'>): Attempt => ({
    at,
    durationMs: Math.round(performance.now() - began),
    ...outcome,
  })
  try {
    const answer = await request(url, {
      method: 'POST',
      headers: { 'user-agent': 'bill-gateway', ...headers },
      body,
      signal,
      dispatcher: agent,
    })
    const attempt = attemptOf({
      status: answer.statusCode,
      failure: failureOf(answer.statusCode),
      retryAfterMs: retryAfterOf(firstOf(answer.headers['retry-after']), at.getTime()),
    })
    answer.body.dump({ limit: ignoredBytesMax, signal }).catch(() => undefined)
    return attempt
  } catch (error) {
    return attemptOf({
      status: null,
      failure: signal.aborted ? 'timeout' : causeOf(error),
      retryAfterMs: null,
    })
  }
}

function failureOf(status: number): Failure | null {
  if (status >= 200 && status < 300) return null
  if (status >= 300 && status < 400) return 'redirect'
  return status === 410 ? 'gone' : 'status'
}

function causeOf(error: unknown): Failure {
  if (error instanceof AddressNotAllowed) return 'address_not_allowed'
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (/TIMEOUT|ETIMEDOUT/.test(code)) return 'timeout'
  return /^(ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/.test(code) ? 'certificate' : 'unreachable'
}

function firstOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header
}
