import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { restoreBackup } from '../gateway/src/commands/backup/restore.ts'
import { writeBackup } from '../gateway/src/commands/backup/write.ts'
import { insertEvent, nextEventId } from '../gateway/src/event/index.ts'
import { transact } from '../gateway/src/platform/db/transaction.ts'
import { createTestDatabase } from '../gateway/testing/database.ts'
import { basic, startTestGateway, type TestGateway } from '../gateway/testing/gateway.ts'
import { bill, createLink, createLinks, eventsAfter, pay, search, statusOf } from './support/bill.ts'
import { expectSoundBooks } from './support/books.ts'
import { pollEvents, pollSearch, pollSequence, readStream } from './support/readers.ts'
import { openStream } from './support/stream.ts'

const writers = 8
const paymentsEach = 20

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway({ connections: 30 })
})
afterAll(() => gateway?.close())

/**
 * Makes every transaction dawdle: before its event id is taken, so that work begun first is numbered last, and
 * after, so that it is open for long with its number. `naive` is numbered when the work begins.
 */
async function dawdle(): Promise<void> {
  await gateway.database.pool.query(`
    create table naive (id bigint generated always as identity primary key);
    create function dawdle() returns trigger language plpgsql as $$
    begin
      if tg_table_name = 'payment_link' then insert into naive default values; end if;
      perform pg_sleep(random() * 0.05);
      return new;
    end
    $$;
    create trigger dawdle_before before update of open_amount on payment_link for each row execute function dawdle();
    create trigger dawdle_after before insert on event for each row execute function dawdle();`)
}

/** Pays its links one after the other, over HTTP. */
async function payAll(tokens: string[]): Promise<void> {
  for (const token of tokens) await pay(gateway.api, token)
}

/** A long transaction that takes its event id late and keeps it for a while, again and again. */
async function tellSlowly(times: number): Promise<void> {
  const { platform, provider } = gateway
  for (let told = 0; told < times; told++) {
    await transact(platform.db, async (tx) => {
      await sql`select pg_sleep(random() * 0.1)`.execute(tx)
      const id = await nextEventId(tx, provider.id)
      await sql`select pg_sleep(random() * 0.02)`.execute(tx)
      await insertEvent(tx, provider.id, id, 'link.updated', new Date(), { links: [] })
    })
  }
}

describe(`${writers} writers that commit out of order`, () => {
  it('stream, poll and search miss nothing; a cursor by sequence does', { timeout: 900_000 }, async () => {
    await dawdle()
    let over = false
    const isOver = () => over
    const readers = {
      streams: [readStream(gateway, isOver), readStream(gateway, isOver)],
      polls: pollEvents(gateway, isOver),
      searches: [pollSearch(gateway, isOver), pollSearch(gateway, isOver, '&limit=7')],
    }
    const naive = pollSequence(gateway, isOver)
    // The control loses rows by chance, though almost every time: more rounds until it has.
    for (let rounds = 1; rounds <= 10; rounds++) {
      await Promise.all([
        ...Array.from({ length: writers }, async () => {
          const links = await createLinks(
            gateway.api,
            Array.from({ length: paymentsEach }, () => bill({ amount: 2 })),
          )
          await payAll(links.map((link) => link.token))
        }),
        tellSlowly(paymentsEach),
        tellSlowly(paymentsEach),
      ])
      if (await hasLost(naive.seen)) break
    }
    over = true
    await Promise.all(
      [...readers.streams, readers.polls, ...readers.searches, naive].map((reader) => reader.done),
    )

    expect(await hasLost(naive.seen)).toBe(true)
    const { rows: events } = await gateway.database.pool.query<{ id: bigint }>(
      'select id from event order by id',
    )
    const ids = events.map((event) => String(event.id))
    for (const reader of [...readers.streams, readers.polls])
      expect(reader.seen.map((event) => event.id)).toEqual(ids)
    const paid = await search(gateway.api)
    expect(paid.length).toBeGreaterThanOrEqual(writers * paymentsEach)
    for (const reader of readers.searches) expect(reader.seen).toEqual(paid)
    await expectSoundBooks(gateway.platform.db)
  })

  it('events of one payer come in order', async () => {
    const { userId } = bill()
    const { token } = await createLink(gateway.api, { userId, operationId: 1 })
    await createLink(gateway.api, { userId, operationId: 1, amount: 50 })
    await pay(gateway.api, token)
    const own = (await eventsAfter(gateway.api)).filter((event) => JSON.stringify(event.data).includes(token))
    expect(own.map((event) => event.type)).toEqual(['link.created', 'link.updated', 'payment.succeeded'])
  })
})

/** Whether there are rows before the last one seen that were not: what is behind it may still be read. */
async function hasLost(seen: readonly bigint[]): Promise<boolean> {
  const { rows } = await gateway.database.pool.query<{ count: number }>(
    'select count(*)::int as count from naive where id <= $1',
    [seen.at(-1) ?? 0n],
  )
  return (rows[0]?.count ?? 0) > seen.length
}

describe('after a restore from a dump', () => {
  it('a client that had seen more than the dump holds misses nothing of what comes now', {
    timeout: 300_000,
  }, async () => {
    const first = await startTestGateway()
    const kept = await createLink(first.api)
    await pay(first.api, kept.token)
    const folder = await mkdtemp(join(tmpdir(), 'bg-restore-'))
    const file = join(folder, 'backup.gz')
    await writeBackup(first.database.url, file, () => undefined)
    // The client books these, and then they are lost with the database.
    const lost = await createLinks(first.api, [bill(), bill(), bill()])
    for (const { token } of lost) await pay(first.api, token)
    const cursor = (await eventsAfter(first.api)).at(-1)?.id ?? ''
    const lastPoll = Math.floor(Date.now() / 1000)
    const { credentials } = first
    await first.close()

    const database = await createTestDatabase()
    await restoreBackup(database, file, () => undefined)
    const second = await startTestGateway({ database })
    const call = { credentials }
    const stream = await openStream(`${second.url}/pay/v1/events/stream`, {
      authorization: basic(credentials),
      'last-event-id': cursor,
    })
    expect((await statusOf(second.api, kept.token, call)).status).toBe('paid')
    const links = await createLinks(second.api, [bill(), bill()], call)
    for (const { token } of links) await pay(second.api, token, {}, call)
    const polled = await eventsAfter(second.api, cursor, call)
    expect(polled.map((event) => event.type)).toEqual([
      'link.created',
      'payment.succeeded',
      'payment.succeeded',
    ])
    expect([await stream.next(), await stream.next(), await stream.next()]).toEqual(polled)
    stream.close()
    const rows = await search(second.api, `fromDate=${lastPoll - 1}`, call)
    expect(rows.map((row) => row.token)).toEqual(expect.arrayContaining(links.map((link) => link.token)))
    await expectSoundBooks(database.db)
    await second.close()
    await database.drop()
    await rm(folder, { recursive: true })
  })
})
