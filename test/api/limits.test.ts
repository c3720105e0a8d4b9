import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'
import { createLink, expectProblem } from '../support/bill.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway({
    worker: false,
    // By the second, minute and minute: the first is so low that a slow machine reaches it too.
    environment: { RATE_LIMIT_KEY: '2', RATE_LIMIT_PAGE: '5', RATE_LIMIT_MISS: '5' },
  })
})
afterAll(() => gateway?.close())

const burst = (count: number, ask: () => ReturnType<TestGateway['api']>) =>
  Promise.all(Array.from({ length: count }, ask))

describe('limits', () => {
  it('a live key: RateLimit headers on each answer, 429 with Retry-After beyond', async () => {
    const { credentials } = await gateway.newProvider({ test: false })
    const ask = () => gateway.api('/pay/v1/events', { credentials })
    const first = await ask()
    expect(first.status).toBe(200)
    expect(Number(first.headers.get('ratelimit-limit'))).toBe(2)
    expect(Number(first.headers.get('ratelimit-remaining'))).toBeLessThan(2)
    const answers = await burst(100, ask)
    const refused = answers.filter((answer) => answer.status !== 200)
    expect(refused.length).toBeGreaterThan(0)
    for (const answer of refused) {
      expectProblem(answer, 429, 'too_many_requests')
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(answer.headers.get('ratelimit-remaining')).toBe('0')
    }
  })

  it('one key’s limit is not another’s', async () => {
    const busy = await gateway.newProvider({ test: false })
    const quiet = await gateway.newProvider({ test: false })
    await burst(60, () => gateway.api('/pay/v1/events', { credentials: busy.credentials }))
    expect((await gateway.api('/pay/v1/events', { credentials: quiet.credentials })).status).toBe(200)
  })

  it('test providers have none', async () => {
    const answers = await burst(100, () => gateway.api('/pay/v1/events'))
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]))
    expect(answers[0]?.headers.get('ratelimit-limit')).toBeNull()
  })

  it('pages by address: 429 with Retry-After', async () => {
    const { token } = await createLink(gateway.api)
    const answers = await burst(10, () => gateway.api(`/single-payment/${token}`, { credentials: null }))
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(5)
    const refused = answers.find((answer) => answer.status === 429)
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('an address that no proxy vouches for cannot give itself another', async () => {
    const answers = []
    for (let tries = 0; tries < 10; tries++) {
      const headers = { 'x-forwarded-for': `10.0.0.${tries}`, forwarded: `for=10.0.0.${tries}` }
      answers.push(await gateway.api('/s/BBBBBBBBBB', { credentials: null, headers }))
    }
    expect(answers.at(-1)?.status).toBe(429)
  })

  it('behind a trusted proxy each client has a limit of its own', async () => {
    const proxied = await startTestGateway({
      worker: false,
      environment: { RATE_LIMIT_MISS: '2', TRUSTED_PROXIES: '127.0.0.0/8' },
    })
    const from = async (address: string) =>
      (await proxied.api('/s/BBBBBBBBBB', { credentials: null, headers: { 'x-forwarded-for': address } }))
        .status
    const statuses = []
    for (const address of ['10.0.0.1', '10.0.0.1', '10.0.0.1', '10.0.0.2']) statuses.push(await from(address))
    await proxied.close()
    expect(statuses).toEqual([404, 404, 429, 404])
  })
})
