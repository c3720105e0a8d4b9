import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../../testing/gateway.ts'
import { newPayer } from '../../testing/payer.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway({ environment: { RATE_LIMIT_PAGE: '200', RATE_LIMIT_MISS: '5' } })
})
afterAll(() => gateway.close())

describe('an address', () => {
  it('that guesses is stopped, and a right link still opens', async () => {
    const payer = newPayer(gateway)
    const [token] = await payer.bills([{}])
    const statuses: number[] = []
    for (let tries = 0; tries < 8; tries++)
      statuses.push((await payer.open(`/single-payment/${String(tries).repeat(128)}`)).status)
    expect(statuses).toEqual([404, 404, 404, 404, 404, 429, 429, 429])
    const stopped = await payer.open(`/checkout/co_1_${'a'.repeat(22)}`)
    expect(stopped.status).toBe(429)
    expect(Number(stopped.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(stopped.text).toContain('Za dużo prób naraz')
    expect((await payer.open(`/single-payment/${token}`)).status).toBe(200)
  })

  it('holds so many streams at the same time and no more', async () => {
    const payer = newPayer(gateway)
    const [token] = await payer.bills([{}])
    const { address } = await payer.pay(`/single-payment/${token}`, { code: '700704' })
    const stop = new AbortController()
    const open = () =>
      fetch(`${gateway.url}${address}/events`, {
        signal: stop.signal,
        headers: { accept: 'text/event-stream' },
      })
    const streams = await Promise.all(Array.from({ length: 30 }, open))
    expect(new Set(streams.map(({ status }) => status))).toEqual(new Set([200]))
    const more = await open()
    expect([more.status, more.headers.get('content-type')]).toEqual([429, 'application/problem+json'])
    stop.abort()
  })
})

describe('the stream of a checkout', () => {
  it('tells each state once and ends with the last', async () => {
    const payer = newPayer(gateway)
    const [token] = await payer.bills([{}])
    const { address } = await payer.pay(`/single-payment/${token}`, { code: '777 111' })
    const response = await fetch(`${gateway.url}${address}/events`)
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store, no-transform')
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      if (!/pending/.test(text) && /pending/.test(text + part.value))
        await gateway.api('/pay/v1/test/clock', { body: { advance: 'PT1M' } })
      text += part.value
    }
    expect([...text.matchAll(/^event: state\ndata: (\w+)$/gm)].map(([, state]) => state)).toEqual([
      'pending',
      'succeeded',
    ])
  })
})
