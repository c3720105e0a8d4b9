import type { EventPage } from '@bill-gateway/contract'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'
import { type Biller, newBiller, type RoomServer, startRooms } from '../../testing/rooms.ts'
import { transact } from '../platform/db/transaction.ts'
import { eventRoutes, fetchedId, markFetched, purgeEvents, recordEvent } from './index.ts'

let database: TestDatabase
let server: RoomServer
let biller: Biller

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startRooms(database, (platform) => [eventRoutes(platform)])
})
beforeEach(async () => {
  biller = await newBiller(database)
})
afterAll(async () => {
  await server.close()
  await database.drop()
})

const dayMicroseconds = 86_400_000_000n
const daysAgo = (days: number) => BigInt(Date.now()) * 1000n - BigInt(days) * dayMicroseconds

async function record(count: number, by = biller): Promise<bigint[]> {
  return transact(database.db, async (tx) => {
    const ids = []
    for (let n = 0; n < count; n++) {
      const links = [{ token: 't', userId: 'u', operationId: null, amount: 12.5, title: `FV ${n}` }]
      ids.push(await recordEvent(tx, by.provider.id, 'link.created', new Date(), { links }))
    }
    return ids
  })
}

async function insertOld(id: bigint): Promise<void> {
  await sql`insert into event (provider_id, id, type, at, data)
    values (${biller.provider.id}, ${id}, 'link.created', now(), '{"links": []}')`.execute(database.db)
}

async function poll(query = '', by = biller) {
  const { status, headers, text } = await server.call(`/pay/v1/events${query}`, { headers: by.headers })
  const page = JSON.parse(text) as EventPage & { code: string; errors: { pointer: string }[] }
  return { status, headers, page }
}
const idsOf = (page: EventPage) => page.events.map((event) => BigInt(event.id))

describe('polling', () => {
  it('gives every event as it was recorded, ids as text', async () => {
    const [id] = await record(1)
    const { status, headers, page } = await poll('?after=0')
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8'])
    expect(page).toEqual({
      events: [
        {
          id: String(id),
          type: 'link.created',
          at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
          test: true,
          data: { links: [{ token: 't', userId: 'u', operationId: null, amount: 12.5, title: 'FV 0' }] },
        },
      ],
      next: String(id),
    })
  })

  it('goes on where the last page ended, in pages of any size', async () => {
    const ids = await record(230)
    expect(idsOf((await poll()).page)).toEqual(ids.slice(0, 100))
    expect(idsOf((await poll('?limit=1000')).page)).toEqual(ids)
    for (const limit of [1, 99, 100, 101, 229, 230, 231]) {
      const { page } = await poll(`?after=0&limit=${limit}`)
      expect(idsOf(page)).toEqual(ids.slice(0, limit))
      expect(BigInt(page.next)).toBe(ids.slice(0, limit).at(-1))
    }
    const seen: bigint[] = []
    for (let next = '0', more = true; more; ) {
      const { page } = await poll(`?after=${next}&limit=70`)
      seen.push(...idsOf(page))
      next = page.next
      more = page.events.length > 0
    }
    expect(seen).toEqual(ids)
  })

  it('answers an empty page after the newest', async () => {
    expect((await poll('?after=0')).page).toEqual({ events: [], next: '0' })
    const [id] = await record(1)
    expect((await poll(`?after=${id}`)).page).toEqual({ events: [], next: String(id) })
  })

  it('shows a provider its own events only, and says which are live', async () => {
    await record(3)
    const other = await newBiller(database, { test: false })
    expect((await poll('?after=0', other)).page.events).toEqual([])
    await record(1, other)
    const { page } = await poll('?after=0', other)
    expect(page.events.map((event) => event.test)).toEqual([false])
  })

  it('refuses what is no cursor or limit, and names it', async () => {
    for (const [query, pointer] of [
      ['?after=abc', '/querystring/after'],
      ['?after=-1', '/querystring/after'],
      ['?after=1234567890123456789', '/querystring/after'],
      ['?after=1&after=2', '/querystring/after'],
      ['?after=', '/querystring/after'],
      ['?limit=0', '/querystring/limit'],
      ['?limit=1001', '/querystring/limit'],
      ['?limit=2.5', '/querystring/limit'],
    ] as const) {
      const { status, page } = await poll(query)
      expect([query, status, page.errors?.[0]?.pointer]).toEqual([query, 400, pointer])
    }
  })

  it('needs a key', async () => {
    expect((await server.call('/pay/v1/events')).status).toBe(401)
  })
})

