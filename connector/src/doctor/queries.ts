import { sql } from 'kysely'
import type { Lms } from '../platform/index.ts'

/** Rows that the old plugin wrote since the take-over. */
export async function countUntaken({ db }: Lms): Promise<number> {
  const links = db
    .selectFrom('billtech_payment_links')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('gateway', 'is', null)
  const payments = db
    .selectFrom('billtech_payments')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('state', 'is', null)
  const [a, b] = [await links.executeTakeFirstOrThrow(), await payments.executeTakeFirstOrThrow()]
  return Number(a.count) + Number(b.count)
}

/** Customers who owe and have no active link: how many, and the first. */
export async function owingWithoutLink({ db }: Lms, limit: number) {
  const owing = sql`select c.customerid, sum(c.value * coalesce(c.currencyvalue, 1)) as balance
    from cash c join customers u on u.id = c.customerid and u.deleted = 0
    group by c.customerid having sum(c.value * coalesce(c.currencyvalue, 1)) < 0`
  const linked = sql`select 1 from billtech_payment_links l where l.customer_id = o.customerid and l.state = 'active'`
  const { rows } = await sql<{ customerid: number; total: number; looked: number }>`
    select o.customerid, count(*) over () as total,
      case when i.fingerprint is null then 0 else 1 end as looked
    from (${owing}) o left join billtech_customer_info i on i.customer_id = o.customerid
    where not exists (${linked}) order by o.customerid limit ${sql.lit(limit)}`.execute(db)
  return {
    total: Number(rows[0]?.total ?? 0),
    rows: rows.map((row) => ({ ...row, looked: Number(row.looked) === 1 })),
  }
}

/** Payments that have waited for their transfer for longer than this. */
export async function longOpen({ db }: Lms, before: number, limit: number) {
  return db
    .selectFrom('billtech_payments')
    .select(['id', 'customerid', 'reference_number', 'amount', 'cdate'])
    .where('state', 'in', ['open', 'awaited'])
    .where('cdate', '<', before)
    .orderBy('cdate')
    .limit(limit)
    .execute()
}

/** Transfers that name a reference of ours, and differ in sum, account or customer. */
export async function differing({ db }: Lms, limit: number) {
  return db
    .selectFrom('billtech_statement')
    .select(['importid', 'customerid', 'value', 'reference_digits'])
    .where('state', '=', 'difference')
    .orderBy('seen_at', 'desc')
    .limit(limit)
    .execute()
}

/** Cached balances that LMS has more than once for a customer. */
export async function doubledBalances({ db }: Lms): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from (
    select customerid from customerbalances group by customerid having count(*) > 1) doubled`.execute(db)
  return Number(rows[0]?.n ?? 0)
}
