import { transact } from '../../../platform/db/transaction.ts'
import type { Platform } from '../../../platform/platform.ts'
import { type Provider, providerNow } from '../../../provider/index.ts'
import type { RefundOrder, RefundStatus } from '../method.ts'
import { paidAmount } from './charge.ts'
import {
  chargeOfCheckout,
  findRefund,
  insertRefund,
  lockCharge,
  refundedOf,
  type SandboxRefund,
} from './queries.ts'

const slowMs = 60_000

/**
 * The sandbox gives money back at once, but for amounts that ask for something else: those that end in .13 it
 * refuses, those that end in .12 take a minute. Of a charge it never gives back more than was paid.
 */
export const sandboxRefund = { send, status }

async function send(platform: Platform, provider: Provider, order: RefundOrder): Promise<RefundStatus> {
  const charge = await chargeOfCheckout(platform.db, provider.id, order.checkout.publicId)
  if (charge?.id !== order.methodPaymentId)
    return { state: 'failed', methodRefundId: null, reason: 'the sandbox has no such charge' }
  const now = providerNow(provider)
  const refund = await transact(platform.db, async (tx) => {
    // Refunds of one charge wait for each other: together they must not exceed it.
    await lockCharge(tx, provider.id, charge.id)
    const known = await findRefund(tx, provider.id, order.publicId)
    if (known) return known
    const left = paidAmount(charge) - (await refundedOf(tx, provider.id, charge.id))
    const succeedsAt = order.amount > left ? null : endOf(order.amount, now)
    const made = { publicId: order.publicId, chargeId: charge.id, amount: order.amount, succeedsAt }
    await insertRefund(tx, provider.id, made, now)
    return made
  })
  return statusOf(refund, now)
}

async function status({ db }: Platform, provider: Provider, order: RefundOrder): Promise<RefundStatus> {
  const refund = await findRefund(db, provider.id, order.publicId)
  return refund ? statusOf(refund, providerNow(provider)) : { state: 'absent' }
}

function endOf(amount: bigint, now: Date): Date | null {
  const grosze = amount % 100n
  if (grosze === 13n) return null
  return grosze === 12n ? new Date(now.getTime() + slowMs) : now
}

function statusOf({ publicId, succeedsAt }: SandboxRefund, now: Date): RefundStatus {
  const methodRefundId = `sb-${publicId}`
  if (!succeedsAt) return { state: 'failed', methodRefundId, reason: 'the sandbox refuses this amount' }
  if (now < succeedsAt) return { state: 'pending', methodRefundId }
  return { state: 'succeeded', methodRefundId, at: succeedsAt }
}
