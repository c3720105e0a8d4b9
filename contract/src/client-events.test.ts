import type { ServerResponse } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { answerJson, answerProblem, type FakeGateway, startFakeGateway } from '../testing/fake-gateway.ts'
import { BillGatewayError } from './index.ts'

let gateway: FakeGateway
afterEach(() => gateway.close())

const event = (id: number, type = 'payment.succeeded') => ({
  id: String(id),
  type,
  at: '2030-01-01T00:00:00Z',
  test: true,
  data: { links: [], rows: [] },
})
function open(response: ServerResponse, ...ids: number[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
  response.write('retry: 1000\n\n')
  for (const id of ids) send(response, id)
}
function send(response: ServerResponse, id: number, type?: string): void {
  response.write(`id: ${id}\nevent: ${type ?? 'x'}\ndata: ${JSON.stringify(event(id, type))}\n\n`)
}
const cursors = () => gateway.seen.map((request) => request.headers['last-event-id'])

describe('the event stream', () => {
  it('goes on after the last event through every kind of outage', async () => {
    gateway = await startFakeGateway((nth, _request, response) => {
      if (nth === 1) {
        open(response, 1, 2)
        return void response.end()
      }
      if (nth === 2) return void response.destroy()
      if (nth === 3) return answerProblem(response, 503, 'unavailable', { 'retry-after': '0' })
      if (nth === 4) {
        open(response, 3)
        // An event that breaks off in the middle is sent again whole.
        response.write('id: 4\ndata: {"id":')
        return void setTimeout(() => response.destroy(), 20)
      }
      open(response, 4)
    })
    const seen: string[] = []
    for await (const { id } of gateway.client.events.stream()) {
      seen.push(id)
      if (id === '4') break
    }
    expect(seen).toEqual(['1', '2', '3', '4'])
    expect(cursors()).toEqual([undefined, '2', '2', '2', '3'])
  })

  it('keeps the place where it began, although nothing has happened since', async () => {
    gateway = await startFakeGateway((nth, _request, response) => {
      if (nth === 1) {
        open(response)
        return void response.end('id: 41\n\n')
      }
      open(response, 42)
    })
    for await (const { id } of gateway.client.events.stream()) {
      expect(id).toBe('42')
      break
    }
    expect(cursors()).toEqual([undefined, '41'])
  })

  it('goes on past events of other types', async () => {
    gateway = await startFakeGateway((nth, _request, response) => {
      open(response)
      if (nth === 1) {
        send(response, 6, 'link.created')
        send(response, 7, 'not.known.yet')
        return void response.end()
      }
      send(response, 8, 'payment.succeeded')
    })
    const stream = gateway.client.events.stream({ lastEventId: '5', types: ['payment.succeeded'] })
    for await (const { id } of stream) {
      expect(id).toBe('8')
      break
    }
    expect(cursors()).toEqual(['5', '7'])
  })

  it('ends without an error when the signal is aborted, whatever it is doing', async () => {
    gateway = await startFakeGateway((nth, _request, response) => {
      if (nth === 1) open(response, 1)
      if (nth === 2) answerProblem(response, 503, 'unavailable', { 'retry-after': '30' })
    })
    for (const whileDoing of ['listening', 'pausing', 'connecting'] as const) {
      const controller = new AbortController()
      const stream = gateway.client.events.stream({ signal: controller.signal })[Symbol.asyncIterator]()
      if (whileDoing === 'listening') expect((await stream.next()).value?.id).toBe('1')
      const last = stream.next()
      setTimeout(() => controller.abort(), 50)
      expect(await last).toEqual({ done: true, value: undefined })
    }
    const aborted = gateway.client.events.stream({ signal: AbortSignal.abort() })[Symbol.asyncIterator]()
    expect(await aborted.next()).toEqual({ done: true, value: undefined })
  })

  it('lets the connection go when the loop is left', async () => {
    let closed: Promise<void> | undefined
    gateway = await startFakeGateway((_nth, _request, response) => {
      closed = new Promise((resolve) => response.once('close', resolve))
      open(response, 1)
    })
    for await (const _ of gateway.client.events.stream()) break
    await closed
    expect(gateway.seen).toHaveLength(1)
  })

  it('throws what waiting cannot mend', async () => {
    const faults = [
      [401, 'unauthorized'],
      [403, 'provider_disabled'],
      [410, 'events_expired'],
      [500, 'internal_error'],
    ] as const
    gateway = await startFakeGateway((nth, _request, response) => {
      const [status, code] = faults[nth - 1] ?? [200, '']
      if (status === 200) return answerJson(response, 200, {})
      answerProblem(response, status, code)
    })
    const first = () => gateway.client.events.stream()[Symbol.asyncIterator]().next()
    for (const [status, code] of faults) await expect(first()).rejects.toMatchObject({ status, code })
    await expect(first()).rejects.toBeInstanceOf(BillGatewayError)
  })

  it('takes a server that does not answer for an outage', async () => {
    gateway = await startFakeGateway((nth, _request, response) => {
      if (nth > 1) open(response, 1)
    })
    for await (const { id } of gateway.clientWith({ timeoutMs: 100 }).events.stream({ lastEventId: '0' })) {
      expect(id).toBe('1')
      break
    }
    // A machine that is busy may be taken for an outage once more.
    expect(cursors().length).toBeGreaterThan(1)
    expect(new Set(cursors())).toEqual(new Set(['0']))
  })
})

describe('events by polling', () => {
  it('asks for what comes after the cursor', async () => {
    const page = { events: [event(6)], next: '6' }
    gateway = await startFakeGateway((_nth, _request, response) => answerJson(response, 200, page))
    expect(await gateway.client.events.list({ after: '5', limit: 10 })).toEqual(page)
    await gateway.client.events.list()
    expect(gateway.seen.map((request) => request.url)).toEqual([
      '/pay/v1/events?after=5&limit=10',
      '/pay/v1/events?after=0',
    ])
  })
})
