import { sql } from 'kysely'
import type { Db, Lms, Tx } from '../../platform/index.ts'

export interface Refusal {
  kind: 'link' | 'payment' | 'statement'
  customerId?: number | undefined
  operationId?: string | undefined
  rowId?: string | undefined
  /** Machine-readable, such as `title_too_long`. */
  code: string
  /** The field of the request, where one was named. */
  field?: string | undefined
  /** What is wrong and how to mend it, without personal data. */
  says: string
  /** Of the data that was refused: while it is the same, there is no point in trying again. */
  dataHash?: string | undefined
}

export type RefusalKey = Pick<Refusal, 'kind' | 'customerId' | 'operationId' | 'rowId'>

const rowsPerStatement = 500

function keyOf({ kind, customerId, operationId, rowId }: RefusalKey): string {
  return [kind, customerId ?? '', operationId ?? '', rowId ?? ''].join('|')
}

/** Keeps refused items, each once; the moment when it was first refused stays. */
export async function recordRefused(
  lms: Lms,
  tx: Db | Tx,
  refused: Refusal | readonly Refusal[],
  now: number,
): Promise<void> {
  const byKey = new Map([refused].flat().map((refusal) => [keyOf(refusal), refusal]))
  const rows = [...byKey].map(([refused_key, refusal]) => ({
    refused_key,
    kind: refusal.kind,
    customer_id: refusal.customerId ?? null,
    operation_id: refusal.operationId ?? null,
    row_id: refusal.rowId ?? null,
    since: now,
    reason_code: refusal.code.slice(0, 60),
    field: refusal.field?.slice(0, 60) ?? null,
    says: refusal.says,
    data_hash: refusal.dataHash ?? null,
    seen_at: now,
  }))
  const given = (column: string) =>
    lms.engine === 'postgres' ? sql`${sql.ref(`excluded.${column}`)}` : sql`values(${sql.ref(column)})`
  const changing = Object.fromEntries(
    ['reason_code', 'field', 'says', 'data_hash', 'seen_at'].map((column) => [column, given(column)]),
  ) as never
  for (let from = 0; from < rows.length; from += rowsPerStatement) {
    const insert = tx.insertInto('billtech_refused').values(rows.slice(from, from + rowsPerStatement))
    await (lms.engine === 'postgres'
      ? insert.onConflict((conflict) => conflict.column('refused_key').doUpdateSet(changing))
      : insert.onDuplicateKeyUpdate(changing)
    ).execute()
  }
}

/** The item went through, or is gone. */
export async function clearRefused(tx: Db | Tx, keys: readonly RefusalKey[]): Promise<void> {
  for (let from = 0; from < keys.length; from += 500) {
    await tx
      .deleteFrom('billtech_refused')
      .where('refused_key', 'in', keys.slice(from, from + 500).map(keyOf))
      .execute()
  }
}

export interface RefusedFilter {
  kind?: Refusal['kind']
  customers?: readonly number[]
  /** At most this many; 1,000 unless told. */
  limit?: number
}

/** The oldest first. */
export async function listRefused(db: Db | Tx, filter: RefusedFilter = {}) {
  if (filter.customers?.length === 0) return []
  let query = db.selectFrom('billtech_refused').selectAll()
  if (filter.kind) query = query.where('kind', '=', filter.kind)
  if (filter.customers) query = query.where('customer_id', 'in', [...filter.customers])
  return query
    .orderBy('since')
    .orderBy('id')
    .limit(filter.limit ?? 1000)
    .execute()
}

export async function countRefused(db: Db | Tx): Promise<Record<Refusal['kind'], number>> {
  const rows = await db
    .selectFrom('billtech_refused')
    .select(({ fn }) => ['kind', fn.countAll<number>().as('count')])
    .groupBy('kind')
    .execute()
  const counts = { link: 0, payment: 0, statement: 0 }
  for (const { kind, count } of rows) counts[kind] = Number(count)
  return counts
}
