import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkDue } from '../../gateway/src/payment/index.ts'
import {
  advanceClock,
  createKey,
  listKeys,
  revokeKey,
  updateProvider,
} from '../../gateway/src/provider/index.ts'
import { basic, startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'
import {
  bill,
  cancel,
  createLink,
  expectProblem,
  nrb,
  pay,
  postLinks,
  search,
  statusOf,
} from '../support/bill.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway({ worker: false })
})
afterAll(() => gateway?.close())

const as = (authorization: string) =>
  gateway.api('/pay/v1/events', { credentials: null, headers: { authorization } })
const encoded = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

describe('authentication', () => {
  it('missing: 401 with WWW-Authenticate: Basic', async () => {
    const answer = await gateway.api('/pay/v1/events', { credentials: null })
    expectProblem(answer, 401, 'unauthorized')
    expect(answer.headers.get('www-authenticate')).toMatch(/^Basic /)
  })

  it.each([
    ['no scheme', () => 'x'],
    ['another scheme', ({ apiSecret }: Credentials) => `Bearer ${apiSecret}`],
    ['not base64', () => 'Basic ???'],
    ['empty', () => 'Basic '],
    ['no colon', ({ apiKey }: Credentials) => encoded(apiKey)],
    ['no secret', ({ apiKey }: Credentials) => encoded(`${apiKey}:`)],
    ['wrong secret', ({ apiKey }: Credentials) => encoded(`${apiKey}:wrong`)],
    [
      'secret with more behind it',
      ({ apiKey, apiSecret }: Credentials) => encoded(`${apiKey}:${apiSecret}x`),
    ],
    ['unknown key', ({ apiSecret }: Credentials) => encoded(`nobody:${apiSecret}`)],
    ['swapped', ({ apiKey, apiSecret }: Credentials) => encoded(`${apiSecret}:${apiKey}`)],
    ['NUL', ({ apiKey, apiSecret }: Credentials) => encoded(`${apiKey}\u0000:${apiSecret}`)],
    ['two newlines', ({ apiKey, apiSecret }: Credentials) => encoded(`${apiKey}:${apiSecret}\n\n`)],
    ['SQL', () => encoded(`' or 1=1 --:x`)],
    ['very long', () => encoded(`${'k'.repeat(5_000)}:${'s'.repeat(5_000)}`)],
  ])('%s: 401', async (_case, header) => {
    const answer = await as(header(gateway.credentials))
    expectProblem(answer, 401, 'unauthorized')
    expect(answer.headers.get('www-authenticate')).toMatch(/^Basic /)
  })

  it('one trailing newline in the decoded credentials is ignored', async () => {
    const { apiKey, apiSecret } = gateway.credentials
    expect((await as(encoded(`${apiKey}:${apiSecret}\n`))).status).toBe(200)
    expect((await as(basic(gateway.credentials).replace('Basic', 'basic'))).status).toBe(200)
  })

  it('secrets are stored hashed', async () => {
    const { rows } = await gateway.database.pool.query<{ row: string }>(
      'select to_jsonb(s)::text as row from api_secret s union all select to_jsonb(k)::text from api_key k',
    )
    expect(rows.map(({ row }) => row).join()).not.toContain(gateway.credentials.apiSecret)
  })

  it('a provider holds several keys, each works, and any can be revoked', async () => {
    const { provider, credentials } = await gateway.newProvider()
    const second = await createKey(gateway.platform.db, provider.id)
    const { token } = await createLink(gateway.api, {}, { credentials })
    expect((await statusOf(gateway.api, token, { credentials: second })).token).toBe(token)
    await revokeKey(gateway.platform.db, provider.id, credentials.apiKey)
    expectProblem(await gateway.api('/pay/v1/events', { credentials }), 401)
    expect((await gateway.api('/pay/v1/events', { credentials: second })).status).toBe(200)
    expect(await listKeys(gateway.platform.db, provider.id)).toHaveLength(2)
  })

  it('bad credentials are told before anything about the body', async () => {
    const answer = await gateway.api('/pay/v1/payments', { credentials: null, body: '{broken' })
    expectProblem(answer, 401)
  })
})

