import { afterEach, describe, expect, it } from 'vitest'
import {
  answerJson,
  answerProblem,
  type FakeGateway,
  type Script,
  startFakeGateway,
} from '../testing/fake-gateway.ts'
import { retryAfterOf } from './client-error.ts'
import { pauseAfter } from './client-retry.ts'
import { BillGatewayError, createClient } from './index.ts'

let gateway: FakeGateway
afterEach(() => gateway.close())
const start = async (script: Script) => {
  gateway = await startFakeGateway(script)
  return gateway
}

const token = 'ab'.repeat(64)
const item = { userId: 'u', amount: 1, title: 'FV 1', paymentDue: '2030-01-01' }
const made = { links: [{ token, link: 'http://x/single-payment/ab' }] }
const now = { 'retry-after': '0' }

async function refusal(work: Promise<unknown>): Promise<BillGatewayError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof BillGatewayError)) throw new Error(`no BillGatewayError: ${String(error)}`)
  return error
}

describe('a request', () => {
  it('carries the key, what it accepts, and JSON', async () => {
    const { client, seen } = await start((_nth, _request, response) => answerJson(response, 201, made))
    expect(await client.paymentLinks.create([item])).toEqual(made.links)
    const [request] = seen
    expect(request?.headers.authorization).toBe(
      `Basic ${Buffer.from('test_key:sécret', 'utf8').toString('base64')}`,
    )
    expect(request?.headers.accept).toBe('application/json')
    expect(request?.headers['content-type']).toBe('application/json')
    expect(request?.headers['content-length']).toBe(String(request?.body.length))
    expect(request?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/)
    expect(JSON.parse(request?.body ?? '')).toEqual({ payments: [item] })
  })

  it('sends no key where none is needed', async () => {
    const { client, url, seen } = await start((_nth, _request, response) =>
      answerJson(response, 200, { url: 'http://x/s/abc/24' }),
    )
    const parameters = { type: 'connect', connectApp: 'MU' } as const
    expect(await client.shortLinks.encode('http://x/s/abc', parameters)).toBe('http://x/s/abc/24')
    await createClient({ baseUrl: url }).shortLinks.encode('http://x/s/abc', {})
    expect(seen.map((request) => request.headers.authorization)).toEqual([undefined, undefined])
    expect(seen.map((request) => request.url)).toEqual(['/s/encode?type=connect&connectApp=MU', '/s/encode'])
  })

  it('refuses options that cannot be used', () => {
    const good = { baseUrl: 'https://pay.example.pl', apiKey: 'k', apiSecret: 's' }
    for (const bad of [
      { baseUrl: 'pay.example.pl' },
      { baseUrl: 'ftp://pay.example.pl' },
      { baseUrl: 'https://k:s@pay.example.pl' },
      { baseUrl: 'https://:s@pay.example.pl' },
      { apiKey: '' },
      { apiSecret: '' },
      { timeoutMs: 0 },
      { timeoutMs: Number.NaN },
      { retries: -1 },
      { retries: 0.5 },
    ]) {
      expect(() => createClient({ ...good, ...bad }), JSON.stringify(bad)).toThrow(TypeError)
    }
  })
})

