import { createServer, type IncomingHttpHeaders } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { GatewayEvent } from '@bill-gateway/contract'
import { freePort } from './free-port.ts'

/** What a receiver was sent. */
export interface Received {
  path: string
  headers: IncomingHttpHeaders
  body: string
  event: GatewayEvent
  /** Milliseconds since 1970. */
  at: number
}

export interface ReceiverAnswer {
  status?: number
  headers?: Record<string, string>
  delayMs?: number
  /** Says nothing at all. */
  hang?: boolean
}

export interface Receiver {
  url: string
  received: Received[]
  /** The first bill of each event that was received, in their order. */
  titles(): string[]
  /** What was received and has no answer yet. */
  open(): Received[]
  /** From now on; default 204 at once. */
  answer: (received: Received) => ReceiverAnswer
  /** Refuses connections until {@link Receiver.up}. */
  down(): Promise<void>
  up(): Promise<void>
  close(): Promise<void>
}

/** An HTTP server of a biller's, on the loopback. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = []
  const open = new Set<Received>()
  const create = () =>
    createServer((request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (part: string) => {
        body += part
      })
      request.on('end', async () => {
        const event = JSON.parse(body) as GatewayEvent
        const one = { path: request.url ?? '', headers: request.headers, body, event, at: Date.now() }
        received.push(one)
        open.add(one)
        response.on('close', () => open.delete(one))
        const { status = 204, headers = {}, delayMs = 0, hang = false } = receiver.answer(one)
        if (hang) return
        if (delayMs > 0) await sleep(delayMs)
        open.delete(one)
        response.writeHead(status, headers).end()
      })
    })
  let server = create()
  const port = await freePort()
  const listen = () =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', () => resolve())
    })
  await listen()
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    titles: () => received.map(({ event }) => titleOf(event)),
    open: () => [...open],
    answer: () => ({}),
    down: stop,
    async up() {
      server = create()
      await listen()
    },
    close: stop,
  }
  return receiver
}

/** The title of the first bill that an event is about. */
export function titleOf(event: GatewayEvent): string {
  if ('links' in event.data) return event.data.links[0]?.title ?? ''
  return event.data.rows[0]?.title ?? ''
}

/** The payers that an event is about. */
export function userIdsOf(event: GatewayEvent): string[] {
  const parts = 'links' in event.data ? event.data.links : event.data.rows
  return [...new Set(parts.map(({ userId }) => userId))]
}
