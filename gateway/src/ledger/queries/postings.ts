import { sql } from 'kysely'
import type { Db } from '../../platform/db/database.ts'
import type { Tx } from '../../platform/db/transaction.ts'

/** clearing: confirmed by a method; link: has paid a link; unallocated: no link could take it. */
export type Account = 'clearing' | 'link' | 'unallocated'

export interface PostingToInsert {
  account: Account
  /** With account link only. */
  linkId: bigint | null
  /** Minor units: debits above zero, credits below. */
  amount: bigint
}

export async function insertLedgerTransaction(
  tx: Tx,
  providerId: number,
  { kind, paymentId, at }: { kind: 'payment'; paymentId: bigint; at: Date },
): Promise<bigint> {
  const { id } = await tx
    .insertInto('ledger_transaction')
    .values({ provider_id: providerId, kind, payment_id: paymentId, at })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

export async function insertPostings(
  tx: Tx,
  providerId: number,
  { transactionId, paymentId, currency }: { transactionId: bigint; paymentId: bigint; currency: string },
  postings: readonly PostingToInsert[],
): Promise<void> {
  const rows = postings.map(({ account, linkId, amount }, index) => ({
    provider_id: providerId,
    transaction_id: transactionId,
    position: index + 1,
    account,
    link_id: linkId,
    payment_id: paymentId,
    amount,
    currency,
  }))
  await tx.insertInto('posting').values(rows).execute()
}

/** Minor units that have paid the link. */
export async function paidToLink(db: Db, providerId: number, linkId: bigint): Promise<bigint> {
  const { rows } = await sql<{ paid: bigint }>`
    select coalesce(-sum(amount), 0)::bigint as paid from posting
    where provider_id = ${providerId} and link_id = ${linkId}`.execute(db)
  return rows[0]?.paid ?? 0n
}
