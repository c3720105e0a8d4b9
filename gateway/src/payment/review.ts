import { signal, transact } from '../platform/db/transaction.ts'
import type { Platform } from '../platform/platform.ts'
import { type Provider, providerNow } from '../provider/index.ts'
import { type Checkout, checkoutTopic } from './checkout.ts'
import type { Money } from './method/method.ts'
import { lockCheckout, updateCheckout } from './queries/checkouts.ts'
import { insertReview } from './queries/reviews.ts'

/**
 * Money that cannot be recorded as it is said to be waits for a person. Its checkout is pending meanwhile, so
 * that nobody is asked to pay again, and the method is not asked any more: it has said what it knows.
 */
export async function sendToReview(
  platform: Platform,
  provider: Provider,
  { id: checkoutId }: Checkout,
  money: Money,
  kind: 'wrong-currency' | 'method-mismatch',
): Promise<void> {
  await transact(platform.db, async (tx) => {
    const checkout = await lockCheckout(tx, provider.id, checkoutId)
    if (!checkout) return
    await insertReview(tx, provider.id, {
      kind,
      checkoutId,
      subject: money.methodPaymentId,
      details: {
        referenceNumber: checkout.referenceNumber,
        asked: `${checkout.amount} ${checkout.currency}`,
        confirmed: `${money.amount} ${money.currency}`,
        paidAt: money.paidAt.toISOString(),
      },
    })
    if (checkout.status === 'succeeded') return
    const submitted_at = checkout.submittedAt ?? providerNow(provider)
    await updateCheckout(tx, provider.id, checkoutId, {
      status: 'pending',
      failure: null,
      submitted_at,
      ended_at: null,
      next_check_at: null,
    })
    signal(tx, checkoutTopic(checkout.publicId))
  })
}
