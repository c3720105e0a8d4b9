import { signal, transact } from '../platform/db/transaction.ts'
import { metrics } from '../platform/metrics.ts'
import type { Platform } from '../platform/platform.ts'
import { findProvider, type Provider, providerNow } from '../provider/index.ts'
import { checkLater } from './check-later.ts'
import { nextCheckAt } from './check-schedule.ts'
import { type Checkout, checkoutTopic } from './checkout.ts'
import { confirmMoney } from './confirm.ts'
import type { Method, MethodStatus } from './method/method.ts'
import { methodOf } from './method/methods.ts'
import { findCheckoutById, lockCheckout, updateCheckout } from './queries/checkouts.ts'
import { insertReview } from './queries/reviews.ts'
import { recordReversal } from './refund/reversal.ts'
import { type Known, type Transition, transitionOf } from './transition.ts'

/**
 * Asks the method now and does what it says: this decides, whoever called for it.
 *
 * @returns the checkout afterwards; as it was where the method cannot be asked
 */
export async function askMethod(
  platform: Platform,
  provider: Provider,
  checkout: Checkout,
  method: Method | undefined = methodOf(provider, checkout.method),
): Promise<Checkout> {
  return obey(platform, provider, checkout, await wordOf(platform, provider, checkout, method))
}

export type Word = MethodStatus | { state: 'unreachable' }

/** The method's word, or that there is none. */
export async function wordOf(
  platform: Platform,
  provider: Provider,
  checkout: Checkout,
  method: Method | undefined,
): Promise<Word> {
  if (!method) return { state: 'unreachable' }
  try {
    return await method.status(platform, provider, checkout)
  } catch (error) {
    const { method: code, id } = checkout
    platform.log.warn({ err: error, method: code, checkout: String(id) }, 'the method did not say a status')
    return { state: 'unreachable' }
  }
}

/** Does what the method's word means for the checkout. */
export async function obey(
  platform: Platform,
  provider: Provider,
  checkout: Checkout,
  word: Word,
): Promise<Checkout> {
  if (word.state === 'paid') {
    for (const money of word.money) await confirmMoney(platform, provider, checkout, money)
    for (const takenBack of word.takenBack ?? [])
      await recordReversal(platform, provider, checkout, takenBack)
  } else if (transitionOf(checkout, word, providerNow(provider))) {
    await move(platform, provider, checkout, word)
  } else {
    return checkout
  }
  return (await findCheckoutById(platform.db, provider.id, checkout.id)) ?? checkout
}

async function move(platform: Platform, provider: Provider, seen: Checkout, known: Known): Promise<void> {
  const moved = await transact(platform.db, async (tx) => {
    const checkout = await lockCheckout(tx, provider.id, seen.id)
    const now = providerNow(provider)
    const transition = checkout && transitionOf(checkout, known, now)
    if (!transition) return undefined
    const changes = changesOf(checkout, transition, now)
    const next = transition.final ? null : nextCheckAt({ ...checkout, ...changes }, now)
    await updateCheckout(tx, provider.id, checkout.id, {
      status: changes.status,
      failure: transition.failure,
      submitted_at: changes.submittedAt,
      ended_at: changes.endedAt,
      next_check_at: next,
    })
    await checkLater(tx, provider, checkout.id, next)
    if (transition.failure === 'no-final-status') {
      const details = { referenceNumber: checkout.referenceNumber, said: known.state }
      const review = { kind: 'no-final-status', checkoutId: checkout.id, subject: checkout.publicId } as const
      await insertReview(tx, provider.id, { ...review, details })
    }
    signal(tx, checkoutTopic(checkout.publicId))
    return changes.status
  })
  if (moved) metrics.checkouts.inc({ status: moved, channel: seen.channel })
}

function changesOf(checkout: Checkout, { status }: Transition, now: Date) {
  return status === 'pending'
    ? { status, submittedAt: now, endedAt: null }
    : { status, submittedAt: checkout.submittedAt, endedAt: now }
}

/**
 * Asks about a checkout if that is due by the provider's clock. Its next time is put down before the method is
 * asked, so a crash in between costs one question and no checkout.
 *
 * @returns whether it was due
 */
export async function checkIfDue(
  platform: Platform,
  providerId: number,
  checkoutId: bigint,
): Promise<boolean> {
  const provider = await findProvider(platform.db, providerId)
  if (!provider) return false
  const due = await transact(platform.db, async (tx) => {
    const checkout = await lockCheckout(tx, providerId, checkoutId)
    if (!checkout?.nextCheckAt) return undefined
    const now = providerNow(provider)
    const isDue = checkout.nextCheckAt <= now
    const next = isDue ? nextCheckAt(checkout, now) : checkout.nextCheckAt
    if (isDue)
      await updateCheckout(tx, providerId, checkoutId, { next_check_at: next, checks: checkout.checks + 1 })
    await checkLater(tx, provider, checkoutId, next)
    return isDue ? checkout : undefined
  })
  if (!due) return false
  await askMethod(platform, provider, due)
  return true
}
