import type { IncomingMessage, ServerResponse } from 'node:http'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, it } from 'vitest'
import { answerProblem, type FakeGateway, startFakeGateway } from '../testing/fake-gateway.ts'

let gateway: FakeGateway
afterEach(() => gateway.close())

const item = (n: number) => ({ userId: `u${n}`, amount: 1, title: 'FV', paymentDue: '2030-01-01' })
const token = 'ab'.repeat(64)

async function start(
  answer: (line: number, response: ServerResponse, raw: IncomingMessage) => void | Promise<void>,
): Promise<void> {
  gateway = await startFakeGateway(
    async (_nth, request, response, raw) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' }).flushHeaders()
      let line = 0
      for await (const text of createInterface({ input: raw })) {
        request.body += `${text}\n`
        await answer(++line, response, raw)
      }
      response.end()
    },
    { readBody: false },
  )
}
const made = (response: ServerResponse, line: number) =>
  response.write(`${JSON.stringify({ line, token, link: 'l' })}\n`)

async function* endless(taken: { count: number }) {
  while (true) yield item(++taken.count)
}

describe('createMany', () => {
  it('pairs each result with its item, bad ones included', async () => {
    await start((line, response) => {
      if (line !== 2) return void made(response, line)
      response.write(`${JSON.stringify({ line, error: { code: 'validation_failed', title: 'T' } })}\n`)
    })
    const items = [item(1), item(2), item(3)]
    const seen: string[] = []
    for await (const result of gateway.client.paymentLinks.createMany(items)) {
      expect(result.item).toBe(items[result.line - 1])
      seen.push('error' in result ? result.error.code : result.token)
    }
    expect(seen).toEqual([token, 'validation_failed', token])
    const [request] = gateway.seen
    expect(
      request?.body
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(items)
    expect(request?.headers['content-type']).toBe('application/x-ndjson')
  })

  it('gives results while items are still being sent', async () => {
    await start((line, response) => void made(response, line))
    let last = 0
    async function* oneAtATime() {
      for (let n = 1; n <= 5; n++) {
        while (last < n - 1) await new Promise((resolve) => setImmediate(resolve))
        yield item(n)
      }
    }
    for await (const { line } of gateway.client.paymentLinks.createMany(oneAtATime())) last = line
    expect(last).toBe(5)
  })

  it('takes no more items than the gateway reads, and no more results than the caller', async () => {
    let goOn: () => void = () => undefined
    const waiting = new Promise<void>((resolve) => {
      goOn = resolve
    })
    await start(async (line, response) => {
      if (line === 2) await waiting
      made(response, line)
    })
    const taken = { count: 0 }
    const results = gateway.client.paymentLinks.createMany(endless(taken))[Symbol.asyncIterator]()
    await results.next()
    let before = -1
    while (before !== taken.count) {
      before = taken.count
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    expect(taken.count).toBeLessThan(200_000)
    goOn()
    expect((await results.next()).value?.line).toBe(2)
    await results.return?.()
    const atEnd = taken.count
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(taken.count).toBe(atEnd)
  })

  it('tells the source that no more is wanted when the loop is left', async () => {
    await start((line, response) => void made(response, line))
    let ended = false
    async function* source() {
      try {
        yield* endless({ count: 0 })
      } finally {
        ended = true
      }
    }
    for await (const _ of gateway.client.paymentLinks.createMany(source())) break
    expect(ended).toBe(true)
  })

  it('throws what the source throws', async () => {
    await start((line, response) => void made(response, line))
    function* source() {
      yield item(1)
      throw new Error('no database')
    }
    const read = async () => {
      for await (const _ of gateway.client.paymentLinks.createMany(source()));
    }
    await expect(read()).rejects.toThrow('no database')
  })

  const cases: [string, Parameters<typeof start>[0], string][] = [
    [
      'a connection that breaks',
      (line, response) => void (line === 1 ? made(response, 1) : response.destroy()),
      'connection_failed',
    ],
    [
      'an answer that ends too early',
      (line, response) => void (line === 1 ? made(response, 1) : response.end()),
      'unexpected_answer',
    ],
    ['a result of another line', (line, response) => void made(response, line + 1), 'unexpected_answer'],
    ['a result that is no JSON', (_line, response) => void response.write('oops\n'), 'unexpected_answer'],
    [
      'a gateway that falls silent',
      (line, response) => (line === 1 ? void made(response, 1) : new Promise(() => undefined)),
      'timeout',
    ],
  ]
  it.each(cases)('throws for %s', async (_name, answer, code) => {
    await start(answer)
    const read = async () => {
      // Long for a timeout that is waited for, and no other case may come near to it.
      const { paymentLinks } = gateway.clientWith({ timeoutMs: code === 'timeout' ? 1_000 : 60_000 })
      for await (const _ of paymentLinks.createMany([item(1), item(2), item(3)]));
    }
    await expect(read()).rejects.toMatchObject({ code })
    expect(gateway.seen).toHaveLength(1)
  })

  it('does not blame the gateway for a slow source', async () => {
    await start((line, response) => void made(response, line))
    async function* slow() {
      yield item(1)
      await new Promise((resolve) => setTimeout(resolve, 4_000))
      yield item(2)
    }
    let lines = 0
    const { paymentLinks } = gateway.clientWith({ timeoutMs: 2_000 })
    for await (const _ of paymentLinks.createMany(slow())) lines++
    expect(lines).toBe(2)
  })

  it('throws a refusal, and the reason of an aborted signal', async () => {
    gateway = await startFakeGateway(
      (nth, _request, response) => {
        if (nth === 1) answerProblem(response, 401, 'unauthorized')
      },
      { readBody: false },
    )
    const controller = new AbortController()
    const read = async () => {
      const { signal } = controller
      for await (const _ of gateway.client.paymentLinks.createMany(endless({ count: 0 }), { signal }));
    }
    await expect(read()).rejects.toMatchObject({ status: 401, code: 'unauthorized' })
    setTimeout(() => controller.abort(new Error('enough')), 50)
    await expect(read()).rejects.toThrow('enough')
    await expect(read()).rejects.toThrow('enough')
  })
})
