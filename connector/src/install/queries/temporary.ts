import { sql } from 'kysely'
import { lockLedgers } from '../../lms/index.ts'
import { type Db, type Lms, transact } from '../../platform/index.ts'

export interface OpenPayment {
  id: number
  customerid: number | null
  amount: string
  reference_number: string | null
  cdate: number
  cashid: number | null
}

/** Temporary payments whose ledger row still counts. */
export function openPayments(db: Db): Promise<OpenPayment[]> {
  return db
    .selectFrom('billtech_payments')
    .select(['id', 'customerid', 'amount', 'reference_number', 'cdate', 'cashid'])
    .where('state', '=', 'open')
    .orderBy('cdate')
    .orderBy('id')
    .execute()
}

/** Takes a temporary payment and its ledger row away, as if it had expired. */
export async function removePayment(lms: Lms, { id, customerid, cashid }: OpenPayment): Promise<void> {
  await transact(lms, async (tx) => {
    if (customerid !== null) await lockLedgers(lms, tx, [customerid])
    const closing = await tx
      .updateTable('billtech_payments')
      .set({ closed: 1, state: 'removed', cashid: null })
      .where('id', '=', id)
      .where('state', '=', 'open')
      .executeTakeFirst()
    if (Number(closing.numUpdatedRows) === 0 || cashid === null) return
    await sql`delete from cash where id = ${cashid} and docid is null and importid is null`.execute(tx)
  })
}

/** Links that can still be paid at the gateway. */
export async function countActiveLinks(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('billtech_payment_links')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('state', '=', 'active')
    .executeTakeFirstOrThrow()
  return Number(count)
}
