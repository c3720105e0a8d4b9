import { setTimeout as sleep } from 'node:timers/promises'
import type { EventPage } from '@bill-gateway/contract'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'
import { openEventStream } from '../../testing/event-stream.ts'
import { until } from '../../testing/payments.ts'
import { type Biller, newBiller, type RoomServer, startRooms } from '../../testing/rooms.ts'
import { type Tx, transact } from '../platform/db/transaction.ts'
import { awaitRecorded, eventRoutes, nextEventId, recordEvent } from './index.ts'

let database: TestDatabase
let server: RoomServer
const databases: TestDatabase[] = []

beforeEach(async () => {
  database = await createTestDatabase({ connections: 16 })
  databases.push(database)
  server = await startRooms(database, (platform) => [eventRoutes(platform)])
})
afterEach(async () => server.close())
afterAll(async () => {
  for (const used of databases) await used.drop()
})

const linkEvent = (title: string) => ({
  links: [{ token: 't', userId: 'u', operationId: null, amount: 1, title }],
})

/** How something is recorded in a transaction, and what a reader that has passed a cursor is given next. */
interface Way {
  record(tx: Tx, biller: Biller, title: string): Promise<unknown>
  readAfter(biller: Biller, cursor: bigint): Promise<{ id: bigint; title: string }[]>
}

const eventCursor: Way = {
  record: (tx, { provider }, title) =>
    recordEvent(tx, provider.id, 'link.created', new Date(), linkEvent(title)),
  async readAfter({ headers }, cursor) {
    const { status, text } = await server.call(`/pay/v1/events?after=${cursor}`, { headers })
    expect(status).toBe(200)
    const page = JSON.parse(text) as EventPage
    return page.events.map((event) => ({ id: BigInt(event.id), title: titleOf(event) }))
  },
}

/** Ids out of a sequence, given when the row is written. */
const naiveCursor: Way = {
  async record(tx, { provider }, title) {
    await sql`insert into naive_event (provider_id, title) values (${provider.id}, ${title})`.execute(tx)
  },
  async readAfter({ provider }, cursor) {
    const { rows } = await sql<{ id: bigint; title: string }>`
      select id, title from naive_event where provider_id = ${provider.id} and id > ${cursor} order by id`.execute(
      database.db,
    )
    return rows
  },
}

function titleOf(event: EventPage['events'][number]): string {
  return event.type === 'link.created' ? (event.data.links[0]?.title ?? '') : event.type
}

const eventsPerWriter = 25

/** Transactions of every length: some work long before they record, some commit long after. */
async function write(way: Way, biller: Biller, writer: number): Promise<string[]> {
  const titles = Array.from({ length: eventsPerWriter }, (_, n) => `${writer}/${n}`)
  for (const [n, title] of titles.entries()) {
    await transact(database.db, async (tx) => {
      await sql`select 1`.execute(tx)
      await sleep((n + writer) % 5 === 0 ? 30 : Math.random() * 4)
      await way.record(tx, biller, title)
      await sleep((n + writer) % 7 === 0 ? 20 : Math.random() * 4)
    })
  }
  return titles
}

/** Reads until the writers are done and nothing more comes. */
async function read(
  way: Way,
  biller: Biller,
  isDone: () => boolean,
): Promise<{ id: bigint; title: string }[]> {
  const seen: { id: bigint; title: string }[] = []
  while (true) {
    const wasDone = isDone()
    const more = await way.readAfter(biller, seen.at(-1)?.id ?? 0n)
    seen.push(...more)
    if (wasDone && more.length === 0) return seen
    await sleep(1)
  }
}

/** Eight writers, five of them of one provider, while every provider's reader polls. */
async function writeAndRead(way: Way) {
  const billers = [await newBiller(database), await newBiller(database)]
  const writers = Array.from({ length: 8 }, (_, n) => ({ n, biller: billers[n < 5 ? 0 : 1] as Biller }))
  let done = false
  const reading = billers.map((biller) => read(way, biller, () => done))
  const streams = await Promise.all(
    billers.map((biller) => openEventStream(server.url, { ...biller.headers, 'last-event-id': '0' })),
  )
  const written = await Promise.all(
    writers.map(async ({ n, biller }) => ({ biller, titles: await write(way, biller, n) })),
  )
  done = true
  const results = []
  for (const [i, biller] of billers.entries()) {
    const titles = written.flatMap((writer) => (writer.biller === biller ? writer.titles : []))
    results.push({ titles, polled: (await reading[i]) ?? [], stream: streams[i] as (typeof streams)[number] })
  }
  return results
}

