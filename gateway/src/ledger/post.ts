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
