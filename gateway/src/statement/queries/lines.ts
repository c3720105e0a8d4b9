import { sql } from 'kysely'
import type { Db } from '../../platform/db/database.ts'
import type { Tx } from '../../platform/db/transaction.ts'
import type { StatementEntry } from '../format/index.ts'

export interface Line {
  entry: StatementEntry
  baseKey: string
}

/** Stages entries of a file that is being read. */
export async function insertLines(
  db: Db,
  providerId: number,
  statementId: bigint,
  lines: readonly Line[],
): Promise<void> {
  const told = <T>(read: (entry: StatementEntry) => T) => lines.map(({ entry }) => read(entry))
  await sql`
    insert into statement_line (provider_id, statement_id, position, base_key, account, currency, amount,
      direction, is_reversal, booked_on, value_on, bank_reference, title, counterparty_name, counterparty_account,
      target_account, transaction_code)
    select ${providerId}, ${statementId}, line.* from unnest(
      ${told((entry) => entry.position)}::int[], ${lines.map(({ baseKey }) => baseKey)}::text[], ${told((entry) => entry.account)}::text[],
      ${told((entry) => entry.currency)}::text[], ${told((entry) => String(entry.amount))}::bigint[],
      ${told((entry) => entry.direction)}::text[], ${told((entry) => entry.isReversal)}::bool[],
      ${told((entry) => entry.bookedOn)}::date[], ${told((entry) => entry.valueOn)}::date[],
      ${told((entry) => entry.bankReference)}::text[], ${told((entry) => entry.title)}::text[],
      ${told((entry) => entry.counterpartyName)}::text[], ${told((entry) => entry.counterpartyAccount)}::text[],
      ${told((entry) => entry.targetAccount)}::text[], ${told((entry) => entry.transactionCode)}::text[]
    ) as line`.execute(db)
}

/** Lines that one statement turns into entries. */
const publishedMax = 20_000

/**
 * Makes entries of the staged lines that no file has brought before, in the transaction that ends the reading.
 * Equal bookings are counted within the file, for a bank lists none twice: the second of this file is the second
 * of every file that holds both.
 *
 * @returns how many were new
 */
export async function publishLines(
  tx: Tx,
  providerId: number,
  statementId: bigint,
  lines: number,
): Promise<number> {
  // Large files take longer than a statement may elsewhere, and another file of the provider waits meanwhile.
  await sql`set local statement_timeout = 0`.execute(tx)
  await sql`set local lock_timeout = 0`.execute(tx)
  await sql`select pg_advisory_xact_lock(hashtextextended('statement of provider ' || ${providerId}::int, 0))`.execute(
    tx,
  )
  await sql`create temporary table numbered on commit drop as
    select position, base_key || '.' || row_number() over (partition by base_key order by position) as entry_key
    from statement_line where provider_id = ${providerId} and statement_id = ${statementId}`.execute(tx)
  await sql`create index on numbered (position)`.execute(tx)
  let made = 0n
  for (let after = 0; after < lines; after += publishedMax) {
    const { numAffectedRows = 0n } = await sql`
      insert into statement_entry (provider_id, statement_id, position, entry_key, account, currency, amount, direction,
        is_reversal, booked_on, value_on, bank_reference, title, counterparty_name, counterparty_account, target_account,
        transaction_code)
      select provider_id, statement_id, position, entry_key, account, currency, amount, direction, is_reversal, booked_on,
        value_on, bank_reference, title, counterparty_name, counterparty_account, target_account, transaction_code
      from statement_line join numbered using (position)
      where provider_id = ${providerId} and statement_id = ${statementId}
        and position > ${after} and position <= ${after + publishedMax}
      order by position
      on conflict (provider_id, entry_key) do nothing`.execute(tx)
    made += numAffectedRows
  }
  return Number(made)
}

/** Lines that one statement drops. */
const droppedMax = 10_000

/** Drops what was staged, share by share of their places: a limit in a subquery would be looked up for each line. */
export async function deleteLines(db: Db, providerId: number, statementId: bigint): Promise<void> {
  const { last } = await db
    .selectFrom('statement_line')
    .select(({ fn }) => fn.max<number | null>('position').as('last'))
    .where('provider_id', '=', providerId)
    .where('statement_id', '=', statementId)
    .executeTakeFirstOrThrow()
  for (let after = 0; after < (last ?? 0); after += droppedMax)
    await db
      .deleteFrom('statement_line')
      .where('provider_id', '=', providerId)
      .where('statement_id', '=', statementId)
      .where('position', '>', after)
      .where('position', '<=', after + droppedMax)
      .execute()
}

/** Statements that were read to their end and still have staged lines: whoever was dropping them stopped. */
export async function statementsWithLeftLines(
  db: Db,
  limit: number,
): Promise<{ providerId: number; statementId: bigint }[]> {
  const { rows } = await sql<{ providerId: number; statementId: bigint }>`
    select provider_id as "providerId", id as "statementId" from statement
    where state <> 'reading' and exists (select from statement_line
      where statement_line.provider_id = statement.provider_id and statement_id = statement.id)
    order by id limit ${limit}`.execute(db)
  return rows
}
