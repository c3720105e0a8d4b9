import type { Pool } from 'pg'

/** Reads what there is of some keys; a key without a value is absent from the answer. */
export type ReadMany<Value> = (pool: Pool, keys: string[]) => Promise<ReadonlyMap<string, Value>>

/** Statements of one kind that run at the same time. A second one, so that a slow one does not hold up all. */
const runningMax = 2
const keysMax = 100

interface Waiting<Value> {
  resolve(value: Value | undefined): void
  reject(error: unknown): void
}

interface Lane<Value> {
  waiting: Map<string, Waiting<Value>[]>
  running: number
  scheduled: boolean
}

/**
 * Look-ups that come together go together: what is asked for while statements of the kind are running, or in the
 * same turn of the event loop, is read by one statement. Under load that halves the work of a look-up; without
 * load nobody waits. Nothing is kept: every look-up is answered from a statement that began after it was asked.
 *
 * A statement that fails fails all its look-ups, so keys must be valid before they come here.
 */
export function gather<Value>(
  readMany: ReadMany<Value>,
): (pool: Pool, key: string) => Promise<Value | undefined> {
  const lanes = new WeakMap<Pool, Lane<Value>>()
  return (pool, key) => {
    let lane = lanes.get(pool)
    if (!lane) {
      lane = { waiting: new Map(), running: 0, scheduled: false }
      lanes.set(pool, lane)
    }
    const { waiting } = lane
    const answer = new Promise<Value | undefined>((resolve, reject) => {
      const same = waiting.get(key)
      if (same) same.push({ resolve, reject })
      else waiting.set(key, [{ resolve, reject }])
    })
    schedule(pool, lane, readMany)
    return answer
  }
}

function schedule<Value>(pool: Pool, lane: Lane<Value>, readMany: ReadMany<Value>): void {
  if (lane.scheduled || lane.running >= runningMax || lane.waiting.size === 0) return
  lane.scheduled = true
  setImmediate(() => {
    lane.scheduled = false
    const batch = [...lane.waiting].slice(0, keysMax)
    for (const [key] of batch) lane.waiting.delete(key)
    lane.running += 1
    void answerBatch(pool, batch, readMany).finally(() => {
      lane.running -= 1
      schedule(pool, lane, readMany)
    })
    schedule(pool, lane, readMany)
  })
}

async function answerBatch<Value>(
  pool: Pool,
  batch: [key: string, waiting: Waiting<Value>[]][],
  readMany: ReadMany<Value>,
): Promise<void> {
  try {
    const values = await readMany(
      pool,
      batch.map(([key]) => key),
    )
    for (const [key, waiting] of batch) for (const { resolve } of waiting) resolve(values.get(key))
  } catch (error) {
    for (const [, waiting] of batch) for (const { reject } of waiting) reject(error)
  }
}
