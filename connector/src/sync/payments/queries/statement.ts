import { sql } from 'kysely'
import type { StatementRow } from '../../../lms/index.ts'
import { type Db, formatGrosze, type Lms, type StatementState, type Tx } from '../../../platform/index.ts'

const rowsPerStatement = 500

/** Keys of transfers seen before that name these references and have settled nothing. */
export async function waitingTransfers(db: Db | Tx, references: readonly string[]): Promise<number[]> {
  const rows = await db
    .selectFrom('billtech_statement')
    .select('importid')
    .where('reference_digits', 'in', references)
    .where('state', 'in', ['open', 'difference'])
    .orderBy('importid')
    .execute()
  return rows.map(({ importid }) => importid)
}

/** Keys of transfers that wait, now that payments with their reference are expected. */
export async function wakenedTransfers(db: Db, after: number | undefined, limit: number): Promise<number[]> {
  let query = db
    .selectFrom('billtech_statement as s')
    .innerJoin('billtech_payments as p', 'p.reference_digits', 's.reference_digits')
    .select('s.importid')
    .distinct()
    .where('s.state', 'in', ['open', 'difference'])
    .where('p.state', 'in', ['open', 'awaited'])
    .orderBy('s.importid')
    .limit(limit)
  if (after !== undefined) query = query.where('s.importid', '>', after)
  const rows = await query.execute()
  return rows.map(({ importid }) => importid)
}

export async function transferState(tx: Tx, key: number): Promise<StatementState | undefined> {
  const row = await tx
    .selectFrom('billtech_statement')
    .select('state')
    .where('importid', '=', key)
    .executeTakeFirst()
  return row?.state
}

/** Notes that transfers were looked at. One that has settled a payment stays as it is. */
export async function noteTransfers(
  db: Db | Tx,
  lms: Lms,
  transfers: readonly (StatementRow & { state: StatementState; reference?: string | undefined })[],
  now: number,
): Promise<void> {
  for (let from = 0; from < transfers.length; from += rowsPerStatement) {
    const rows = transfers.slice(from, from + rowsPerStatement).map((transfer) => ({
      importid: transfer.key,
      customerid: transfer.customerId,
      value: formatGrosze(transfer.value),
      reference_digits: transfer.reference ?? transfer.references[0] ?? null,
      state: transfer.state,
      seen_at: now,
    }))
    const insert = db.insertInto('billtech_statement').values(rows)
    if (lms.engine === 'postgres') {
      const now = (name: 'customerid' | 'value' | 'reference_digits' | 'state' | 'seen_at') =>
        sql<never>`case when billtech_statement.state = 'used' then ${sql.ref(`billtech_statement.${name}`)}
          else ${sql.ref(`excluded.${name}`)} end`
      await insert
        .onConflict((conflict) =>
          conflict.column('importid').doUpdateSet({
            customerid: now('customerid'),
            value: now('value'),
            reference_digits: now('reference_digits'),
            seen_at: now('seen_at'),
            state: now('state'),
          }),
        )
        .execute()
    } else {
      // The state comes last: MySQL assigns from left to right, and the others ask what it was.
      const now = (name: string) =>
        sql<never>`case when state = 'used' then ${sql.ref(name)} else values(${sql.ref(name)}) end`
      await insert
        .onDuplicateKeyUpdate({
          customerid: now('customerid'),
          value: now('value'),
          reference_digits: now('reference_digits'),
          seen_at: now('seen_at'),
          state: now('state'),
        })
        .execute()
    }
  }
}
