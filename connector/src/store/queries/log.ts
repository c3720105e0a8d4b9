import { type Db, databaseTime, type Lms, type Tx } from '../../platform/index.ts'

const deletedAtOnce = 10_000

/** One line of the log that operators see in LMS. Ids only: no names, titles or addresses. */
export async function note(lms: Lms, tx: Db | Tx, type: string, description: string): Promise<void> {
  const cdate = await databaseTime(tx, lms)
  await tx.insertInto('billtech_log').values({ cdate, type, description }).execute()
}

/** Deletes rows of every kind that are older. @returns how many */
export async function clearLog(lms: Lms, olderThanDays: number): Promise<number> {
  const before = (await databaseTime(lms.db, lms)) - olderThanDays * 86_400
  let deleted = 0
  for (;;) {
    const oldest = await lms.db
      .selectFrom('billtech_log')
      .select('cdate')
      .where('cdate', '<', before)
      .orderBy('cdate')
      .offset(deletedAtOnce)
      .limit(1)
      .executeTakeFirst()
    const { numDeletedRows } = await lms.db
      .deleteFrom('billtech_log')
      .where('cdate', '<', oldest ? Math.min(oldest.cdate + 1, before) : before)
      .executeTakeFirstOrThrow()
    deleted += Number(numDeletedRows)
    if (!oldest) return deleted
  }
}

/** Transfers are looked for among so many of the newest rows: those stay. */
const statementRowsKept = 50_000

/** Forgets booked statement rows that were looked at long ago; those that wait for an operator stay. @returns how many */
export async function clearStatements(lms: Lms, olderThanDays: number): Promise<number> {
  const before = (await databaseTime(lms.db, lms)) - olderThanDays * 86_400
  const newest = await lms.db
    .selectFrom('billtech_statement')
    .select(({ fn }) => fn.max('importid').as('id'))
    .executeTakeFirst()
  const { numDeletedRows } = await lms.db
    .deleteFrom('billtech_statement')
    .where('seen_at', '<', before)
    .where('state', '<>', 'difference')
    .where('importid', '<', Number(newest?.id ?? 0) - statementRowsKept)
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}