describe('a key sees and touches its own provider’s data only', () => {
  it('another provider’s token answers 404 as an unknown one does, everywhere', async () => {
    const { credentials } = await gateway.newProvider()
    const { token } = await createLink(gateway.api)
    const call = { credentials }
    expectProblem(await gateway.api(`/pay/v1/payments/${token}`, call), 404, 'not_found')
    expectProblem(await cancel(gateway.api, token, { resolution: 'CANCELLED' }, call), 404, 'not_found')
    const body = { scope: 'link' }
    expectProblem(
      await gateway.api(`/pay/v1/test/payments/${token}/pay`, { body, ...call }),
      404,
      'not_found',
    )
    const own = await createLink(gateway.api, {}, call)
    const mixed = { scope: 'balance', tokens: [token] }
    const refused = await gateway.api(`/pay/v1/test/payments/${own.token}/pay`, { body: mixed, ...call })
    expect([400, 404, 409]).toContain(refused.status)
    expect((await statusOf(gateway.api, token)).status).toBe('active')
  })
})

describe('live and test', () => {
  it('a live provider’s keys have no test_ prefix, a test provider’s have', async () => {
    const live = await gateway.newProvider({ test: false })
    expect(live.credentials.apiKey).not.toMatch(/^test_/)
    expect(gateway.credentials.apiKey).toMatch(/^test_/)
  })

  it('test endpoints are 404 for a live provider, and its status and events say so', async () => {
    const { credentials } = await gateway.newProvider({ test: false })
    const call = { credentials }
    const { token } = await createLink(gateway.api, {}, call)
    expectProblem(
      await gateway.api(`/pay/v1/test/payments/${token}/pay`, { body: { scope: 'link' }, ...call }),
      404,
    )
    expectProblem(await gateway.api('/pay/v1/test/clock', { body: { advance: 'P1D' }, ...call }), 404)
    expect((await statusOf(gateway.api, token, call)).test).toBe(false)
    const events = await gateway.api('/pay/v1/events', call)
    expect(events.body).toMatchObject({ events: [{ test: false }] })
  })

  it('a test provider’s status, events and page say test', async () => {
    const { token } = await createLink(gateway.api)
    expect((await statusOf(gateway.api, token)).test).toBe(true)
    const page = await gateway.api(`/single-payment/${token}?lang=en`, { credentials: null })
    expect(page.text).toMatch(/test payment/i)
  })

  it('live cannot become test nor test live after the first link', async () => {
    const { provider, credentials } = await gateway.newProvider()
    await createLink(gateway.api, {}, { credentials })
    await expect(updateProvider(gateway.platform.db, provider.id, { test: false })).rejects.toThrow()
  })
})

describe('a disabled provider', () => {
  it('its API answers 403, its pages say so, and money that arrives all the same is recorded', async () => {
    const { provider, credentials } = await gateway.newProvider({ defaultNrb: nrb })
    const call = { credentials }
    const { token } = await createLink(gateway.api, {}, call)
    const started = await pay(gateway.api, token, { outcome: 'late', method: 'bank' }, call)
    expect(started.paymentId).toBeNull()
    await updateProvider(gateway.platform.db, provider.id, { disabled: true })
    expectProblem(await postLinks(gateway.api, [bill()], call), 403, 'provider_disabled')
    expectProblem(await gateway.api('/pay/v1/payments/search?fromDate=0', call), 403, 'provider_disabled')
    const page = await gateway.api(`/single-payment/${token}`, { credentials: null })
    expect(page.text).not.toMatch(/<button[^>]*type="submit"/)
    const disabled = await advanceClock(gateway.platform.db, provider.id, 2 * 86_400)
    expect(disabled.disabled).toBe(true)
    await checkDue(gateway.platform, disabled)
    const { rows } = await gateway.database.pool.query('select amount from payment where provider_id = $1', [
      provider.id,
    ])
    expect(rows).toEqual([{ amount: 12_345n }])
    await updateProvider(gateway.platform.db, provider.id, { disabled: false })
    expect(await search(gateway.api, 'fromDate=0', call)).toHaveLength(1)
  })
})

interface Credentials {
  apiKey: string
  apiSecret: string
}
