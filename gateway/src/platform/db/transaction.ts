import { setTimeout as sleep } from 'node:timers/promises'
import { sql, type Transaction } from 'kysely'
import type { DB, Db } from './database.ts'

export type Tx = Transaction<DB>

/** SQLSTATEs after which the same work may simply be done again. */
const retryable = new Set(['40001', '40P01'])
const triesMax = 4

const topicsOf = new WeakMap<object, Set<string>>()

/**
 * Runs work in one transaction, again after a deadlock or serialization failure, so work may run more than
 * once and must do nothing outside the database. Signals given by {@link signal} go out after the commit.
 */
export async function transact<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    const topics = new Set<string>()
    try {
      const result = await db.transaction().execute((tx) => {
        topicsOf.set(tx, topics)
        return work(tx)
      })
      if (topics.size > 0) sendSignals(db, topics)
      return result
    } catch (error) {
      if (tried >= triesMax || !retryable.has(sqlState(error) ?? '')) throw error
      await sleep(Math.random() * 20 * tried)
    }
  }
}

/** Tells whoever waits for the topic, in any process, once this transaction has committed. */
export function signal(tx: Tx, topic: string): void {
  topicsOf.get(tx)?.add(topic)
}

export const signalChannel = 'bill_gateway'

/** Between two notifications of a process: under load they would cost more than what they save. */
const pauseMs = 20
const held = new WeakMap<Db, Set<string>>()

/**
 * Outside the transaction: NOTIFY inside would make all commits of the database wait for one another. A signal
 * only saves waiting (whoever waits looks again by itself within a second), so it may be late or lost, and
 * nobody waits until it is on disk.
 */
function sendSignals(db: Db, topics: Set<string>): void {
  const others = held.get(db)
  if (others) {
    for (const topic of topics) others.add(topic)
    return
  }
  held.set(db, new Set())
  setTimeout(() => {
    const next = held.get(db)
    held.delete(db)
    if (next && next.size > 0) sendSignals(db, next)
  }, pauseMs).unref()
  const sent = sql`select set_config('synchronous_commit', 'off', true), pg_notify(${signalChannel}, topic)
    from unnest(${[...topics]}::text[]) as topic`.execute(db)
  sent.catch(() => undefined)
}

export function sqlState(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
