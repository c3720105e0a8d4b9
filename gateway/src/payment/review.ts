import { amountOf } from '@bill-gateway/contract'
import { signal, transact } from '../platform/db/transaction.ts'
import { ApiError, validationFailed } from '../platform/http/errors.ts'
import type { Platform } from '../platform/platform.ts'
import { type Provider, providerNow } from '../provider/index.ts'
import { type Checkout, checkoutTopic } from './checkout.ts'
import type { Money } from './method/method.ts'
import { lockCheckout, updateCheckout } from './queries/checkouts.ts'
import { awaitsPerson, findReview, insertReview, markClosed, type Review } from './queries/reviews.ts'

/** For whoever looks at it, such as `23.45 PLN`. */
export function sumText(minorUnits: bigint, currency: string): string {
  return `${amountOf(minorUnits).toFixed(2)} ${currency}`
}

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
        asked: sumText(checkout.amount, checkout.currency),
        confirmed: sumText(money.amount, money.currency),
        paidAt: money.paidAt.toISOString(),
      },
    })
    // What a person has decided, the method's word again undoes no more.
    const waits = await awaitsPerson(tx, provider.id, checkoutId)
    if (checkout.status === 'succeeded' || !waits) return
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

const noteCharactersMax = 500

/**
 * A person has settled it with the payment provider: what was done is noted, and bills that waited for it can be
 * paid again. Closing moves no money. Closed again it keeps its first note.
 *
 * @param note 1 to 500 characters, without personal data
 * @throws ApiError validation_failed for another note, not_found
 */
export async function closeReview(
  { db }: Pick<Platform, 'db'>,
  provider: Provider,
  id: bigint,
  note: string,
): Promise<Review> {
  const text = note.trim()
  if (text === '' || [...text].length > noteCharactersMax)
    throw validationFailed([
      { pointer: '/note', code: 'invalid', detail: `note must have 1 to ${noteCharactersMax} characters` },
    ])
  return transact(db, async (tx) => {
    const open = await findReview(tx, provider.id, id)
    const checkout = open && (await lockCheckout(tx, provider.id, open.checkoutId))
    await markClosed(tx, provider.id, id, { at: new Date(), note: text })
    if (checkout?.status === 'pending' && !checkout.nextCheckAt) {
      const waits = await awaitsPerson(tx, provider.id, checkout.id)
      const ended_at = providerNow(provider)
      if (!waits) await updateCheckout(tx, provider.id, checkout.id, { status: 'expired', ended_at })
      signal(tx, checkoutTopic(checkout.publicId))
    }
    const closed = await findReview(tx, provider.id, id)
    if (!closed) throw new ApiError('not_found', { detail: `There is no review ${id} of this provider.` })
    return closed
  })
}