describe('a try that may pass', () => {
  it('is repeated with the same idempotency key', async () => {
    const { client, seen } = await start((nth, _request, response) => {
      if (nth === 1) return void response.destroy()
      if (nth === 2) return answerProblem(response, 503, 'unavailable', now)
      return answerJson(response, 201, made)
    })
    await client.paymentLinks.create([item])
    expect(seen).toHaveLength(3)
    expect(new Set(seen.map((request) => request.headers['idempotency-key'])).size).toBe(1)
    expect(new Set(seen.map((request) => request.body)).size).toBe(1)
  })

  it('waits for its own first try that still runs there', async () => {
    const { client, seen } = await start((nth, _request, response) =>
      nth === 1 ? answerProblem(response, 409, 'request_in_progress', now) : answerJson(response, 201, made),
    )
    await client.paymentLinks.create([item], { idempotencyKey: 'mine' })
    expect(seen.map((request) => request.headers['idempotency-key'])).toEqual(['mine', 'mine'])
  })

  it('is repeated for each status that may pass, and for no other', async () => {
    for (const status of [429, 502, 503, 504]) {
      const { client, seen } = await start((nth, _request, response) =>
        nth === 1 ? answerProblem(response, status, 'x', now) : answerJson(response, 200, { token }),
      )
      expect(await client.paymentLinks.get(token)).toEqual({ token })
      expect(seen).toHaveLength(2)
      await gateway.close()
    }
    for (const status of [400, 401, 403, 404, 409, 410, 413, 415, 422, 500]) {
      const { client, seen } = await start((_nth, _request, response) =>
        answerProblem(response, status, 'x', now),
      )
      expect((await refusal(client.paymentLinks.get(token))).status).toBe(status)
      expect(seen).toHaveLength(1)
      await gateway.close()
    }
    await start(() => undefined)
  })

  it('is repeated no more often than the client was told', async () => {
    const { clientWith, seen } = await start((_nth, _request, response) =>
      answerProblem(response, 503, 'unavailable', now),
    )
    expect((await refusal(clientWith({ retries: 3 }).paymentLinks.get(token))).code).toBe('unavailable')
    expect(seen).toHaveLength(4)
    await refusal(clientWith({ retries: 0 }).paymentLinks.get(token))
    expect(seen).toHaveLength(5)
  })

  it('is not repeated where a second one would do more than the first', async () => {
    const { client, seen } = await start((_nth, _request, response) =>
      answerProblem(response, 503, 'unavailable', now),
    )
    await refusal(client.test.pay(token))
    await refusal(client.test.advanceClock('P1D'))
    await refusal(client.keys.generate({ providerCode: 'p', apiKey: 'k', pin: '1' }))
    expect(seen).toHaveLength(3)
  })

  it('is not repeated where the gateway asks for a pause longer than a minute', async () => {
    const { client, seen } = await start((_nth, _request, response) =>
      answerProblem(response, 429, 'too_many_requests', { 'retry-after': '61' }),
    )
    expect((await refusal(client.paymentLinks.get(token))).retryAfterMs).toBe(61_000)
    expect(seen).toHaveLength(1)
  })

  it('ends when the signal is aborted, with the signal’s reason', async () => {
    const { client } = await start(() => undefined)
    const controller = new AbortController()
    const call = client.paymentLinks.get(token, { signal: controller.signal })
    controller.abort(new Error('enough'))
    await expect(call).rejects.toThrow('enough')
    await expect(client.paymentLinks.get(token, { signal: controller.signal })).rejects.toThrow('enough')
  })
})

