import { amountOf } from '@bill-gateway/contract'
import { lockPayer } from '../../payer/index.ts'
import { lockLinks } from '../../payment-link/index.ts'
import { type Tx, transact } from '../../platform/db/transaction.ts'
import type { Platform } from '../../platform/platform.ts'
import { type Provider, providerNow } from '../../provider/index.ts'
import type { Checkout } from '../checkout.ts'
import type { TakenBack } from '../method/method.ts'
import { insertReview } from '../queries/reviews.ts'
import { bookReturn } from './book-return.ts'
import { returnParts } from './parts.ts'
import { hasReversal, insertRefund, paymentToReturn } from './queries/refunds.ts'
import { returnableRows } from './queries/rows.ts'
import { newRefundId } from './refund.ts'

/**
 * recorded: all of it; partly: only what the payment had left, for the rest had gone back or is on its way
 * back already; too-much: nothing, for the same reason; known: recorded before; unknown-payment: there is no
 * such payment.
 */
export type Reversed = 'recorded' | 'partly' | 'too-much' | 'known' | 'unknown-payment'

/**
 * Records money that a payer's bank took back, exactly once by (method, method's id of it), however often it is
 * told. What does not fit the books waits for a person.
 */
export async function recordReversal(
  { db }: Pick<Platform, 'db'>,
  provider: Provider,
  checkout: Pick<Checkout, 'id' | 'method'>,
  takenBack: TakenBack,
): Promise<Reversed> {
  return transact(db, async (tx) => {
    const reversed = await reverseMoney(tx, provider, checkout.method, takenBack, 'what-there-is')
    if (reversed === 'recorded' || reversed === 'known') return reversed
    await insertReview(tx, provider.id, {
      kind: 'reversal-mismatch',
      checkoutId: checkout.id,
      subject: takenBack.methodReversalId,
      details: {
        methodPaymentId: takenBack.methodPaymentId,
        takenBack: amountOf(takenBack.amount).toFixed(2),
        recorded: reversed,
        at: takenBack.at.toISOString(),
      },
    })
    return reversed
  })
}

/**
 * Takes money of a payment back in the caller's transaction: first what no link took, then what links took, the
 * newest allocation first. The links stay paid and say what went back; the provider is told. It locks the payer,
 * the links and the provider's events, in this order.
 *
 * @param all-or-nothing what the payment has not left is not taken in part either
 */
export async function reverseMoney(
  tx: Tx,
  provider: Provider,
  method: string,
  { methodReversalId, methodPaymentId, amount, at }: TakenBack,
  extent: 'all-or-nothing' | 'what-there-is',
): Promise<Reversed> {
  if (amount <= 0n) throw new Error(`a reversal of ${amount} is none`)
  const payment = await paymentToReturn(tx, provider.id, { method, methodPaymentId })
  if (!payment) return 'unknown-payment'
  await lockPayer(tx, provider.id, payment.payerId)
  if (await hasReversal(tx, provider.id, method, methodReversalId)) return 'known'
  const rows = await returnableRows(tx, provider.id, [payment.id])
  const { parts, missing } = returnParts(amount, rows)
  if (parts.length === 0 || (missing > 0n && extent === 'all-or-nothing')) return 'too-much'
  await lockLinks(
    tx,
    provider.id,
    parts.map((part) => part.linkId),
  )
  const now = providerNow(provider)
  const reversal = { publicId: newRefundId('reversal'), kind: 'reversal', manual: false, payment } as const
  const booked = { ...reversal, amount: amount - missing }
  const id = await insertRefund(tx, provider.id, {
    ...booked,
    status: 'succeeded',
    reason: null,
    methodReversalId,
    createdAt: now,
    nextCheckAt: null,
    endedAt: now,
    parts,
  })
  await bookReturn(tx, provider, { ...booked, id }, at, now)
  return missing > 0n ? 'partly' : 'recorded'
}
