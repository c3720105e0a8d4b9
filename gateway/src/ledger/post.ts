import type { Tx } from '../platform/db/transaction.ts'
import { insertLedgerTransaction, insertPostings, type PostingToInsert } from './queries/postings.ts'

export interface PaymentToPost {
  paymentId: bigint
  /** ISO 4217 */
  currency: string
  at: Date
  /** Minor units that each link takes, above zero. */
  links: readonly { linkId: bigint; amount: bigint }[]
  /** Minor units that no link takes. */
  unallocated: bigint
}

/**
 * Books a payment: debit clearing, credit each link and what is unallocated. The database refuses the
 * transaction at its end where the postings do not sum to zero or are not the payment's amount.
 */
export async function postPayment(tx: Tx, providerId: number, payment: PaymentToPost): Promise<void> {
  const { paymentId, currency, at, unallocated } = payment
  const credits: PostingToInsert[] = payment.links.map(({ linkId, amount }) => ({
    account: 'link',
    linkId,
    amount: -amount,
  }))
  if (unallocated > 0n) credits.push({ account: 'unallocated', linkId: null, amount: -unallocated })
  const amount = -credits.reduce((sum, credit) => sum + credit.amount, 0n)
  const transactionId = await insertLedgerTransaction(tx, providerId, { kind: 'payment', paymentId, at })
  await insertPostings(tx, providerId, { transactionId, paymentId, currency }, [
    { account: 'clearing', linkId: null, amount },
    ...credits,
  ])
}

export interface ReturnToPost {
  kind: 'refund' | 'reversal'
  paymentId: bigint
  /** The row of the table refund. */
  refundId: bigint
  /**
   * Where the money came from. clearing: the method gave it back; settled: the provider itself gave back what the
   * operator had collected, so that it is still due to the provider.
   */
  source: 'clearing' | 'settled'
  /** ISO 4217 */
  currency: string
  at: Date
  /** Minor units that go back of each link, above zero; each link once. */
  links: readonly { linkId: bigint; amount: bigint }[]
  /** Minor units that go back of what no link took. */
  unallocated: bigint
}

/**
 * Books money of a payment that went back: debit each link and what is unallocated, credit its source. The
 * database refuses the transaction at its end where that is not what the refund's parts say.
 */
export async function postReturn(tx: Tx, providerId: number, returned: ReturnToPost): Promise<void> {
  const { kind, paymentId, refundId, source, currency, at, unallocated } = returned
  const debits: PostingToInsert[] = returned.links.map(({ linkId, amount }) => ({
    account: 'link',
    linkId,
    amount,
  }))
  if (unallocated > 0n) debits.push({ account: 'unallocated', linkId: null, amount: unallocated })
  const amount = -debits.reduce((sum, debit) => sum + debit.amount, 0n)
  const transactionId = await insertLedgerTransaction(tx, providerId, { kind, paymentId, refundId, at })
  await insertPostings(tx, providerId, { transactionId, paymentId, currency }, [
    ...debits,
    { account: source, linkId: null, amount },
  ])
}

export interface SettlementToPost {
  paymentId: bigint
  /**
   * Minor units that were passed on to the provider, not zero. Below zero: what it owed because of a refund after
   * the settlement was kept back from what is passed on now.
   */
  amount: bigint
  /** ISO 4217 */
  currency: string
  at: Date
}

/**
 * Books the part of one payment in a settlement: credit clearing, debit settled. The database refuses the
 * transaction at its end where the operator did not collect the payment, or more of it would be settled in all
 * than it was, or less than nothing.
 */
export async function postSettlement(
  tx: Tx,
  providerId: number,
  { paymentId, amount, currency, at }: SettlementToPost,
): Promise<void> {
  const entry = { kind: 'settlement', paymentId, at } as const
  const transactionId = await insertLedgerTransaction(tx, providerId, entry)
  await insertPostings(tx, providerId, { transactionId, paymentId, currency }, [
    { account: 'clearing', linkId: null, amount: -amount },
    { account: 'settled', linkId: null, amount },
  ])
}
