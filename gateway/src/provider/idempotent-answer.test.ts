import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'
import { type Biller, newBiller, type RoomServer, startRooms } from '../../testing/rooms.ts'
import { ApiError } from '../platform/http/errors.ts'
import { accessOf, authenticate, purgeIdempotentAnswers, withIdempotencyKey } from './index.ts'

let database: TestDatabase
let server: RoomServer
let biller: Biller

interface Work {
  value: string
  slowMs?: number
  fails?: boolean
}

beforeAll(async () => {
  database = await createTestDatabase({ connections: 30 })
  await sql`create table work (provider_id integer, value text)`.execute(database.db)
  server = await startRooms(database, (platform) => [
    async (app) => {
      app.addHook('onRequest', authenticate(platform))
      app.post<{ Body: Work; Params: { where: string } }>('/act/:where', async (request, reply) => {
        const { value, slowMs = 0, fails = false } = request.body
        const { provider } = accessOf(request)
        const answer = await withIdempotencyKey(platform, request, accessOf(request), async (tx) => {
          await sql`insert into work values (${provider.id}, ${value})`.execute(tx)
          await sleep(slowMs)
          if (fails) throw new ApiError('link_not_active')
          const { rows } = await sql<{ n: number }>`select count(*)::int as n from work`.execute(tx)
          return { status: 201, body: { value, done: rows[0]?.n } }
        })
        return reply.code(answer.status).type('application/json').send(answer.body)
      })
    },
  ])
})
beforeEach(async () => {
  await sql`truncate work`.execute(database.db)
  biller = await newBiller(database)
})
afterAll(async () => {
  await server.close()
  await database.drop()
})

async function work(key: string | undefined, body: Work, { by = biller, where = 'here' } = {}) {
  const answer = await fetch(`${server.url}/act/${where}`, {
    method: 'POST',
    headers: {
      ...by.headers,
      'content-type': 'application/json',
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    body: JSON.stringify(body),
  })
  return { status: answer.status, text: await answer.text() }
}

async function worked(): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from work`.execute(database.db)
  return rows[0]?.n ?? 0
}

describe('an Idempotency-Key', () => {
  it('makes twenty requests at the same time one: the others replay or wait', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => work('same', { value: 'a', slowMs: 100 })),
    )
    expect(await worked()).toBe(1)
    const first = answers.find(({ status }) => status === 201)
    for (const answer of answers) {
      if (answer.status === 201) expect(answer).toEqual(first)
      else expect([answer.status, answer.text]).toEqual([409, expect.stringMatching('request_in_progress')])
    }
    const replays = await Promise.all(
      Array.from({ length: 20 }, () => work('same', { value: 'a', slowMs: 100 })),
    )
    for (const replay of replays) expect(replay).toEqual(first)
    expect(await worked()).toBe(1)
  })

  it('refuses another body, and the same body to another address', async () => {
    await work('key', { value: 'a' })
    for (const other of [{ value: 'b' }, { where: 'there' }]) {
      const { status, text } = await work('key', { value: other.value ?? 'a' }, other)
      expect([status, text]).toEqual([422, expect.stringMatching('idempotency_key_reused')])
    }
    expect(await worked()).toBe(1)
  })

  it('belongs to its provider', async () => {
    const other = await newBiller(database)
    expect((await work('key', { value: 'a' })).status).toBe(201)
    expect((await work('key', { value: 'b' }, { by: other })).status).toBe(201)
    expect(await worked()).toBe(2)
  })

  it('stores nothing of a refused request: the key can be tried again', async () => {
    expect((await work('key', { value: 'a', fails: true })).status).toBe(409)
    expect(await worked()).toBe(0)
    expect((await work('key', { value: 'b' })).status).toBe(201)
  })

  it('must have 1 to 255 characters', async () => {
    expect((await work('k'.repeat(255), { value: 'a' })).status).toBe(201)
    for (const key of ['', 'k'.repeat(256)]) {
      const { status, text } = await work(key, { value: 'a' })
      expect(status).toBe(400)
      expect(JSON.parse(text).errors[0].pointer).toBe('/headers/idempotency-key')
    }
  })

  it('is forgotten after 24 hours, purged or not', async () => {
    const age = (hours: number) =>
      sql`update idempotent_answer set created_at = now() - make_interval(hours => ${hours})
        where provider_id = ${biller.provider.id}`.execute(database.db)
    await work('key', { value: 'a' })
    await age(23)
    expect((await work('key', { value: 'b' })).status).toBe(422)
    expect(await purgeIdempotentAnswers(database.db)).toBe(0)
    await age(25)
    expect((await work('key', { value: 'b' })).status).toBe(201)
    expect(await work('key', { value: 'b' })).toMatchObject({ status: 201 })
    await age(25)
    expect(await purgeIdempotentAnswers(database.db)).toBe(1)
  })

  it('is not needed', async () => {
    await work(undefined, { value: 'a' })
    await work(undefined, { value: 'a' })
    expect(await worked()).toBe(2)
  })
})
