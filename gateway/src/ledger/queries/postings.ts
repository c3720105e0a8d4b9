import { sql } from 'kysely'
import type { Db } from '../../platform/db/database.ts'
import type { Tx } from '../../platform/db/transaction.ts'

/**
 * clearing: confirmed by a method; link: has paid a link; unallocated: no link could take it; settled: what the
 * provider has of what the operator collected.
 */
export type Account = 'clearing' | 'link' | 'unallocated' | 'settled'

export interface LedgerTransaction {
  kind: 'payment' | 'refund' | 'reversal' | 'settlement'
  paymentId: bigint
  /** With kinds refund and reversal only: the row of the table refund. */
  refundId?: bigint
  at: Date
}

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
  { kind, paymentId, refundId, at }: LedgerTransaction,
): Promise<bigint> {
  const { id } = await tx
    .insertInto('ledger_transaction')
    .values({ provider_id: providerId, kind, payment_id: paymentId, refund_id: refundId ?? null, at })
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

/** Minor units that have paid the link, less what went back of them. */
export async function paidToLink(db: Db, providerId: number, linkId: bigint): Promise<bigint> {
  const { rows } = await sql<{ paid: bigint }>`
    select coalesce(-sum(amount), 0)::bigint as paid from posting
    where provider_id = ${providerId} and link_id = ${linkId}`.execute(db)
  return rows[0]?.paid ?? 0n
}
