import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FieldError } from '@bill-gateway/contract'
import { freePort } from '../../gateway/testing/free-port.ts'
import { type FakeBook, type FakeLink, openBook } from './fake-gateway-book.ts'

export type { FakeBook, FakeLink } from './fake-gateway-book.ts'

/** What goes wrong with one request. `lost`: the work is done, then the connection dies without an answer. */
export type Fault =
  | { kind: 'slow'; ms: number }
  | { kind: 'status'; status: number; retryAfter?: number }
  | { kind: 'garbage' }
  | { kind: 'die' }
  | { kind: 'lost' }

export interface FakeRequest {
  method: string
  path: string
  /** Parsed JSON; undefined where there was none. */
  body: unknown
}

/**
 * A gateway over real HTTP, with what its API promises of links, payments and events, kept in memory. It never
 * starts anything by itself and can be told to fail.
 */
export interface FakeGateway {
  url: string
  credentials: { apiKey: string; apiSecret: string }
  book: FakeBook
  /** Every request so far, in their order of arrival. */
  requests: FakeRequest[]
  /** Decides the fault of each request; undefined: none. The request is not answered before it has decided. */
  fault: ((request: FakeRequest) => Fault | undefined | Promise<Fault | undefined>) | undefined
  /** Takes no connections until `start` again; the books stay. */
  stop(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

const bodyBytesMax = 4 * 1024 * 1024
const problemTitle = 'Validation of the request failed'

export async function startFakeGateway(
  options: { test?: boolean; events?: boolean } = {},
): Promise<FakeGateway> {
  const book = openBook(options.test ?? true)
  const credentials = { apiKey: 'test_key', apiSecret: 'secret' }
  const basic = `Basic ${Buffer.from(`${credentials.apiKey}:${credentials.apiSecret}`).toString('base64')}`
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const text = await readBody(request)
    const url = new URL(request.url ?? '/', 'http://fake')
    const asked: FakeRequest = {
      method: request.method ?? 'GET',
      path: url.pathname,
      body: text === '' ? undefined : JSON.parse(text),
    }
    gateway.requests.push(asked)
    const fault = await gateway.fault?.(asked)
    if (fault?.kind === 'slow') await sleep(fault.ms)
    if (fault?.kind === 'die') return void response.destroy()
    if (fault?.kind === 'status') return fail(response, fault.status, fault.retryAfter)
    if (fault?.kind === 'garbage')
      return void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>proxy')
    if (request.headers.authorization !== basic && !url.pathname.startsWith('/s/')) return fail(response, 401)
    const reply = route(asked, url, book, gateway.url, options.events ?? true)
    if (fault?.kind === 'lost') return void response.destroy()
    if (url.pathname === '/pay/v1/events/stream') return stream(request, response, book)
    send(response, reply)
  }

  const port = await freePort()
  const listen = () =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
  await listen()
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  const gateway: FakeGateway = {
    url: `http://127.0.0.1:${port}`,
    credentials,
    book,
    requests: [],
    fault: undefined,
    stop,
    start: listen,
    close: stop,
  }
  return gateway
}

interface Reply {
  status: number
  body?: unknown
  type?: string
}

function route(asked: FakeRequest, url: URL, book: FakeBook, base: string, hasEvents: boolean): Reply {
  const [, token, act] = /^\/pay\/v1\/payments\/([^/]+)(?:\/(cancel))?$/.exec(url.pathname) ?? []
  if (url.pathname === '/pay/v1/payments' && asked.method === 'POST') return create(asked, book, base)
  if (url.pathname === '/pay/v1/payments/search') {
    const from = Number(url.searchParams.get('fromDate')) * 1000
    const rows = book.payments.map(({ row }) => row).filter(({ paidAt }) => Date.parse(paidAt) >= from - 1000)
    return { status: 200, body: rows }
  }
  if (url.pathname === '/pay/v1/events' && hasEvents) {
    const after = Number(url.searchParams.get('after') ?? 0)
    const events = book.events.slice(after, after + Number(url.searchParams.get('limit') ?? 100))
    return { status: 200, body: { events, next: events.at(-1)?.id ?? String(after) } }
  }
  if (url.pathname === '/pay/v1/events/stream' && hasEvents) return { status: 200 }
  if (url.pathname === '/s/encode')
    return { status: 200, body: { url: `${(asked.body as { url: string }).url}/1` } }
  if (token && act) {
    const done = book.cancel(token, asked.body as { resolution: string })
    return done === 'done'
      ? { status: 204 }
      : problem(done === 'unknown' ? 404 : 409, done === 'unknown' ? 'not_found' : 'link_not_active')
  }
  const link = book.links.get(token ?? '')
  return link
    ? { status: 200, body: { ...addressOf(link, base), status: link.status } }
    : problem(404, 'not_found')
}

function create(asked: FakeRequest, book: FakeBook, base: string): Reply {
  const { payments } = asked.body as { payments: Parameters<FakeBook['create']>[0] }
  if (payments.length > 100)
    return problem(400, 'validation_failed', [
      { pointer: '/payments', code: 'too_many', detail: 'at most 100' },
    ])
  const made = book.create(payments)
  if ('errors' in made) return problem(400, 'validation_failed', made.errors)
  return { status: 201, body: { links: made.links.map((link) => addressOf(link, base)) } }
}

function addressOf({ token, shortCode }: FakeLink, base: string) {
  const link = `${base}/single-payment/${token}`
  return { token, link, ...(shortCode ? { shortLink: `${base}/s/${shortCode}` } : {}) }
}

function problem(status: number, code: string, errors?: FieldError[]): Reply {
  const title = code === 'validation_failed' ? problemTitle : code
  return {
    status,
    type: 'application/problem+json',
    body: { type: 'about:blank', title, status, code, requestId: 'fake', ...(errors ? { errors } : {}) },
  }
}

const codes: Record<number, string> = {
  401: 'unauthorized',
  429: 'too_many_requests',
  500: 'internal_error',
  503: 'unavailable',
}

function fail(response: ServerResponse, status: number, retryAfter?: number): void {
  if (retryAfter !== undefined) response.setHeader('retry-after', String(retryAfter))
  send(response, problem(status, codes[status] ?? 'bad_request'))
}

function send(response: ServerResponse, { status, body, type = 'application/json' }: Reply): void {
  if (body === undefined) return void response.writeHead(status).end()
  response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body))
}

/** Server-sent events from the cursor on, until the client goes. */
async function stream(request: IncomingMessage, response: ServerResponse, book: FakeBook): Promise<void> {
  let next = Number(request.headers['last-event-id'] ?? book.events.length)
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(': here\n\n')
  while (!response.destroyed && !response.closed) {
    for (const event of book.events.slice(next))
      response.write(`id: ${event.id}\ndata: ${JSON.stringify(event)}\n\n`)
    next = Math.max(next, book.events.length)
    await sleep(20)
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length
    if (bytes > bodyBytesMax) throw new Error('the body is too large')
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}
