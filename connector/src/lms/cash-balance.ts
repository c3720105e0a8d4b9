import { type RawBuilder, sql } from 'kysely'
import { type Lms, transact } from '../platform/index.ts'
import { lockLedgers } from './cash-lock.ts'

const customersPerStatement = 1_000

/**
 * Puts LMS's cached balances right where they differ from the ledger. Its triggers can leave them wrong: on
 * PostgreSQL two writers at once lose an update or leave two rows (and a delete by LMS takes no lock that would
 * stop it), on MariaDB and MySQL a delete that cascades from a document fires no trigger.
 *
 * @param customerIds only these; without them every customer, at the price of one pass over the ledger
 * @returns whose balance was wrong
 */
export async function repairBalances(lms: Lms, customerIds?: readonly number[]): Promise<number[]> {
  if (!lms.has('customerbalances', 'balance')) return []
  const wrong: number[] = []
  if (!customerIds) wrong.push(...(await findWrong(lms, sql`1 = 1`)))
  const wanted = [...new Set(customerIds)]
  for (let from = 0; from < wanted.length; from += customersPerStatement) {
    const some = wanted.slice(from, from + customersPerStatement)
    wrong.push(...(await findWrong(lms, sql`customerid in (${sql.join(some)})`)))
  }
  for (const id of wrong) await rewriteBalance(lms, id)
  return wrong
}

const product = (lms: Lms) =>
  lms.has('cash', 'currencyvalue') ? sql<string>`value * currencyvalue` : sql<string>`value`

async function findWrong(lms: Lms, among: RawBuilder<unknown>): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select customerid as id
    from (
      select customerid, sum(ledger) as ledger, sum(cached) as cached, sum(caches) as caches, sum(rows_there) as rows_there
      from (
        select customerid, sum(${product(lms)}) as ledger, 0 as cached, 0 as caches, 1 as rows_there
        from cash where customerid is not null and ${among} group by customerid
        union all
        select customerid, 0, sum(balance), count(*), 0
        from customerbalances where ${among} group by customerid
      ) both_sides
      group by customerid
    ) compared
    where caches > 1 or caches > rows_there or round(coalesce(ledger, 0), 2) <> cached
    order by id`.execute(lms.db)
  return rows.map(({ id }) => Number(id))
}

async function rewriteBalance(lms: Lms, customerId: number): Promise<void> {
  await transact(lms, async (tx) => {
    if ((await lockLedgers(lms, tx, [customerId])).length === 0) return
    await tx.deleteFrom('customerbalances').where('customerid', '=', customerId).execute()
    await sql`insert into customerbalances (customerid, balance)
      select customerid, sum(${product(lms)}) from cash where customerid = ${customerId}
      group by customerid having sum(${product(lms)}) is not null`.execute(tx)
  })
}