describe('a failure', () => {
  it('says what the gateway said', async () => {
    const errors = [{ pointer: '/payments/0/amount', code: 'too_small', detail: 'must be above 0' }]
    const { client } = await start((_nth, _request, response) =>
      answerProblem(response, 400, 'validation_failed', {}, { detail: 'd', errors }),
    )
    const error = await refusal(client.paymentLinks.create([item]))
    expect(error).toMatchObject({ status: 400, code: 'validation_failed', detail: 'd', requestId: 'r-1' })
    expect(error.fieldErrors).toEqual(errors)
    expect(error.message).toBe('paymentLinks.create: T (d)')
  })

  it('names no token, key or secret', async () => {
    const { client } = await start((_nth, _request, response) => answerProblem(response, 404, 'not_found'))
    const error = await refusal(client.paymentLinks.cancel(token, { resolution: 'PAID' }))
    expect(`${error.stack}${JSON.stringify(error)}`).not.toMatch(/ababab|test_key|s%C3%A9cret|sécret/)
  })

  it('tells an answer of something else from one of the gateway', async () => {
    const { clientWith } = await start((nth, _request, response) => {
      if (nth === 1) return void response.writeHead(301, { location: 'https://pay.example.pl/' }).end()
      if (nth === 2) return void response.writeHead(200).end('<html>')
      return void response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>')
    })
    const client = clientWith({ retries: 0 })
    const moved = await refusal(client.paymentLinks.get(token))
    expect(moved).toMatchObject({ status: 301, code: 'unexpected_answer' })
    expect(moved.message).toContain('https://pay.example.pl/')
    expect(await refusal(client.paymentLinks.get(token))).toMatchObject({ code: 'unexpected_answer' })
    expect(await refusal(client.paymentLinks.get(token))).toMatchObject({ status: 502 })
  })

  it('is a timeout where the answer does not come, or does not end', async () => {
    const { clientWith } = await start((nth, _request, response) => {
      if (nth === 2) response.writeHead(200, { 'content-type': 'application/json' }).write('{')
    })
    const client = clientWith({ retries: 0, timeoutMs: 100 })
    expect(await refusal(client.paymentLinks.get(token))).toMatchObject({ status: 0, code: 'timeout' })
    expect(await refusal(client.paymentLinks.get(token))).toMatchObject({ status: 0, code: 'timeout' })
  })

  it('is a failed connection where nobody listens or the answer breaks off', async () => {
    const { clientWith } = await start((_nth, _request, response) => {
      response.writeHead(200, { 'content-length': '10' }).write('{')
      response.destroy()
    })
    const error = await refusal(clientWith({ retries: 0 }).paymentLinks.get(token))
    expect(error).toMatchObject({ status: 0, code: 'connection_failed' })
    const nobody = clientWith({ retries: 0, baseUrl: 'http://127.0.0.1:1' })
    expect(await refusal(nobody.paymentLinks.get(token))).toMatchObject({ code: 'connection_failed' })
  })

  it('is an answer without end', async () => {
    const { client } = await start((_nth, _request, response) => {
      response.writeHead(500, { 'content-type': 'text/plain' })
      const more = () => {
        while (response.write('x'.repeat(65_536)));
        response.once('drain', more)
      }
      more()
    })
    expect(await refusal(client.paymentLinks.get(token))).toMatchObject({ code: 'answer_too_large' })
  })

  it('of our own is no failure of the gateway', async () => {
    const { client, seen } = await start(() => undefined)
    const faulty = {
      ...item,
      toJSON: () => {
        throw new TypeError('no JSON')
      },
    }
    await expect(client.paymentLinks.create([faulty])).rejects.toThrow(TypeError)
    await expect(client.paymentLinks.get('')).rejects.toThrow(TypeError)
    expect(seen).toHaveLength(0)
  })
})

describe('pauses', () => {
  it('grow, stay below their limit, and keep to what the gateway asks for', () => {
    for (let failures = 1; failures < 2000; failures++) {
      const ms = pauseAfter(failures, undefined)
      const whole = Math.min(8_000, 500 * 2 ** (failures - 1))
      expect(ms).toBeGreaterThanOrEqual(whole / 2)
      expect(ms).toBeLessThanOrEqual(whole)
    }
    const asked = new BillGatewayError('x', { status: 429, code: 'too_many_requests', retryAfterMs: 3_000 })
    expect(pauseAfter(1, asked)).toBe(3_000)
    // Whoever asks for no pause is not asked again without one.
    const atOnce = new BillGatewayError('x', { status: 503, code: 'unavailable', retryAfterMs: 0 })
    expect(pauseAfter(9, atOnce)).toBeGreaterThanOrEqual(4_000)
  })

  it('reads Retry-After in seconds and as a date', () => {
    expect(retryAfterOf('7')).toBe(7_000)
    expect(retryAfterOf('Thu, 01 Jan 1970 00:00:09 GMT', 4_000)).toBe(5_000)
    expect(retryAfterOf('Thu, 01 Jan 1970 00:00:01 GMT', 4_000)).toBe(0)
    expect(retryAfterOf('soon')).toBeUndefined()
    expect(retryAfterOf(null)).toBeUndefined()
  })
})
