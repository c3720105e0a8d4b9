import { readText } from './client-body.ts'
import { BillGatewayError, errorOfAnswer } from './client-error.ts'
import { mayPass, pause, pauseAfter } from './client-retry.ts'

export interface TransportOptions {
  baseUrl: string
  credentials?: { apiKey: string; apiSecret: string } | undefined
  fetch?: typeof globalThis.fetch | undefined
  timeoutMs?: number | undefined
  retries?: number | undefined
}

export interface ApiRequest {
  /** Names the call in messages: addresses hold tokens, which are secrets. */
  call: string
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  path: string
  query?: Record<string, string | number | undefined>
  /** Sent as JSON. */
  body?: unknown
  headers?: Record<string, string>
  /** Sending it twice does no more than sending it once. */
  repeatable: boolean
  signal?: AbortSignal | undefined
}

export interface ApiAnswer {
  /** Parsed JSON; undefined where there is no body. */
  body: unknown
  headers: Headers
}

export interface OpenRequest {
  call: string
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  path: string
  headers: Record<string, string>
  body?: string | ReadableStream<Uint8Array> | undefined
  /** Aborting it ends request and answer. */
  signal: AbortSignal
}

export interface Transport {
  timeoutMs: number
  /** One whole request and its whole answer, tried again where that is safe. */
  send(request: ApiRequest): Promise<ApiAnswer>
  /** One try; the caller reads the body. Answers of status 300 and above are thrown. */
  open(request: OpenRequest): Promise<Response>
}

/** Far above the longest answer of the API: a page of 1,000 rows is under 2 MB. */
const answerBytesMax = 64 * 1024 * 1024
const errorBytesMax = 1024 * 1024

export function createTransport(options: TransportOptions): Transport {
  const base = baseOf(options.baseUrl)
  const timeoutMs = wholeNumber('timeoutMs', options.timeoutMs ?? 30_000, 1)
  const retries = wholeNumber('retries', options.retries ?? 2, 0)
  const fetch = options.fetch ?? globalThis.fetch
  const credentials = options.credentials && { authorization: basic(options.credentials) }

  const open: Transport['open'] = async ({ call, path, body, ...init }) => {
    const response = await fetch(`${base}${path}`, {
      ...init,
      // A call that names what it accepts is never taken for the LMS plugin.
      headers: { accept: 'application/json', ...credentials, ...init.headers },
      ...(body === undefined ? {} : { body, duplex: 'half' as const }),
      redirect: 'manual',
    }).catch((error: unknown) => {
      throw init.signal.aborted ? init.signal.reason : connectionFailed(call, error)
    })
    // A browser hides where it was to be redirected, and the status too.
    if (response.status >= 300 || response.type === 'opaqueredirect') {
      throw errorOfAnswer(call, response, await readText(response, errorBytesMax))
    }
    return response
  }

  const sendOnce = (
    { call, signal }: ApiRequest,
    prepared: Omit<OpenRequest, 'signal'>,
  ): Promise<ApiAnswer> =>
    withTimeout({ call, signal }, timeoutMs, async (ending) => {
      const response = await open({ ...prepared, signal: ending })
      const text = await readText(response, answerBytesMax)
      return {
        body: text === '' ? undefined : parsed(call, response.status, text),
        headers: response.headers,
      }
    })

  return {
    timeoutMs,
    open,
    async send(request) {
      const prepared = prepare(request)
      for (let failures = 1; ; failures++) {
        try {
          return await sendOnce(request, prepared)
        } catch (error) {
          if (failures > retries || !request.repeatable || !mayPass(error)) throw error
          await pause(pauseAfter(failures, error), request.signal)
        }
      }
    },
  }
}

function prepare({ call, method, path, query, body, headers }: ApiRequest): Omit<OpenRequest, 'signal'> {
  const prepared = { call, method, path: path + queryOf(query) }
  if (body === undefined) return { ...prepared, headers: { ...headers } }
  return {
    ...prepared,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  }
}

/** Runs one try with a signal that ends it after the time or when the caller’s signal is aborted. */
async function withTimeout<T>(
  { call, signal }: Pick<ApiRequest, 'call' | 'signal'>,
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const controller = new AbortController()
  const stop = () => controller.abort(signal?.reason)
  const timer = setTimeout(() => controller.abort(timedOut(call, timeoutMs)), timeoutMs)
  signal?.addEventListener('abort', stop, { once: true })
  try {
    return await work(controller.signal)
  } catch (error) {
    if (controller.signal.aborted) throw controller.signal.reason
    throw error instanceof BillGatewayError ? error : connectionFailed(call, error)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
  }
}

export function timedOut(call: string, timeoutMs: number): BillGatewayError {
  return new BillGatewayError(`${call}: no answer within ${timeoutMs} ms`, { status: 0, code: 'timeout' })
}

export function connectionFailed(call: string, error: unknown): BillGatewayError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const detail = cause instanceof Error ? cause.message : String(cause)
  return new BillGatewayError(`${call}: the connection failed (${detail})`, {
    status: 0,
    code: 'connection_failed',
    detail,
    cause: error,
  })
}

function parsed(call: string, status: number, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw unexpected(call, status, 'the answer is not JSON', error)
  }
}

export function unexpected(call: string, status: number, detail: string, cause?: unknown): BillGatewayError {
  return new BillGatewayError(`${call}: ${detail}`, { status, code: 'unexpected_answer', detail, cause })
}

function queryOf(query: ApiRequest['query']): string {
  const given = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) given.append(name, String(value))
  }
  return given.size === 0 ? '' : `?${given}`
}

function baseOf(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw new TypeError('baseUrl must be the gateway’s address, such as https://pay.example.pl')
  }
  return url.href.replace(/\/+$/, '')
}

function basic({ apiKey, apiSecret }: { apiKey: string; apiSecret: string }): string {
  if (!apiKey || !apiSecret) throw new TypeError('apiKey and apiSecret must not be empty')
  const bytes = new TextEncoder().encode(`${apiKey}:${apiSecret}`)
  return `Basic ${btoa(String.fromCharCode(...bytes))}`
}

function wholeNumber(name: string, value: number, least: number): number {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new TypeError(`${name} must be a whole number of at least ${least}`)
  }
  return value
}
