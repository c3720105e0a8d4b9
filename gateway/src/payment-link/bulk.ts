import { isUtf8 } from 'node:buffer'
import { type BulkResult, validationTitle } from '@bill-gateway/contract'
import { transact } from '../platform/db/transaction.ts'
import { apiErrorOf } from '../platform/http/errors.ts'
import type { Platform } from '../platform/platform.ts'
import type { Access } from '../provider/index.ts'
import { addressOf } from './answer.ts'
import { type Batch, batchesOf, type Entry, type LineError } from './batches.ts'
import type { Bill } from './bill.ts'
import { countLinks, createLinks } from './create.ts'
import { type Line, linesOf } from './lines.ts'
import type { Answered } from './plan.ts'
import { readItem } from './read-items.ts'

const lineBytesMax = 64 * 1024
/** A commit for each hundred would cost a third of the speed. */
const batchLinesMax = 400
/** While the database writes one batch the next is read; more than a few gain nothing. */
const batchesInFlightMax = 3

/**
 * Makes links from lines of JSON and yields the answers, one line each, in order. It reads no further than it
 * can hand on: whoever stops taking answers stops the work. Each batch is one transaction, so an upload that
 * breaks off has stored whole batches, a first part of the lines.
 *
 * @param ended no batch is begun after it
 */
export async function* createLinksInBulk(
  platform: Platform,
  access: Access,
  input: AsyncIterable<Buffer>,
  ended: AbortSignal,
): AsyncGenerator<string> {
  const batches = batchesOf(
    linesOf(input, lineBytesMax),
    (line) => readLine(access.provider, line),
    batchLinesMax,
  )
  const running: Running[] = []
  let arrival: Promise<IteratorResult<Batch, void>> | undefined = nextOf(batches)
  while (true) {
    const oldest = running[0]
    const waits = !arrival || running.length === batchesInFlightMax
    if (oldest && (waits || (arrival && (await settlesFirst(oldest.answer, arrival))))) {
      running.shift()
      yield await oldest.answer
      continue
    }
    if (!arrival) return
    const { done, value: batch } = await arrival
    arrival = undefined
    if (done) continue
    if (ended.aborted) return
    running.push(start(platform, access, batch, running))
    arrival = nextOf(batches)
  }
}

/** A batch that is being stored. */
interface Running {
  pairs: Set<string>
  /** Lines of JSON; never rejects. */
  answer: Promise<string>
}

/** A batch waits for those before it that name one of its pairs: the later line must win. */
function start(platform: Platform, access: Access, batch: Batch, running: readonly Running[]): Running {
  const pairs = [...batch.pairs]
  const before = running.filter((other) => pairs.some((pair) => other.pairs.has(pair)))
  const answer = Promise.all(before.map((other) => other.answer)).then(() =>
    answerBatch(platform, access, batch),
  )
  return { pairs: batch.pairs, answer }
}

async function answerBatch(platform: Platform, access: Access, batch: Batch): Promise<string> {
  const bills = batch.entries.flatMap((entry) => ('bill' in entry ? [entry.bill] : []))
  const stored = await storeBatch(platform, access, bills)
  let place = 0
  const results = batch.entries.map((entry): BulkResult => {
    if ('error' in entry) return entry
    if (!Array.isArray(stored)) return { line: entry.line, error: stored }
    const answered = stored[place++]
    if (!answered) throw new Error('a line without an answer')
    return { line: entry.line, ...addressOf(platform.settings, answered) }
  })
  return results.map((result) => `${JSON.stringify(result)}\n`).join('')
}

async function storeBatch(
  platform: Platform,
  { provider }: Access,
  bills: readonly Bill[],
): Promise<Answered[] | LineError> {
  if (bills.length === 0) return []
  const options = { lmsPlugin: false, shortCodes: true }
  try {
    const done = await transact(platform.db, (tx) => createLinks(tx, provider, bills, options))
    countLinks(done)
    return done.answers
  } catch (error) {
    const known = apiErrorOf(error instanceof Error ? error : new Error(String(error)))
    platform.log.error({ err: error }, 'a batch of a bulk upload was not stored')
    return { code: known.code, title: known.message }
  }
}

function readLine(provider: Access['provider'], { number: line, bytes }: Line): Entry | undefined {
  if (bytes === null) {
    const title = `The line is longer than ${lineBytesMax} bytes`
    return { line, error: { code: 'body_too_large', title } }
  }
  const text = isUtf8(bytes) ? bytes.toString() : '\0'
  if (text.trim() === '') return undefined
  let item: unknown
  try {
    item = JSON.parse(text)
  } catch {
    return { line, error: { code: 'malformed_json', title: 'The line is not JSON' } }
  }
  const read = readItem(provider, item)
  if (!Array.isArray(read)) return { line, bill: read }
  return { line, error: { code: 'validation_failed', title: validationTitle, errors: read } }
}

function nextOf(batches: AsyncGenerator<Batch, void>): Promise<IteratorResult<Batch, void>> {
  const arrival = batches.next()
  // Where the caller goes away nobody waits for it any more.
  arrival.catch(() => undefined)
  return arrival
}

function settlesFirst(promise: Promise<unknown>, other: Promise<unknown>): Promise<boolean> {
  const second = () => false
  return Promise.race([promise.then(() => true), other.then(second, second)])
}
