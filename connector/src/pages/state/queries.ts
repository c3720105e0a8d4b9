import { sql } from 'kysely'
import type { Lms } from '../../platform/index.ts'
import type { PaymentState } from '../views/models.ts'

/** What waits, by kind. */
export interface Queue {
  /** Customers whose links the next pass looks at again. */
  dirty: number
  activeLinks: number
  payments: Record<Extract<PaymentState, 'open' | 'awaited' | 'kept'>, number>
}

export async function readQueue({ db }: Lms): Promise<Queue> {
  const count = sql<number>`count(*)`.as('count')
  const [dirty, links, payments] = await Promise.all([
    db.selectFrom('billtech_customer_info').select(count).where('fingerprint', 'is', null).executeTakeFirst(),
    db.selectFrom('billtech_payment_links').select(count).where('state', '=', 'active').executeTakeFirst(),
    db
      .selectFrom('billtech_payments')
      .select(['state', count])
      .where(sql<boolean>`state in ('open', 'awaited', 'kept')`)
      .groupBy('state')
      .execute(),
  ])
  const of = (state: string) => Number(payments.find((row) => row.state === state)?.count ?? 0)
  return {
    dirty: Number(dirty?.count ?? 0),
    activeLinks: Number(links?.count ?? 0),
    payments: { open: of('open'), awaited: of('awaited'), kept: of('kept') },
  }
}

/** Names of documents, to show instead of their ids. */
export async function documentNumbers({ db }: Lms, ids: readonly number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('documents')
    .select(['id', 'fullnumber'])
    .where('id', 'in', [...ids])
    .execute()
  return new Map(rows.map(({ id, fullnumber }) => [id, fullnumber ?? '']))
}
