import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Db, Lms, Tx } from './database.ts'
import type { Tables } from './tables.ts'

const triesMax = 5
const longestPauseMs = 200
const idsPerStatement = 1000

/** PostgreSQL: serialization failure, deadlock, lock time-out. */
const repeatableStates = new Set(['40001', '40P01', '55P03'])
/** MariaDB and MySQL: deadlock, lock wait time-out, a record that changed since it was read. */
const repeatableNumbers = new Set([1213, 1205, 1020])

/**
 * Runs work in one READ COMMITTED transaction, again after a deadlock or a lock that came too late: at most 5
 * times. So work may run more than once, and must do nothing outside the database.
 */
export async function transact<T>(lms: Lms, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await lms.db.transaction().setIsolationLevel('read committed').execute(work)
    } catch (error) {
      if (tried >= triesMax || !isRepeatable(error)) throw error
      await sleep(Math.random() * Math.min(longestPauseMs, 20 * 2 ** tried))
    }
  }
}

/** Whether the same transaction may succeed if it is done again. */
export function isRepeatable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, errno } = error as { code?: unknown; errno?: unknown }
  return repeatableStates.has(String(code)) || repeatableNumbers.has(Number(errno))
}

/**
 * Locks the rows of these customers until the transaction ends, in ascending order of their ids so that two
 * transactions never wait for each other. Comes before any write to `cash`: PostgreSQL's balance triggers lose
 * updates without it.
 *
 * @returns ids of those who exist, ascending
 */
export async function lockCustomers(tx: Tx, ids: readonly number[]): Promise<number[]> {
  const wanted = [...new Set(ids)].sort((a, b) => a - b)
  const found: number[] = []
  for (let from = 0; from < wanted.length; from += idsPerStatement) {
    const rows = await tx
      .selectFrom('customers')
      .select('id')
      .where('id', 'in', wanted.slice(from, from + idsPerStatement))
      .orderBy('id')
      .forUpdate()
      .execute()
    found.push(...rows.map(({ id }) => id))
  }
  return found
}

/** Inserts one row into a table whose key is `id` and returns that id. */
export async function insertReturningId(
  lms: Lms,
  tx: Db | Tx,
  table: keyof Tables,
  row: object,
): Promise<number> {
  const insert = tx.insertInto(table).values(row as never)
  if (lms.engine === 'postgres') {
    const { id } = (await insert.returning('id' as never).executeTakeFirstOrThrow()) as { id: number }
    return id
  }
  const { insertId } = await insert.executeTakeFirstOrThrow()
  return Number(insertId)
}

/** Whole epoch seconds of the database's clock, which all processes on it share. */
export async function databaseTime(db: Db | Tx, lms: Lms): Promise<number> {
  const now =
    lms.engine === 'postgres'
      ? sql<number>`floor(extract(epoch from clock_timestamp()))::bigint`
      : sql<number>`unix_timestamp(sysdate())`
  const { rows } = await sql<{ now: number }>`select ${now} as now`.execute(db)
  const said = rows[0]?.now
  if (said === undefined) throw new Error('the database told no time')
  return Number(said)
}
