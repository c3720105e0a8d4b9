import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'
import { type Biller, basicAuth, newBiller, type RoomServer, startRooms } from '../../testing/rooms.ts'
import { accessOf, authenticate, createPin, providerRoutes, updateProvider } from './index.ts'

let database: TestDatabase
let server: RoomServer

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startRooms(
    database,
    (platform) => [
      providerRoutes(platform),
      async (app) => {
        app.addHook('onRequest', authenticate(platform))
        app.get('/who', async (request) => ({ plugin: accessOf(request).lmsPlugin }))
      },
    ],
    { RATE_LIMIT_MISS: '300' },
  )
})
afterAll(async () => {
  await server.close()
  await database.drop()
})

async function generate(body: unknown, on = server) {
  const { status, headers, text } = await on.call('/api/service-provider/generate-key', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status, headers, body: JSON.parse(text) }
}

const requestOf = ({ provider, key }: Biller, pin: string) => ({
  providerCode: provider.code,
  apiKey: key.apiKey,
  pin,
})

async function secretBy(biller: Biller): Promise<string> {
  const { pin } = await createPin(database.db, biller.provider.id, biller.key.apiKey)
  const { status, body } = await generate(requestOf(biller, pin))
  expect(status).toBe(200)
  return body.data.apiSecret
}

async function works(biller: Biller, secret: string): Promise<boolean> {
  const authorization = basicAuth(biller.key.apiKey, secret)
  return (await fetch(`${server.url}/who`, { headers: { authorization } })).status === 200
}

describe('a PIN', () => {
  it('gives a secret once, and makes the key a plugin key', async () => {
    const biller = await newBiller(database)
    const { pin } = await createPin(database.db, biller.provider.id, biller.key.apiKey)
    expect(pin).toMatch(/^\d{8}$/)
    const first = await generate(requestOf(biller, pin))
    expect(first.status).toBe(200)
    const authorization = basicAuth(biller.key.apiKey, first.body.data.apiSecret)
    const who = await fetch(`${server.url}/who`, { headers: { authorization } })
    expect(await who.json()).toEqual({ plugin: true })
    expect((await generate(requestOf(biller, pin))).status).toBe(401)
  })

  it('gives one secret to twenty at the same time', async () => {
    const biller = await newBiller(database)
    const { pin } = await createPin(database.db, biller.provider.id, biller.key.apiKey)
    const answers = await Promise.all(Array.from({ length: 20 }, () => generate(requestOf(biller, pin))))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(19)
  })

  it('locks after five wrong tries, twenty at the same time included', async () => {
    const biller = await newBiller(database)
    const { pin } = await createPin(database.db, biller.provider.id, biller.key.apiKey)
    const wrong = await Promise.all(
      Array.from({ length: 20 }, (_, n) => generate(requestOf(biller, `wrong-${n}`))),
    )
    expect(new Set(wrong.map(({ status }) => status))).toEqual(new Set([401]))
    const { rows } = await sql<{ tries: number }>`select wrong_tries as tries from pin
      where provider_id = ${biller.provider.id}`.execute(database.db)
    expect(rows).toEqual([{ tries: 5 }])
    expect((await generate(requestOf(biller, pin))).status).toBe(401)
  })

  it('is not locked by four wrong tries, or by tries with another provider code or key', async () => {
    const biller = await newBiller(database)
    const other = await newBiller(database)
    const { pin } = await createPin(database.db, biller.provider.id, biller.key.apiKey)
    const request = requestOf(biller, pin)
    for (let n = 0; n < 4; n++) await generate({ ...request, pin: 'wrong' })
    for (let n = 0; n < 10; n++) {
      expect((await generate({ ...request, providerCode: other.provider.code })).status).toBe(401)
      expect((await generate({ ...request, apiKey: other.key.apiKey })).status).toBe(401)
    }
    expect((await generate(request)).status).toBe(200)
  })

  it('is refused with the same words whatever is wrong', async () => {
    const biller = await newBiller(database)
    const { pin } = await createPin(database.db, biller.provider.id, biller.key.apiKey)
    const good = requestOf(biller, pin)
    const words = async (request: object) => {
      const { status, body } = await generate(request)
      const { requestId: _differs, ...problem } = body
      return { status, problem }
    }
    const expected = await words({ ...good, pin: 'x' })
    expect(expected.status).toBe(401)
    const wrong = [
      { ...good, providerCode: 'nobody' },
      { ...good, apiKey: 'nobody' },
      { ...good, apiKey: 'no\0body' },
      { ...good, providerCode: 'no\0body', pin: '\0' },
    ]
    for (const request of wrong) expect(await words(request)).toEqual(expected)
    await sql`update pin set expires_at = now() where provider_id = ${biller.provider.id}`.execute(
      database.db,
    )
    expect(await words(good)).toEqual(expected)
  })

  it('dies when a new one is made', async () => {
    const biller = await newBiller(database)
    const older = await createPin(database.db, biller.provider.id, biller.key.apiKey)
    const newer = await createPin(database.db, biller.provider.id, biller.key.apiKey)
    expect((await generate(requestOf(biller, older.pin))).status).toBe(401)
    expect((await generate(requestOf(biller, newer.pin))).status).toBe(200)
  })

  it('is told by its holder alone that the provider is disabled, and stays unused', async () => {
    const biller = await newBiller(database)
    const { pin } = await createPin(database.db, biller.provider.id, biller.key.apiKey)
    await updateProvider(database.db, biller.provider.id, { disabled: true })
    expect((await generate(requestOf(biller, 'wrong'))).status).toBe(401)
    expect((await generate(requestOf(biller, pin))).status).toBe(403)
    await updateProvider(database.db, biller.provider.id, { disabled: false })
    expect((await generate(requestOf(biller, pin))).status).toBe(200)
  })

  it('names every bad field of a request', async () => {
    const { status, body } = await generate({ providerCode: '', apiKey: 7 })
    expect(status).toBe(400)
    expect(body.errors.map((error: { pointer: string }) => error.pointer).sort()).toEqual([
      '/apiKey',
      '/pin',
      '/providerCode',
    ])
  })

  it('cannot be guessed at from one address: misses are limited, a right try is not', async () => {
    const limited = await startRooms(database, (platform) => [providerRoutes(platform)], {
      RATE_LIMIT_MISS: '3',
    })
    const biller = await newBiller(database)
    const { pin } = await createPin(database.db, biller.provider.id, biller.key.apiKey)
    const miss = { ...requestOf(biller, pin), providerCode: 'nobody' }
    const statuses = []
    for (let n = 0; n < 5; n++) statuses.push((await generate(miss, limited)).status)
    expect(statuses).toEqual([401, 401, 401, 429, 429])
    expect((await generate(miss, limited)).headers.get('retry-after')).toMatch(/^\d+$/)
    expect((await generate(requestOf(biller, pin), limited)).status).toBe(200)
    await limited.close()
  })
})