const ascending = (ids: bigint[]) => ids.every((id, n) => n === 0 || id > (ids[n - 1] ?? 0n))

describe('a reader beside eight writers that commit out of order', () => {
  it('misses nothing and sees everything in order, polling and streaming', async () => {
    for (const { titles, polled, stream } of await writeAndRead(eventCursor)) {
      expect(polled.map(({ title }) => title).sort()).toEqual([...titles].sort())
      expect(ascending(polled.map(({ id }) => id))).toBe(true)
      const streamed = await stream.take(titles.length)
      expect(streamed.map(({ id }) => BigInt(id))).toEqual(polled.map(({ id }) => id))
      expect(streamed.map(({ event }) => titleOf(event))).toEqual(polled.map(({ title }) => title))
      await stream.close()
      for (const writer of new Set(titles.map((title) => title.split('/')[0]))) {
        const order = polled.flatMap(({ title }) =>
          title.split('/')[0] === writer ? [Number(title.split('/')[1])] : [],
        )
        expect(order).toEqual(order.toSorted((a, b) => a - b))
      }
    }
  })

  it('would miss rows by a naive cursor: this test can tell', async () => {
    await sql`create table naive_event (id bigint generated always as identity primary key, provider_id int, title text)`.execute(
      database.db,
    )
    let missed = 0
    for (const { titles, polled, stream } of await writeAndRead(naiveCursor)) {
      missed += titles.length - polled.length
      await stream.close()
    }
    expect(missed).toBeGreaterThan(0)
  })
})

/** What waits, and what ends the waiting. */
function gate(): [Promise<void>, () => void] {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return [opened, open]
}

describe('awaitRecorded', () => {
  it('waits for those who hold an id, and for nobody else', async () => {
    const { provider } = await newBiller(database)
    const other = await newBiller(database)
    const [held, hold] = gate()
    const [released, release] = gate()
    let isRecorded = false
    const writing = transact(database.db, async (tx) => {
      await nextEventId(tx, provider.id)
      hold()
      await released
      isRecorded = true
    })
    await held
    await awaitRecorded(database.db, other.provider.id)
    const seen = awaitRecorded(database.db, provider.id).then(() => isRecorded)
    await until(async () => {
      const { rows } = await sql<{ n: number }>`select count(*)::int as n from pg_locks
        where locktype = 'advisory' and not granted
          and database = (select oid from pg_database where datname = current_database())`.execute(
        database.db,
      )
      return rows[0]?.n === 1
    })
    release()
    expect(await seen).toBe(true)
    await writing
  })
})

describe('event ids', () => {
  const record = (biller: Biller) =>
    transact(database.db, (tx) =>
      recordEvent(tx, biller.provider.id, 'link.created', new Date(), linkEvent('x')),
    )

  it('go on growing after the database is put back to an older state', async () => {
    const biller = await newBiller(database)
    const before = await record(biller)
    const lost = [await record(biller), await record(biller)]
    await sql`delete from event where id > ${before}`.execute(database.db)
    const restored = await record(biller)
    expect(ascending([before, ...lost, restored])).toBe(true)
    await sql`truncate event`.execute(database.db)
    expect(await record(biller)).toBeGreaterThan(restored)
  })

  it('go on growing while the server’s clock is put back', async () => {
    const biller = await newBiller(database)
    const future = BigInt(Date.now() + 3_600_000) * 1000n
    await sql`insert into event (provider_id, id, type, at, data)
      values (${biller.provider.id}, ${future}, 'link.created', now(), '{"links": []}')`.execute(database.db)
    expect(await record(biller)).toBe(future + 1n)
  })

  it('are microseconds of the real clock', async () => {
    const biller = await newBiller(database)
    const earliest = BigInt(Date.now() - 1000) * 1000n
    const id = await record(biller)
    expect(id).toBeGreaterThan(earliest)
    expect(id).toBeLessThan(BigInt(Date.now() + 1000) * 1000n)
  })
})
