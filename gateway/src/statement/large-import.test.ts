import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'
import { type Biller, newBiller } from '../../testing/rooms.ts'
import type { ImportAnswer, ImportOrder } from '../../testing/statements/import-endless.ts'
import { inWorker } from '../../testing/statements/in-worker.ts'

/** Entries of the file. The nightly form has 500,000, of some 200 bytes. */
const entries = Number(process.env.STATEMENT_ENTRIES ?? 4_000)
/** The code itself takes some 40; a file of the nightly form would take several hundred. */
const heapMegabytes = 64
const timeout = 1_800_000

let database: TestDatabase
let biller: Biller
beforeAll(async () => {
  database = await createTestDatabase()
  biller = await newBiller(database)
})
afterAll(() => database?.drop())

const bring = async (values: Partial<ImportOrder> = {}): Promise<ImportAnswer> => {
  const { url } = database
  const order = {
    format: 'mt940',
    entries,
    url,
    providerId: biller.provider.id,
    ...values,
  } satisfies ImportOrder
  const answer = await inWorker<ImportAnswer>('import-endless.ts', order, heapMegabytes)
  if (process.env.STATEMENT_ENTRIES) {
    const { bytes, milliseconds, heapMegabytes: heap } = answer
    console.info(JSON.stringify({ entries, bytes, milliseconds, heapMegabytes: heap }))
  }
  return answer
}
const stored = async () => {
  const { rows } = await sql<{ count: number; sum: bigint; waiting: number; staged: number }>`
    select count(*)::int as count, coalesce(sum(amount), 0)::bigint as sum,
      count(*) filter (where state = 'unknown')::int as waiting,
      (select count(*)::int from statement_line) as staged
    from statement_entry where provider_id = ${biller.provider.id}`.execute(database.db)
  return rows[0]
}
const sum = (BigInt(entries) * BigInt(entries + 1)) / 2n

it(
  'a file of any length is imported in little memory: all of it or nothing, and nothing twice',
  async () => {
    const cut = await bring({ part: 0.9 })
    expect(cut.statement).toEqual({ state: 'failed', entries: 0, entriesNew: 0 })
    expect(await stored()).toEqual({ count: 0, sum: 0n, waiting: 0, staged: 0 })

    const first = await bring()
    expect(first.statement).toMatchObject({ entries, entriesNew: entries })
    expect(first.progress.at(-1)).toEqual({ bytes: first.bytes, entries })
    expect(first.progress.length).toBeGreaterThanOrEqual(Math.ceil(entries / 1_000))
    expect(first.progress).toEqual(first.progress.toSorted((a, b) => a.bytes - b.bytes))
    expect(first.decided.at(-1)).toBe(entries)
    expect(await stored()).toEqual({ count: entries, sum, waiting: entries, staged: 0 })

    const known = await bring()
    expect(known.statement).toEqual({ state: 'done', entries, entriesNew: 0 })
  },
  timeout,
)