describe('events that are no longer kept', () => {
  it('are deleted after 400 days, but for the provider’s newest', async () => {
    for (const days of [500, 450, 401, 399, 10]) await insertOld(daysAgo(days))
    const quiet = biller
    biller = await newBiller(database)
    for (const days of [600, 500]) await insertOld(daysAgo(days))
    expect(await purgeEvents(database.db)).toBe(4)
    expect((await poll('?after=0')).page.events).toHaveLength(1)
    expect((await poll('?after=0', quiet)).page.events).toHaveLength(2)
    expect(await purgeEvents(database.db)).toBe(0)
  })

  it('answer 410 to a cursor that may have missed some', async () => {
    const [old, newer] = [daysAgo(401), daysAgo(399)]
    await insertOld(old)
    await insertOld(newer)
    const [id] = await record(1)
    expect(idsOf((await poll(`?after=${old}`)).page)).toEqual([newer, id])
    await purgeEvents(database.db)
    const { status, page } = await poll(`?after=${old}`)
    expect([status, page.code]).toEqual([410, 'events_expired'])
    expect(idsOf((await poll(`?after=${newer}`)).page)).toEqual([id])
    expect(idsOf((await poll('?after=0')).page)).toEqual([newer, id])
  })

  it('do not shut out a reader of a provider that was silent for long', async () => {
    const last = daysAgo(450)
    await insertOld(daysAgo(460))
    await insertOld(last)
    await purgeEvents(database.db)
    expect((await poll(`?after=${last}`)).status).toBe(200)
    const [id] = await record(1)
    expect(idsOf((await poll(`?after=${last}`)).page)).toEqual([id])
  })
})

describe('what the provider has fetched', () => {
  const fetched = () => fetchedId(database.db, biller.provider.id)

  it('is everything up to the cursor of a poll, and never goes back', async () => {
    const [first = 0n, second = 0n, third = 0n] = await record(3)
    expect(await fetched()).toBe(0n)
    await poll('?after=0')
    expect(await fetched()).toBe(0n)
    await poll(`?after=${second}`)
    expect(await fetched()).toBe(second)
    await poll(`?after=${first}`)
    expect(await fetched()).toBe(second)
    await markFetched(database.db, biller.provider.id, third)
    expect(await fetched()).toBe(third)
  })

  it('is never more than there is, whatever the cursor', async () => {
    await poll('?after=999999999999999999')
    expect(await fetched()).toBe(0n)
    const [id] = await record(1)
    await poll('?after=999999999999999999')
    expect(await fetched()).toBe(id)
  })

  it('is written only where it moves', async () => {
    const [id] = await record(1)
    const version = async () => {
      const { rows } = await sql<{
        version: string
      }>`select xmin::text || xmax::text as version from event_fetch
        where provider_id = ${biller.provider.id}`.execute(database.db)
      return rows[0]?.version
    }
    await poll(`?after=${id}`)
    const before = await version()
    await poll(`?after=${id}`)
    expect(await version()).toBe(before)
  })

  it('is the greatest of what many mark at the same time', async () => {
    const ids = await record(20)
    await Promise.all(ids.toReversed().map((id) => markFetched(database.db, biller.provider.id, id)))
    expect(await fetched()).toBe(ids.at(-1))
  })
})
