import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'
import { type OpenedStream, openEventStream } from '../../testing/event-stream.ts'
import { type Biller, newBiller, type RoomServer, startRooms } from '../../testing/rooms.ts'
import { transact } from '../platform/db/transaction.ts'
import { metrics } from '../platform/metrics.ts'
import { createKey, revokeKey, updateProvider } from '../provider/index.ts'
import { eventRoutes, fetchedId, recordEvent } from './index.ts'

let database: TestDatabase
let server: RoomServer
let biller: Biller
const opened: OpenedStream[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startRooms(database, (platform) => [
    eventRoutes(platform, { heartbeatMs: 500, readerStuckMs: 5_000 }),
  ])
})
beforeEach(async () => {
  biller = await newBiller(database)
})
afterEach(async () => {
  for (const stream of opened.splice(0)) await stream.close()
})
afterAll(async () => {
  await server.close()
  await database.drop()
})

async function open(headers: Record<string, string> = {}, query = '', on = server): Promise<OpenedStream> {
  const stream = await openEventStream(on.url, { ...biller.headers, ...headers }, query)
  opened.push(stream)
  return stream
}

async function record(count = 1): Promise<string[]> {
  const ids: string[] = []
  for (let n = 0; n < count; n++) {
    const links = [{ token: 't', userId: 'u', operationId: null, amount: 1, title: 'FV\n"1"' }]
    const id = await transact(database.db, (tx) =>
      recordEvent(tx, biller.provider.id, 'link.created', new Date(), { links }),
    )
    ids.push(String(id))
  }
  return ids
}
const idsOf = (events: { id: string }[]) => events.map(({ id }) => id)
const lastEventId = (id: string | undefined) => ({ 'last-event-id': id ?? '' })

async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(20)
}

describe('the event stream', () => {
  it('starts now, and gives each event on one line with id and type', async () => {
    await record(2)
    const stream = await open()
    expect(stream.response.status).toBe(200)
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(stream.response.headers.get('cache-control')).toBe('no-store, no-transform')
    const ids = await record(2)
    const events = await stream.take(2)
    expect(idsOf(events)).toEqual(ids)
    expect(events[0]).toMatchObject({ type: 'link.created', event: { id: ids[0], test: true } })
    expect(stream.text()).toMatch(/^retry: \d+\n\n/)
    expect(stream.text()).toContain(`id: ${ids[0]}\nevent: link.created\ndata: {"id":"${ids[0]}",`)
  })

  it('resumes after the Last-Event-ID without loss, from any point', async () => {
    const ids = await record(120)
    for (const from of [0, 49, 50, 99, 118]) {
      const stream = await open(lastEventId(ids[from]))
      expect(idsOf(await stream.take(119 - from))).toEqual(ids.slice(from + 1))
    }
    const all = await open(lastEventId('0'))
    expect(idsOf(await all.take(120))).toEqual(ids)
    const byQuery = await open({}, `?lastEventId=${ids[117]}`)
    expect(idsOf(await byQuery.take(2))).toEqual(ids.slice(118))
    const byHeader = await open(lastEventId(ids[118]), '?lastEventId=0')
    expect(idsOf(await byHeader.take(1))).toEqual(ids.slice(119))
  })

  it('loses nothing over broken connections', async () => {
    const writing = record(60)
    const seen: string[] = []
    while (seen.length < 60) {
      const stream = await open(lastEventId(seen.at(-1) ?? '0'))
      seen.push(...idsOf(await stream.take(Math.min(7, 60 - seen.length))))
      await stream.close()
    }
    expect(seen).toEqual(await writing)
  })

  it('refuses what is no id, what is too old, and who has no key', async () => {
    const answers = [
      await open(lastEventId('abc')),
      await open(lastEventId('1234567890123456789')),
      await open({}, '?lastEventId=-1'),
      await open(lastEventId('7')),
      await open({ authorization: 'Basic eDp5' }),
    ]
    expect(answers.map(({ response }) => response.status)).toEqual([400, 400, 400, 410, 401])
    for (const { response } of answers) {
      expect(response.headers.get('content-type')).toMatch('application/problem+json')
    }
    const head = await fetch(`${server.url}/pay/v1/events/stream`, {
      method: 'HEAD',
      headers: biller.headers,
    })
    expect(head.status).toBe(405)
  })

  it('shows a sign of life when nothing happens', async () => {
    const stream = await open()
    const reading = stream.ended().catch(() => undefined)
    await eventually(async () => stream.text().split('\n: ').length > 2)
    await stream.close()
    await reading
  })

  it('marks as fetched what it has sent', async () => {
    const stream = await open()
    const ids = await record(3)
    await stream.take(3)
    await eventually(async () => String(await fetchedId(database.db, biller.provider.id)) === ids[2])
  })
})

