import { type RawBuilder, sql } from 'kysely'
import type { Db, Lms } from '../../platform/index.ts'

export interface LeaseRow {
  name: string
  holder: string
  until_at: number
  since: number
}

/** Whole seconds of the database's clock. */
const now = ({ engine }: Lms): RawBuilder<number> =>
  engine === 'postgres'
    ? sql<number>`floor(extract(epoch from clock_timestamp()))::bigint`
    : sql<number>`unix_timestamp(sysdate())`

/**
 * Takes the lease where nobody holds it: no row, an end in the past, or an end so far ahead that the clock must
 * have been set back since.
 */
export async function takeLease(lms: Lms, name: string, holder: string, seconds: number): Promise<boolean> {
  const time = now(lms)
  const values = sql`${holder}, ${time} + ${sql.lit(seconds)}, ${time}`
  const [ends, longest] = [sql.ref('until_at'), sql.lit(4 * seconds)]
  const taken = await sql`update billtech_lease
    set holder = ${holder}, until_at = ${time} + ${sql.lit(seconds)}, since = ${time}
    where name = ${name} and (${ends} <= ${time} or ${ends} > ${time} + ${longest})`.execute(lms.db)
  if (Number(taken.numAffectedRows) > 0) return true
  const made =
    lms.engine === 'postgres'
      ? sql`insert into billtech_lease (name, holder, until_at, since) values (${name}, ${values})
          on conflict (name) do nothing`
      : sql`insert ignore into billtech_lease (name, holder, until_at, since) values (${name}, ${values})`
  return Number((await made.execute(lms.db)).numAffectedRows) > 0
}

/** @returns false where somebody else holds it by now */
export async function renewLease(lms: Lms, name: string, holder: string, seconds: number): Promise<boolean> {
  const { numAffectedRows } = await sql`update billtech_lease
    set until_at = ${now(lms)} + ${sql.lit(seconds)} where name = ${name} and holder = ${holder}`.execute(
    lms.db,
  )
  if (Number(numAffectedRows) > 0) return true
  // MariaDB counts a row that keeps its values as not affected.
  return (await leaseOf(lms.db, name))?.holder === holder
}

export async function dropLease(db: Db, name: string, holder: string): Promise<void> {
  await db.deleteFrom('billtech_lease').where('name', '=', name).where('holder', '=', holder).execute()
}

export async function leaseOf(db: Db, name: string): Promise<LeaseRow | undefined> {
  return db.selectFrom('billtech_lease').selectAll().where('name', '=', name).executeTakeFirst()
}

/** Who works just now, and since when. */
export async function heldLeases(lms: Lms): Promise<LeaseRow[]> {
  return lms.db
    .selectFrom('billtech_lease')
    .selectAll()
    .where('until_at', '>', now(lms))
    .orderBy('name')
    .execute()
}
