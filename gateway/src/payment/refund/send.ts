import type { Db } from '../../platform/db/database.ts'
import { type Tx, transact } from '../../platform/db/transaction.ts'
import { enqueue } from '../../platform/jobs.ts'
import type { Platform } from '../../platform/platform.ts'
import { findProvider, type Provider, providerNow } from '../../provider/index.ts'
import type { RefundOrder, RefundStatus } from '../method/method.ts'
import { methodOf, notifyUrl } from '../method/methods.ts'
import { findCheckoutById } from '../queries/checkouts.ts'
import { insertReview } from '../queries/reviews.ts'
import { realTimeOf } from '../real-time.ts'
import { endRefund, unclear } from './end.ts'
import { lockRefund, updateRefund } from './queries/refunds.ts'
import type { Refund } from './refund.ts'
import { nextRefundCheckAt } from './schedule.ts'

/** Rings when the refund's method is to be told or asked next, in the transaction that says when. */
export async function askLater(
  db: Db,
  provider: Provider,
  refundId: bigint,
  nextCheckAt: Date | null,
): Promise<void> {
  if (!nextCheckAt) return
  await enqueue(
    db,
    'refund.ask',
    { providerId: provider.id, refundId: String(refundId) },
    { runAt: realTimeOf(provider, nextCheckAt), key: `refund.ask ${provider.id} ${refundId}` },
  )
}

/**
 * Tells or asks the method of a refund if that is due by the provider's clock. The next time is put down, and that
 * the method may know from now on, before it is called: a crash in between costs one question, and the method is
 * then asked before anything is sent again.
 *
 * @returns whether it was due
 */
export async function askIfDue(platform: Platform, providerId: number, refundId: bigint): Promise<boolean> {
  const provider = await findProvider(platform.db, providerId)
  if (!provider) return false
  const due = await transact(platform.db, (tx) => takeTurn(tx, provider, refundId))
  if (!due) return false
  await askRefund(platform, provider, due)
  return true
}

async function takeTurn(tx: Tx, provider: Provider, refundId: bigint): Promise<Refund | undefined> {
  const refund = await lockRefund(tx, provider.id, refundId)
  if (!refund?.nextCheckAt) return undefined
  const now = providerNow(provider)
  const isDue = refund.nextCheckAt <= now
  const next = isDue ? nextRefundCheckAt(refund, now) : refund.nextCheckAt
  if (isDue)
    await updateRefund(tx, provider.id, refundId, {
      next_check_at: next,
      checks: refund.checks + 1,
      sent_at: refund.sentAt ?? now,
    })
  // Its parts stay reserved: nobody knows that the money is still there.
  if (!next) await insertReview(tx, provider.id, unclear(refund, 'no final status'))
  await askLater(tx, provider, refundId, next)
  return isDue ? refund : undefined
}

/**
 * Asks the method now and does what it says: this decides, whoever called for it.
 *
 * @returns whether the method could be asked
 */
export async function askRefund(platform: Platform, provider: Provider, refund: Refund): Promise<boolean> {
  const word = await wordOf(platform, provider, refund)
  if (!word) return false
  if (word.state === 'succeeded' || word.state === 'failed') {
    await endRefund(platform, provider, refund, word)
  } else if (word.state === 'pending' && word.methodRefundId && !refund.methodRefundId) {
    const { id } = refund
    await updateRefund(platform.db, provider.id, id, { method_refund_id: word.methodRefundId })
  }
  return true
}

/** The method's word; it is sent what it has never heard of. Undefined where it could not be asked. */
async function wordOf(
  platform: Platform,
  provider: Provider,
  refund: Refund,
): Promise<RefundStatus | undefined> {
  const method = methodOf(provider, refund.payment.method)
  const checkout = await findCheckoutById(platform.db, provider.id, refund.payment.checkoutId)
  if (!method || method.refund === 'cannot' || !checkout) return undefined
  const order: RefundOrder = {
    publicId: refund.publicId,
    checkout,
    methodPaymentId: refund.payment.methodPaymentId,
    methodRefundId: refund.methodRefundId,
    amount: refund.amount,
    currency: refund.payment.currency,
    description: `${provider.language === 'en' ? 'Refund' : 'Zwrot'} ${refund.payment.referenceNumber}`,
    notifyUrl: notifyUrl(platform, provider, method),
  }
  try {
    const said = refund.sentAt && (await method.refund.status(platform, provider, order))
    if (said && said.state !== 'absent') return said
    // What was decided, or is none of the method's, is asked about and never sent.
    const mayGo = refund.status === 'pending' && !refund.manual
    return mayGo ? await method.refund.send(platform, provider, order) : undefined
  } catch (error) {
    const details = { err: error, method: method.code, refund: refund.publicId }
    platform.log.warn(details, 'the method did not say what became of a refund')
    return undefined
  }
}
