import type { BulkResult } from '@bill-gateway/contract'
import { type Bill, pairOf } from './bill.ts'
import type { Line } from './lines.ts'

export type LineError = Extract<BulkResult, { error: unknown }>['error']

/** A line that was read: a bill, or why it is none. */
export type Entry = { line: number; bill: Bill } | { line: number; error: LineError }

/** Lines that are stored in one transaction. */
export interface Batch {
  entries: Entry[]
  /** The pairs that it names, none of them twice. */
  pairs: Set<string>
}

/** How long an incomplete batch waits for more lines: a caller may want answers before it sends on. */
const lingerMs = 5

/**
 * Gathers lines into batches in their order. A line that names a pair again starts the next batch.
 *
 * @param read undefined for a line that is to be skipped
 * @param linesMax lines of one batch
 */
export async function* batchesOf(
  arrivals: AsyncGenerator<Line[]>,
  read: (line: Line) => Entry | undefined,
  linesMax: number,
): AsyncGenerator<Batch, void> {
  let batch: Batch = { entries: [], pairs: new Set() }
  const take = (): Batch => {
    const full = batch
    batch = { entries: [], pairs: new Set() }
    return full
  }
  for (;;) {
    const arrival = arrivals.next()
    if (batch.entries.length > 0 && !(await settlesWithin(arrival, lingerMs))) yield take()
    const { done, value: lines } = await arrival
    if (done) break
    for (const line of lines) {
      const entry = read(line)
      if (!entry) continue
      const pair = 'bill' in entry ? pairOf(entry.bill) : undefined
      const repeated = pair !== undefined && batch.pairs.has(pair)
      if (repeated || batch.entries.length === linesMax) yield take()
      batch.entries.push(entry)
      if (pair !== undefined) batch.pairs.add(pair)
    }
  }
  if (batch.entries.length > 0) yield take()
}

function settlesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms)
    const settled = () => {
      clearTimeout(timer)
      resolve(true)
    }
    promise.then(settled, settled)
  })
}
