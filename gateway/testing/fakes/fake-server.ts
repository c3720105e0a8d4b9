import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault, Notifications, Post } from './notifications.ts'

/**
 * A payment provider as its public documents describe it: a real HTTP server on loopback, with what a test lets its
 * payers do. Charges are named by the checkout's public id, which every payment provider is told as our id.
 */
export interface Fake {
  /** Root address, without a slash at the end. */
  url: string
  /** Settings of a gateway that is to meet it: its test addresses. */
  environment: Record<string, string>
  /** Values of an account that it knows, as `connectMethod` takes them. */
  credentials: Record<string, string>
  /** Every request that came, in order. */
  requests: FakeRequest[]
  /** For a payment provider that is told in its panel, and not with each charge, where notifications go. */
  registerEndpoint?(url: string): void
  charge(checkoutId: string): FakeCharge | undefined
  /** The payer authorises, and the notifications go out. The money may be other than what was asked. */
  pay(checkoutId: string, money?: { amount?: bigint; currency?: string }): Promise<void>
  refuse(checkoutId: string): Promise<void>
  /** The payer walked away, and the payment provider's own time for it is over. */
  expire(checkoutId: string): Promise<void>
  /** The payer's bank takes the money back, where the payment provider tells merchants of it by its API. */
  takeBack?(checkoutId: string): Promise<void>
  /** What the payment provider has to tell of the charge as it is now; undefined: of that it tells nothing. */
  notification(checkoutId: string): Post | undefined
  /** Sends that once (more), now. @returns the gateway's answer */
  notify(checkoutId: string): Promise<{ status: number; text: string }>
  /** How refunds that are asked for from now on end. Default: succeeded. */
  refundsEnd(how: 'succeeded' | 'failed' | 'later'): void
  /** Ends a refund that waits, and tells of it. */
  decideRefund(refundId: string, how: 'succeeded' | 'failed'): Promise<void>
  notifications: Notifications
  /** What happens to the next request that the fault fits, before or instead of the right answer. */
  next(fault: Fault): void
  close(): Promise<void>
}

/** A charge as a test looks at it. */
export interface FakeCharge {
  checkoutId: string
  /** The payment provider's own id. */
  reference: string
  /** Minor units: what the merchant asked for. */
  amount: bigint
  currency: string
  state: 'open' | 'pending' | 'paid' | 'refused' | 'expired' | 'stopped'
  /** What the payer paid; null before. */
  paid: { amount: bigint; currency: string } | null
  /** Minor units that went back to the payer. */
  refunded: bigint
  returnUrl: string
  notifyUrl: string
  /** Where the payer is sent to; null with a BLIK code. */
  payerUrl: string | null
}

export interface FakeRequest {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  body: Buffer
  /** Parts of the path that the route names. */
  params: Record<string, string>
}

/** An object is sent as JSON, text as HTML, nothing as nothing. */
export interface FakeReply {
  status: number
  body?: object | string
  headers?: Record<string, string>
}

/** By `POST /api/orders/:id`. */
export type Routes = Record<string, (request: FakeRequest) => FakeReply | Promise<FakeReply>>

export interface FakeServer {
  url: string
  requests: FakeRequest[]
  next(fault: Fault): void
  close(): Promise<void>
}

const bodyBytesMax = 256 * 1024

/** Serves the routes on a free loopback port; everything else is 404. */
export async function startFakeServer(routes: Routes): Promise<FakeServer> {
  const faults: Fault[] = []
  const requests: FakeRequest[] = []
  const sockets = new Set<Socket>()
  const server = createServer((incoming, response) => {
    answer(routes, faults, requests, incoming, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error))
    })
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    next: (fault) => faults.push(fault),
    close: () => closeServer(server, sockets),
  }
}

function closeServer(server: Server, sockets: Set<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy()
  return new Promise((resolve) => server.close(() => resolve()))
}

async function answer(
  routes: Routes,
  faults: Fault[],
  requests: FakeRequest[],
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const request = await readRequest(incoming)
  requests.push(request)
  const fault = takeFault(faults, request)
  if (fault?.delayMs) await sleep(fault.delayMs)
  if (fault?.lose === 'request') return void incoming.socket.destroy()
  const reply = fault?.reply ?? (await replyOf(routes, request))
  if (fault?.lose === 'answer') return void incoming.socket.destroy()
  send(response, reply)
}

function takeFault(faults: Fault[], { method, path }: FakeRequest): Fault | undefined {
  const index = faults.findIndex(({ on }) => on === undefined || on.test(`${method} ${path}`))
  return index < 0 ? undefined : faults.splice(index, 1)[0]
}

async function readRequest(incoming: IncomingMessage): Promise<FakeRequest> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of incoming) {
    bytes += part.length
    if (bytes > bodyBytesMax) throw new Error('the body is too long')
    parts.push(part)
  }
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://fake')
  return {
    method: incoming.method ?? 'GET',
    path: pathname,
    query: searchParams,
    headers: incoming.headers,
    body: Buffer.concat(parts),
    params: {},
  }
}

async function replyOf(routes: Routes, request: FakeRequest): Promise<FakeReply> {
  for (const [route, handle] of Object.entries(routes)) {
    const params = paramsOf(route, `${request.method} ${request.path}`)
    if (!params) continue
    request.params = params
    return handle(request)
  }
  return { status: 404, body: { error: 'not found' } }
}

function paramsOf(route: string, called: string): Record<string, string> | undefined {
  const names: string[] = []
  const pattern = route.replace(/:(\w+)/g, (_, name: string) => {
    names.push(name)
    return '([^/]+)'
  })
  const match = new RegExp(`^${pattern}$`).exec(called)
  if (!match) return undefined
  return Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? '')]))
}

function send(response: ServerResponse, { status, body, headers = {} }: FakeReply): void {
  const type = typeof body === 'string' ? 'text/html; charset=utf-8' : 'application/json'
  const text = typeof body === 'object' ? JSON.stringify(body) : (body ?? '')
  response
    .writeHead(status, { ...(body === undefined ? {} : { 'content-type': type }), ...headers })
    .end(text)
}

/** @returns the JSON object of the body; undefined where it is none */
export function jsonOf({ body }: FakeRequest): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return value && typeof value === 'object' && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

/**
 * The page on which a payer decides at a payment provider: three buttons, named `decision`, that post to the
 * address of the page itself.
 */
export function decisionPage(name: string, { amount, currency, state }: FakeCharge): FakeReply {
  const text = amount.toString().padStart(3, '0')
  const buttons = [
    ['pay', 'Zapłać'],
    ['refuse', 'Odrzuć'],
    ['leave', 'Wróć bez płacenia'],
  ].map(([value, words]) => `<button name="decision" value="${value}">${words}</button>`)
  const form =
    state === 'open' ? `<form method="post">${buttons.join(' ')}</form>` : '<p>Już po wszystkim.</p>'
  return {
    status: 200,
    body: `<!doctype html><html lang="pl"><meta charset="utf-8"><title>${name}</title><h1>${name}</h1>
<p>${text.slice(0, -2)},${text.slice(-2)} ${currency}</p>${form}</html>`,
  }
}
