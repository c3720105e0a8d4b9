import type { FastifyPluginAsync } from 'fastify'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'
import { basicAuth, newBiller, type RoomServer, startRooms } from '../../testing/rooms.ts'
import type { Platform } from '../platform/platform.ts'
import {
  accessOf,
  authenticate,
  becomePluginKey,
  createKey,
  requireTestProvider,
  revokeKey,
  speaksPluginDialect,
  updateProvider,
} from './index.ts'

let database: TestDatabase
let server: RoomServer

/** Two rooms that need keys, and one act for test providers only. */
function testRooms(platform: Platform): FastifyPluginAsync[] {
  const room = (path: string): FastifyPluginAsync => {
    return async (app) => {
      app.addHook('onRequest', authenticate(platform))
      app.get(path, async (request) => {
        const { provider } = accessOf(request)
        return { code: provider.code, plugin: speaksPluginDialect(request) }
      })
      app.get(`${path}/test-only`, async (request) => requireTestProvider(accessOf(request)))
    }
  }
  return [room('/who'), room('/other')]
}

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startRooms(database, testRooms, { RATE_LIMIT_KEY: '5' })
})
afterAll(async () => {
  await server.close()
  await database.drop()
})

const statusOf = async (authorization: string, path = '/who') =>
  (await fetch(`${server.url}${path}`, { headers: { authorization } })).status
const encoded = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

describe('authentication', () => {
  it('takes a key and its secret', async () => {
    const { provider, headers } = await newBiller(database)
    const answer = await fetch(`${server.url}/who`, { headers })
    expect(await answer.json()).toEqual({ code: provider.code, plugin: false })
  })

  it('ignores one newline at the end of the credentials, and no more', async () => {
    const { key } = await newBiller(database)
    expect(await statusOf(encoded(`${key.apiKey}:${key.apiSecret}\n`))).toBe(200)
    expect(await statusOf(encoded(`${key.apiKey}:${key.apiSecret}\n\n`))).toBe(401)
    expect(await statusOf(encoded(`${key.apiKey}:\n${key.apiSecret}`))).toBe(401)
  })

  it('answers 401 with a challenge to whatever is missing or wrong', async () => {
    const { key } = await newBiller(database)
    const wrong = [
      '',
      'Basic',
      'Basic !!!',
      `Bearer ${key.apiSecret}`,
      encoded(''),
      encoded(key.apiKey),
      encoded(`${key.apiKey}:`),
      encoded(`${key.apiKey}:${key.apiSecret}x`),
      encoded(`${key.apiKey}:${key.apiSecret.slice(1)}`),
      encoded(`${key.apiKey}x:${key.apiSecret}`),
      encoded(`:${key.apiSecret}`),
      encoded(`${key.apiKey}\0:${key.apiSecret}`),
      encoded(`${'k'.repeat(5000)}:${key.apiSecret}`),
    ]
    for (const authorization of wrong) {
      const answer = await fetch(`${server.url}/who`, { headers: { authorization } })
      expect([authorization, answer.status]).toEqual([authorization, 401])
      expect(answer.headers.get('www-authenticate')).toMatch(/^Basic /)
      expect(answer.headers.get('content-type')).toMatch('application/problem+json')
    }
    expect((await fetch(`${server.url}/who`)).status).toBe(401)
  })

  it('keeps only hashes of secrets', async () => {
    const { key } = await newBiller(database)
    const { rows } = await sql<{
      secrets: string
    }>`select string_agg(t::text, '') as secrets from api_secret t`.execute(database.db)
    expect(rows[0]?.secrets).not.toContain(key.apiSecret)
    expect(rows[0]?.secrets).not.toContain(Buffer.from(key.apiSecret).toString('hex'))
  })

  it('takes a secret that holds a colon', async () => {
    const { provider, key } = await newBiller(database)
    await sql`update api_secret set secret_hash = sha256('a:b:') where provider_id = ${provider.id}`.execute(
      database.db,
    )
    expect(await statusOf(basicAuth(key.apiKey, 'a:b:'))).toBe(200)
    expect(await statusOf(basicAuth(key.apiKey, 'a:b'))).toBe(401)
  })

  it('refuses a revoked key, and no other key of the provider', async () => {
    const first = await newBiller(database)
    const second = await createKey(database.db, first.provider.id)
    await revokeKey(database.db, first.provider.id, first.key.apiKey)
    expect(await statusOf(first.headers.authorization)).toBe(401)
    expect(await statusOf(basicAuth(second.apiKey, second.apiSecret))).toBe(200)
    await expect(revokeKey(database.db, first.provider.id, first.key.apiKey)).rejects.toThrow()
  })

  it('answers 403 for a disabled provider, but 401 to a wrong secret of it', async () => {
    const { provider, key, headers } = await newBiller(database)
    await updateProvider(database.db, provider.id, { disabled: true })
    const answer = await fetch(`${server.url}/who`, { headers })
    expect(answer.status).toBe(403)
    expect(await answer.json()).toMatchObject({ code: 'provider_disabled' })
    expect(await statusOf(basicAuth(key.apiKey, 'wrong'))).toBe(401)
    await updateProvider(database.db, provider.id, { disabled: false })
    expect(await statusOf(headers.authorization)).toBe(200)
  })

  it('hides test acts from live providers', async () => {
    const live = await newBiller(database, { test: false })
    const test = await newBiller(database)
    expect(await statusOf(live.headers.authorization, '/who/test-only')).toBe(404)
    expect(await statusOf(test.headers.authorization, '/who/test-only')).toBe(200)
    expect(test.key.apiKey).toMatch(/^test_\w{27}$/)
    expect(live.key.apiKey).toMatch(/^(?!test_)\w{32}$/)
  })
})

describe('the plugin’s dialect', () => {
  it('is spoken by plugin keys without an Accept header', async () => {
    const { provider, key, headers } = await newBiller(database)
    const who = async (accept?: string) => {
      const answer = await server.app.inject({
        url: '/who',
        headers: { ...headers, ...(accept === undefined ? {} : { accept }) },
      })
      return answer.json().plugin
    }
    expect(await who()).toBe(false)
    await becomePluginKey(database.db, { provider, keyId: key.keyId, lmsPlugin: false })
    expect(await who()).toBe(true)
    expect(await who('*/*')).toBe(false)
  })
})

describe('the rate limit of keys', () => {
  it('counts a live key’s requests over all rooms, and says so', async () => {
    const { headers } = await newBiller(database, { test: false })
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) => fetch(`${server.url}/${n % 2 ? 'who' : 'other'}`, { headers })),
    )
    const statuses = answers.map((answer) => answer.status)
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(5)
    expect(statuses).toContain(429)
    for (const answer of answers) {
      expect(answer.headers.get('ratelimit-limit')).toBe('5')
      expect(answer.headers.get('ratelimit-remaining')).toMatch(/^\d+$/)
      expect(answer.headers.get('ratelimit-reset')).toBe('1')
      expect(answer.headers.get('retry-after')).toBe(answer.status === 429 ? '1' : null)
    }
  })

  it('knows none for test providers', async () => {
    const { headers } = await newBiller(database)
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => fetch(`${server.url}/who`, { headers })),
    )
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]))
    expect(answers[0]?.headers.has('ratelimit-limit')).toBe(false)
  })
})
