import { sqlState, transact } from '../platform/db/transaction.ts'
import { metrics } from '../platform/metrics.ts'
import type { Platform } from '../platform/platform.ts'
import { type Provider, providerNow } from '../provider/index.ts'
import type { Checkout } from './checkout.ts'
import type { Money } from './method/method.ts'
import { hasPayment, paymentOfMethodId } from './queries/payments.ts'
import { recordMoney } from './record-money.ts'
import { newReferenceNumber } from './reference-number.ts'
import { sendToReview } from './review.ts'

/** Between looking and recording somebody else may have recorded: look again, but not for ever. */
const triesMax = 5

/**
 * recorded: a new payment; known: this money was recorded before, by whoever reported it first; review: it
 * waits for a person and is no payment.
 */
export type Confirmation = 'recorded' | 'known' | 'review'

/**
 * Records money that the method confirms, exactly once by (method, method's id), however often, by whom and in
 * what state of the checkout it is reported. The payment, its allocations and postings, the links, the checkout
 * and the event are one transaction.
 */
export async function confirmMoney(
  platform: Platform,
  provider: Provider,
  checkout: Checkout,
  money: Money,
): Promise<Confirmation> {
  const { db } = platform
  for (let tried = 1; tried <= triesMax; tried++) {
    const known = await paymentOfMethodId(db, provider.id, checkout.method, money.methodPaymentId)
    if (known?.checkoutId === checkout.id) return 'known'
    const problem = problemOf(checkout, money, known)
    if (problem) {
      await sendToReview(platform, provider, checkout, money, problem)
      return 'review'
    }
    // A further payment of the same checkout has a number of its own, taken before the transaction.
    const further = await hasPayment(db, provider.id, checkout.id)
    const ownNumber = further ? await newReferenceNumber(db, providerNow(provider)) : undefined
    try {
      const recorded = await transact(db, (tx) => recordMoney(tx, provider, checkout, money, ownNumber))
      if (recorded === 'recorded') count(checkout)
      if (recorded !== 'look-again') return recorded
    } catch (error) {
      // The same money of another checkout was recorded at the same moment: the next look finds it.
      if (sqlState(error) !== '23505') throw error
    }
  }
  throw new Error(`checkout ${checkout.id}: money ${money.methodPaymentId} could not be recorded`)
}

function problemOf(
  checkout: Checkout,
  money: Money,
  known: { checkoutId: bigint } | undefined,
): 'wrong-currency' | 'method-mismatch' | undefined {
  if (known || money.amount <= 0n) return 'method-mismatch'
  return money.currency === checkout.currency ? undefined : 'wrong-currency'
}

function count({ channel, status }: Checkout): void {
  metrics.payments.inc({ channel })
  if (status !== 'succeeded') metrics.checkouts.inc({ status: 'succeeded', channel })
}
