import { sql } from 'kysely'
import { type Lms, lockCustomers, type Tx } from '../platform/index.ts'

/**
 * Lets one writer of ours at a time into the ledgers of these customers, until the transaction ends. Comes before
 * any write to `cash`.
 *
 * On PostgreSQL the rows of `customers` are locked: LMS's own inserts wait for that as well, without which its
 * balance triggers lose updates. On MariaDB and MySQL those triggers read the ledger with locks and lose none,
 * while a lock on `customers` would make LMS's inserts the victims of deadlocks (they hold their new row when
 * they ask for the customer, and the trigger of ours asks for that row): there rows of our own are locked.
 *
 * @returns ids of those who exist, ascending
 */
export async function lockLedgers(lms: Lms, tx: Tx, ids: readonly number[]): Promise<number[]> {
  if (lms.engine === 'postgres') return lockCustomers(tx, ids)
  const wanted = [...new Set(ids)].sort((a, b) => a - b)
  if (wanted.length === 0) return []
  const found = await tx
    .selectFrom('customers')
    .select('id')
    .where('id', 'in', wanted)
    .orderBy('id')
    .execute()
  const present = found.map(({ id }) => id)
  if (present.length === 0) return []
  // Locks exclusively whether the rows are new or not; INSERT IGNORE and a look afterwards would deadlock.
  await tx
    .insertInto('billtech_customer_info')
    .values(present.map((customer_id) => ({ customer_id })))
    .onDuplicateKeyUpdate({ customer_id: sql<number>`customer_id` })
    .execute()
  return present
}
