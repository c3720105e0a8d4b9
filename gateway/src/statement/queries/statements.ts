import { type SelectQueryBuilder, sql } from 'kysely'
import type { DB, Db } from '../../platform/db/database.ts'
import { randomCode } from '../../platform/random.ts'
import type { EntryState } from '../entry.ts'
import type { StatementFormat } from '../format/index.ts'
import type { Statement, StatementSource, StatementState } from '../statement.ts'

const columns = [
  'id',
  'public_id as publicId',
  'source',
  'file_name as fileName',
  'format',
  'state',
  'problem',
  'bytes',
  'entries',
  'entries_new as entriesNew',
  'created_at as createdAt',
  'ended_at as endedAt',
] as const

function statements(db: Db, providerId: number) {
  return db.selectFrom('statement').select(columns).where('provider_id', '=', providerId)
}

type Row<Query> = Query extends SelectQueryBuilder<DB, 'statement', infer Columns> ? Columns : never

function statementOf(row: Row<ReturnType<typeof statements>>): Statement {
  return {
    ...row,
    // The database's own checks allow no other words.
    source: row.source as StatementSource,
    state: row.state as StatementState,
    format: row.format as StatementFormat | null,
  }
}

export interface StatementToInsert {
  source: StatementSource
  fileName: string | null
  format: StatementFormat | null
  idempotencyKey: string | null
}

/** @returns undefined where the idempotency key was used before */
export async function insertStatement(
  db: Db,
  providerId: number,
  statement: StatementToInsert,
): Promise<Statement | undefined> {
  const row = await db
    .insertInto('statement')
    .values({
      provider_id: providerId,
      public_id: `st_${randomCode(20)}`,
      source: statement.source,
      file_name: statement.fileName,
      format: statement.format,
      idempotency_key: statement.idempotencyKey,
    })
    .onConflict((conflict) => conflict.columns(['provider_id', 'idempotency_key']).doNothing())
    .returning(columns)
    .executeTakeFirst()
  return row && statementOf(row)
}

export async function findStatement(
  db: Db,
  providerId: number,
  publicId: string,
): Promise<Statement | undefined> {
  const row = await statements(db, providerId).where('public_id', '=', publicId).executeTakeFirst()
  return row && statementOf(row)
}

export async function findStatementById(
  db: Db,
  providerId: number,
  id: bigint,
): Promise<Statement | undefined> {
  const row = await statements(db, providerId).where('id', '=', id).executeTakeFirst()
  return row && statementOf(row)
}

/** The statement that an upload with the key made, and what was read then. */
export async function statementOfKey(
  db: Db,
  providerId: number,
  idempotencyKey: string,
): Promise<{ statement: Statement; sha256: Buffer | null } | undefined> {
  const row = await statements(db, providerId)
    .select('sha256')
    .where('idempotency_key', '=', idempotencyKey)
    .executeTakeFirst()
  return row && { statement: statementOf(row), sha256: row.sha256 }
}

/** Newest first. */
export async function listStatements(
  db: Db,
  providerId: number,
  before: bigint | undefined,
  limit: number,
): Promise<Statement[]> {
  let query = statements(db, providerId).orderBy('id', 'desc').limit(limit)
  if (before !== undefined) query = query.where('id', '<', before)
  return (await query.execute()).map(statementOf)
}

/** What became of the entries that the file was the first to bring. */
export async function countsOf(
  db: Db,
  providerId: number,
  statementId: bigint,
): Promise<Partial<Record<EntryState, number>>> {
  const rows = await db
    .selectFrom('statement_entry')
    .select(['state', ({ fn }) => fn.countAll<bigint>().as('count')])
    .where('provider_id', '=', providerId)
    .where('statement_id', '=', statementId)
    .groupBy('state')
    .execute()
  return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]))
}

export async function noteProgress(db: Db, providerId: number, id: bigint, bytes: bigint): Promise<void> {
  await db
    .updateTable('statement')
    .set({ bytes, touched_at: sql`now()` })
    .where('provider_id', '=', providerId)
    .where('id', '=', id)
    .where('state', '=', 'reading')
    .execute()
}

export async function noteAlive(db: Db, providerId: number, id: bigint): Promise<void> {
  await db
    .updateTable('statement')
    .set({ touched_at: sql`now()` })
    .where('provider_id', '=', providerId)
    .where('id', '=', id)
    .execute()
}

export interface ReadWhole {
  bytes: bigint
  sha256: Buffer
  entries: number
  entriesNew: number
}

/** @returns whether it was still being read */
export async function noteRead(db: Db, providerId: number, id: bigint, read: ReadWhole): Promise<boolean> {
  const done = read.entriesNew === 0
  const { numUpdatedRows } = await db
    .updateTable('statement')
    .set({
      state: done ? 'done' : 'matching',
      bytes: read.bytes,
      sha256: read.sha256,
      entries: read.entries,
      entries_new: read.entriesNew,
      touched_at: sql`now()`,
      ended_at: done ? sql`now()` : null,
    })
    .where('provider_id', '=', providerId)
    .where('id', '=', id)
    .where('state', '=', 'reading')
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** @returns whether it was still being read */
export async function noteFailed(db: Db, providerId: number, id: bigint, problem: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('statement')
    .set({ state: 'failed', problem: problem.slice(0, 1_000), ended_at: sql`now()` })
    .where('provider_id', '=', providerId)
    .where('id', '=', id)
    .where('state', '=', 'reading')
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Ends the statement once none of its entries waits to be decided. */
export async function endIfDecided(db: Db, providerId: number, id: bigint): Promise<void> {
  await sql`update statement set state = 'done', ended_at = now()
    where provider_id = ${providerId} and id = ${id} and state = 'matching' and not exists (
      select from statement_entry
      where provider_id = ${providerId} and statement_id = ${id} and state = 'new')`.execute(db)
}

export interface Standing {
  providerId: number
  statementId: bigint
}

/** Statements in a state in which they should move and do not. */
export async function standingStatements(
  db: Db,
  state: 'reading' | 'matching',
  seconds: number,
  limit: number,
): Promise<Standing[]> {
  return db
    .selectFrom('statement')
    .select(['provider_id as providerId', 'id as statementId'])
    .where('state', '=', state)
    .where('touched_at', '<', sql<Date>`now() - make_interval(secs => ${seconds})`)
    .orderBy('touched_at')
    .limit(limit)
    .execute()
}
