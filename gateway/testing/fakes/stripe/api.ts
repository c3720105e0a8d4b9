import type { FakeReply, FakeRequest } from '../fake-server.ts'

/** A request after the checks that every call goes through. */
export interface Call {
  /** Of the path. */
  id: string
  /** Of the query or the form: `payment_method_options[blik][code]`. */
  params: Map<string, string>
}

/** The secret key that the fake takes. */
export const secretKey = 'sk_test_51FakeKeyOfTheTests'

type Handler = (call: Call) => FakeReply

interface Stored {
  path: string
  form: string
  reply: FakeReply
}

/**
 * Stripe's front door: bearer key, pinned API version, forms, known parameters only, and idempotency keys that
 * keep the first answer, also a refusal that came after the checks.
 */
export function newApi() {
  const kept = new Map<string, Stored>()
  return {
    get: (known: readonly string[], handle: Handler) => (request: FakeRequest) =>
      refusalOf(request) ?? checked(request.query, known, request, handle),
    post: (known: readonly string[], handle: Handler) => (request: FakeRequest) => {
      const refused = refusalOf(request)
      if (refused) return refused
      const form = request.body.toString('utf8')
      const key = request.headers['idempotency-key']
      if (typeof key !== 'string' || key.length > 255)
        return error(400, { type: 'invalid_request_error', message: 'the fake wants an idempotency key' })
      const first = kept.get(key)
      if (first && (first.form !== form || first.path !== request.path)) return otherRequest(key)
      if (first) return { ...first.reply, headers: { 'idempotent-replayed': 'true' } }
      const reply = checked(new URLSearchParams(form), known, request, handle)
      if (reply.status !== 400) kept.set(key, { path: request.path, form, reply })
      return reply
    },
  }
}

export type Api = ReturnType<typeof newApi>

export function error(status: number, values: Record<string, unknown>): FakeReply {
  return { status, body: { error: { message: 'Something is wrong.', ...values } } }
}

export function missing(what: string, id: string): FakeReply {
  return error(404, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${what}: '${id}'`,
    param: 'id',
  })
}

export function invalid(param: string, code = 'parameter_invalid'): FakeReply {
  return error(400, { type: 'invalid_request_error', code, param, message: `Invalid ${param}` })
}

/** Whole objects and not their ids alone where the caller asked for them. */
export function isExpanded(params: Call['params'], name: string): boolean {
  const fits = ([key, value]: [string, string]) => /^expand\[\d*\]$/.test(key) && value.endsWith(name)
  return [...params].some(fits)
}

/** What of a list was made between `created[gte]` and `created[lte]`, the newest first, in pages. */
export function pageOf<T extends { id: string; created: number }>(all: T[], { params }: Call): FakeReply {
  const from = Number(params.get('created[gte]') ?? 0)
  const until = Number(params.get('created[lte]') ?? Number.POSITIVE_INFINITY)
  const limit = Number(params.get('limit') ?? 10)
  const fitting = all.filter(({ created }) => created >= from && created <= until).toReversed()
  const after = params.get('starting_after')
  const start = after ? fitting.findIndex(({ id }) => id === after) + 1 : 0
  const data = fitting.slice(start, start + limit)
  return {
    status: 200,
    body: { object: 'list', url: '/v1', has_more: start + limit < fitting.length, data },
  }
}

function refusalOf({ headers, method }: FakeRequest): FakeReply | undefined {
  if (headers.authorization !== `Bearer ${secretKey}`)
    return error(401, { type: 'invalid_request_error', message: 'Invalid API Key provided: sk_test_***' })
  if (!/^20\d\d-\d\d-\d\d\.\w+$/.test(String(headers['stripe-version'])))
    return error(400, { type: 'invalid_request_error', message: 'Invalid Stripe API version' })
  if (method === 'POST' && !headers['content-type']?.startsWith('application/x-www-form-urlencoded'))
    return error(400, { type: 'invalid_request_error', message: 'Invalid request: not a form' })
  return undefined
}

function otherRequest(key: string): FakeReply {
  return error(400, {
    type: 'idempotency_error',
    message: `Keys for idempotent requests can only be used with the same parameters: ${key}`,
  })
}

function checked(
  given: URLSearchParams,
  known: readonly string[],
  { params: { id = '' } }: FakeRequest,
  handle: Handler,
): FakeReply {
  const params = new Map(given)
  const unknown = [...params.keys()].find((name) => !isKnown(name, known))
  return unknown ? invalid(unknown, 'parameter_unknown') : handle({ id, params })
}

/** `metadata[]` stands for any key, `expand` and the bounds of lists are known everywhere. */
function isKnown(name: string, known: readonly string[]): boolean {
  if (/^(expand\[\d*\]|limit|starting_after|created\[[gl]te\])$/.test(name)) return true
  return known.includes(name) || known.includes(name.replace(/\[[^\]]*\]$/, '[]'))
}