describe('a new secret', () => {
  it('ends the old one at its first use, not before', async () => {
    const biller = await newBiller(database)
    const old = biller.key.apiSecret
    const fresh = await secretBy(biller)
    expect([await works(biller, old), await works(biller, old)]).toEqual([true, true])
    expect(await works(biller, fresh)).toBe(true)
    expect([await works(biller, old), await works(biller, fresh)]).toEqual([false, true])
  })

  it('ends the old one after 24 hours, used or not', async () => {
    const biller = await newBiller(database)
    const fresh = await secretBy(biller)
    const { rows } = await sql<{ hours: number }>`
      select extract(epoch from expires_at - now())::float8 / 3600 as hours from api_secret
      where provider_id = ${biller.provider.id} and expires_at is not null`.execute(database.db)
    expect(rows).toHaveLength(1)
    expect(rows[0]?.hours).toBeGreaterThan(23.9)
    expect(rows[0]?.hours).toBeLessThanOrEqual(24)
    await sql`update api_secret set expires_at = now() where provider_id = ${biller.provider.id}
      and expires_at is not null`.execute(database.db)
    expect([await works(biller, biller.key.apiSecret), await works(biller, fresh)]).toEqual([false, true])
  })

  it('is ended by an older one’s use no more than a newer one is', async () => {
    const biller = await newBiller(database)
    const second = await secretBy(biller)
    const third = await secretBy(biller)
    expect(await works(biller, second)).toBe(true)
    expect(await works(biller, biller.key.apiSecret)).toBe(false)
    expect(await works(biller, third)).toBe(true)
    expect(await works(biller, second)).toBe(false)
  })

  it('survives a storm of first uses', async () => {
    const biller = await newBiller(database)
    const fresh = await secretBy(biller)
    const uses = await Promise.all(Array.from({ length: 20 }, () => works(biller, fresh)))
    expect(new Set(uses)).toEqual(new Set([true]))
    expect(await works(biller, biller.key.apiSecret)).toBe(false)
  })
})