describe('an open stream ends', () => {
  it('when its key is revoked, and no other of the provider does', async () => {
    const other = await createKey(database.db, biller.provider.id)
    const authorization = `Basic ${Buffer.from(`${other.apiKey}:${other.apiSecret}`).toString('base64')}`
    const [revoked, kept] = [await open(), await open({ authorization })]
    await revokeKey(database.db, biller.provider.id, biller.key.apiKey)
    expect(await revoked.ended()).toEqual([])
    const ids = await record(1)
    expect(idsOf(await kept.take(1))).toEqual(ids)
  })

  it('when its provider is disabled', async () => {
    const streams = [await open(), await open()]
    await updateProvider(database.db, biller.provider.id, { disabled: true })
    for (const stream of streams) expect(await stream.ended()).toEqual([])
  })

  it('when the server closes, which waits for nobody', async () => {
    const closing = await startRooms(database, (platform) => [eventRoutes(platform)])
    const streams = await Promise.all(Array.from({ length: 12 }, () => open({}, '', closing)))
    const ids = await record(1)
    for (const stream of streams) expect(idsOf(await stream.take(1))).toEqual(ids)
    const stuck = await openRaw(closing)
    await closing.close()
    for (const stream of streams) expect(await stream.ended()).toEqual([])
    stuck.destroy()
  })
})

/** A reader that asks for everything and takes nothing. */
async function openRaw(on: RoomServer): Promise<Socket> {
  const { hostname, port } = new URL(on.url)
  const socket = connect(Number(port), hostname)
  // A server that closes resets it.
  socket.on('error', () => undefined)
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.pause()
  socket.write(
    `GET /pay/v1/events/stream HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: ${biller.headers.authorization}\r\nLast-Event-ID: 0\r\n\r\n`,
  )
  return socket
}

describe('a slow reader', () => {
  const count = 600
  const largeEvents = () =>
    sql`insert into event (provider_id, id, type, at, data)
      select ${biller.provider.id}, ${BigInt(Date.now()) * 1000n}::bigint + n, 'link.created', now(),
        jsonb_build_object('links', '[]'::jsonb, 'filler', repeat('x', 50000))
      from generate_series(1, ${count}) as n`.execute(database.db)
  const openStreams = async () => (await metrics.openStreams.get()).values[0]?.value
  const unfetched = async () => {
    const fetched = await fetchedId(database.db, biller.provider.id)
    const { rows } = await sql<{ left: number }>`select count(*)::int as left from event
      where provider_id = ${biller.provider.id} and id > ${fetched}`.execute(database.db)
    return rows[0]?.left ?? 0
  }

  it('is given no more than it takes, and is cut off when it takes nothing', async () => {
    await largeEvents()
    const socket = await openRaw(server)
    await eventually(async () => (await unfetched()) < count)
    await eventually(async () => (await openStreams()) === 0)
    expect(await unfetched()).toBeGreaterThan(0)
    socket.destroy()
  })

  it('gets everything where it only takes its time', async () => {
    await largeEvents()
    const stream = await open(lastEventId('0'))
    const seen: string[] = []
    while (seen.length < count) {
      seen.push(...idsOf(await stream.take(Math.min(50, count - seen.length))))
      await sleep(20)
    }
    expect(new Set(seen).size).toBe(count)
    await eventually(async () => (await unfetched()) === 0)
  })
})
