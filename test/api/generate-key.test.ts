import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPin, revokeKey } from '../../gateway/src/provider/index.ts'
import { startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'
import { expectProblem, pointersOf } from '../support/bill.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway({ worker: false, environment: { RATE_LIMIT_MISS: '1000' } })
})
afterAll(() => gateway?.close())

const path = '/api/service-provider/generate-key'
const generate = (body: unknown) => gateway.api(path, { body, credentials: null })
const wrongPin = (pin: string) => (pin === '00000000' ? '11111111' : '00000000')

async function newPin(values = {}) {
  const { provider, credentials } = await gateway.newProvider(values)
  const { pin } = await createPin(gateway.platform.db, provider.id, credentials.apiKey)
  return {
    provider,
    credentials,
    pin,
    body: { providerCode: provider.code, apiKey: credentials.apiKey, pin },
  }
}

const works = async (credentials: { apiKey: string; apiSecret: string }) =>
  (await gateway.api('/pay/v1/events', { credentials })).status === 200

function secretOf(body: unknown): string {
  return (body as { data: { apiSecret: string } }).data.apiSecret
}

describe('generate-key', () => {
  it('answers a new secret that works with the key, without Basic auth', async () => {
    const { body, credentials } = await newPin()
    const answer = await generate(body)
    expect(answer).toMatchObject({
      status: 200,
      body: { data: { apiSecret: expect.stringMatching(/^\S{20,}$/) } },
    })
    expect(await works({ ...credentials, apiSecret: secretOf(answer.body) })).toBe(true)
  })

  it('the old secret works until the new one is first used, then dies', async () => {
    const { body, credentials } = await newPin()
    const { body: answer } = await generate(body)
    expect(await works(credentials)).toBe(true)
    expect(await works({ ...credentials, apiSecret: secretOf(answer) })).toBe(true)
    expectProblem(await gateway.api('/pay/v1/events', { credentials }), 401)
  })

  it('the old secret dies after 24 hours even if the new one was never used', async () => {
    const { body, credentials, provider } = await newPin()
    await generate(body)
    await gateway.database.pool.query(
      `update api_secret set created_at = created_at - interval '24 hours 1 second', expires_at = expires_at - interval '24 hours 1 second'
       where provider_id = $1`,
      [provider.id],
    )
    expect(await works(credentials)).toBe(false)
  })

  it('works once', async () => {
    const { body } = await newPin()
    expect((await generate(body)).status).toBe(200)
    expectProblem(await generate(body), 401, 'generate_key_refused')
  })

  it('of 20 at the same time one wins', async () => {
    const { body } = await newPin()
    const answers = await Promise.all(Array.from({ length: 20 }, () => generate(body)))
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, ...Array(19).fill(401)])
  })

  it('expires', async () => {
    const { body, provider } = await newPin()
    await gateway.database.pool.query(
      `update pin set expires_at = now() - interval '1 second' where provider_id = $1`,
      [provider.id],
    )
    expectProblem(await generate(body), 401, 'generate_key_refused')
  })

  it('locks after 5 wrong tries, also for the right PIN', async () => {
    const { body } = await newPin()
    for (let tries = 0; tries < 5; tries++) {
      expectProblem(await generate({ ...body, pin: wrongPin(body.pin) }), 401, 'generate_key_refused')
    }
    expectProblem(await generate(body), 401, 'generate_key_refused')
  })

  it('4 wrong tries leave it open', async () => {
    const { body } = await newPin()
    for (let tries = 0; tries < 4; tries++) await generate({ ...body, pin: wrongPin(body.pin) })
    expect((await generate(body)).status).toBe(200)
  })

  it('wrong tries at the same time are all counted', async () => {
    const { body } = await newPin()
    await Promise.all(Array.from({ length: 10 }, () => generate({ ...body, pin: wrongPin(body.pin) })))
    expect((await generate(body)).status).toBe(401)
  })

  it('only tries with the right providerCode and apiKey count', async () => {
    const { body } = await newPin()
    for (let tries = 0; tries < 10; tries++) {
      expectProblem(await generate({ ...body, providerCode: 'nobody', pin: 'x' }), 401)
      expectProblem(await generate({ ...body, apiKey: 'nothing', pin: 'x' }), 401)
    }
    expect((await generate(body)).status).toBe(200)
  })

  it('wrong anything answers the same words', async () => {
    const { body } = await newPin()
    const other = await newPin()
    const revoked = await newPin()
    await revokeKey(gateway.platform.db, revoked.provider.id, revoked.credentials.apiKey)
    const answers = [
      await generate({ ...body, pin: wrongPin(body.pin) }),
      await generate({ ...body, providerCode: 'nobody' }),
      await generate({ ...body, apiKey: 'nothing' }),
      await generate({ ...body, apiKey: other.body.apiKey }),
      await generate({ ...body, pin: other.body.pin, providerCode: other.body.providerCode }),
      await generate(revoked.body),
    ]
    const words = answers.map((answer) => {
      expectProblem(answer, 401)
      return JSON.stringify({ ...(answer.body as object), requestId: '' })
    })
    expect(new Set(words).size).toBe(1)
  })

  it('makes the key a plugin key', async () => {
    const { body, provider } = await newPin()
    await generate(body)
    const { rows } = await gateway.database.pool.query(
      'select lms_plugin from api_key where provider_id = $1',
      [provider.id],
    )
    expect(rows).toEqual([{ lms_plugin: true }])
  })

  it('names bad fields', async () => {
    const answer = await generate({ providerCode: 7, apiKey: '' })
    expectProblem(answer, 400, 'validation_failed')
    expect(pointersOf(answer).sort()).toEqual(['/apiKey', '/pin', '/providerCode'])
  })
})

describe('generate-key: tries that count for no PIN are limited by address', () => {
  it('answers 429 with Retry-After', async () => {
    const limited = await startTestGateway({ worker: false, environment: { RATE_LIMIT_MISS: '3' } })
    const miss = { body: { providerCode: 'nobody', apiKey: 'nothing', pin: '1' }, credentials: null }
    const statuses = []
    for (let tries = 0; tries < 5; tries++) statuses.push(await limited.api(path, miss))
    await limited.close()
    expect(statuses.map((answer) => answer.status)).toEqual([401, 401, 401, 429, 429])
    expect(Number(statuses[4]?.headers.get('retry-after'))).toBeGreaterThan(0)
  })
})
