import { amountOf } from '@bill-gateway/contract'
import { lockPayer } from '../../payer/index.ts'
import { lockLinks } from '../../payment-link/index.ts'
import type { Tx } from '../../platform/db/transaction.ts'
import { ApiError } from '../../platform/http/errors.ts'
import { type Provider, providerNow } from '../../provider/index.ts'
import { methodOf } from '../method/methods.ts'
import { findAccount } from '../queries/method-accounts.ts'
import { bookReturn } from './book-return.ts'
import { type ReturnPart, returnable, returnParts } from './parts.ts'
import { findRefundById, insertRefund, type RefundToInsert } from './queries/refunds.ts'
import { returnableRows } from './queries/rows.ts'
import { newRefundId, type Refund, type RefundedPayment } from './refund.ts'
import { askLater } from './send.ts'

export interface RefundWish {
  /** All of one payer, at least one, the newest first. */
  payments: readonly RefundedPayment[]
  /** Minor units, above zero; undefined: all that can go back. */
  amount?: bigint | undefined
  /** Besides what no link took, only money of these links; undefined: of any link. */
  links?: readonly bigint[] | undefined
  reason?: string | undefined
  /** The provider gives the money back itself: it is booked at once, and no method is asked. */
  manual?: boolean | undefined
}

/**
 * Orders refunds in the caller's transaction, one of each payment that money goes back of: first what no link
 * took, then what links took. A refund reserves its parts at once; the method is told by a job. It locks the payer
 * and the links, and for a manual one the provider's events.
 *
 * @returns the refunds, that of the newest payment first
 * @throws ApiError refund_exceeds_payment where there is less to give back, or nothing; refund_not_possible where
 *   the method cannot give it back
 */
export async function orderRefunds(tx: Tx, provider: Provider, wish: RefundWish): Promise<Refund[]> {
  const [first] = wish.payments
  if (!first) throw new ApiError('refund_exceeds_payment', { detail: 'there is no payment to refund' })
  await lockPayer(tx, provider.id, first.payerId)
  const rows = await returnableRows(
    tx,
    provider.id,
    wish.payments.map((payment) => payment.id),
  )
  const amount = wish.amount ?? returnable(rows, wish.links)
  const { parts, missing } = returnParts(amount, rows, wish.links)
  if (missing > 0n || amount <= 0n) throw exceeds(amount - missing, first.currency)
  await lockLinks(
    tx,
    provider.id,
    parts.map((part) => part.linkId),
  )
  const refunds: Refund[] = []
  for (const payment of wish.payments) {
    const own = parts.filter((part) => part.paymentId === payment.id)
    if (own.length > 0) refunds.push(await orderOne(tx, provider, payment, own, wish))
  }
  return refunds
}

function exceeds(left: bigint, currency: string): ApiError {
  const detail =
    left > 0n ? `${amountOf(left).toFixed(2)} ${currency} can be refunded` : 'nothing is left to refund'
  return new ApiError('refund_exceeds_payment', { detail })
}

async function orderOne(
  tx: Tx,
  provider: Provider,
  payment: RefundedPayment,
  parts: readonly ReturnPart[],
  { reason, manual = false }: RefundWish,
): Promise<Refund> {
  if (!manual) await requireMethod(tx, provider, payment.method)
  const now = providerNow(provider)
  const order: RefundToInsert = {
    publicId: newRefundId('refund'),
    kind: 'refund',
    status: manual ? 'succeeded' : 'pending',
    payment,
    amount: parts.reduce((sum, part) => sum + part.amount, 0n),
    reason: reason ?? null,
    manual,
    methodReversalId: null,
    createdAt: now,
    nextCheckAt: manual ? null : now,
    endedAt: manual ? now : null,
    parts,
  }
  const id = await insertRefund(tx, provider.id, order)
  if (manual) await bookReturn(tx, provider, { ...order, id }, now, now)
  else await askLater(tx, provider, id, now)
  const refund = await findRefundById(tx, provider.id, id)
  if (!refund) throw new Error(`refund ${id} of provider ${provider.id} is gone`)
  return refund
}

/** Told now, and not by a refund that nobody can send. */
async function requireMethod(tx: Tx, provider: Provider, code: string): Promise<void> {
  const method = methodOf(provider, code)
  const refuse = (detail: string) => {
    throw new ApiError('refund_not_possible', { detail })
  }
  if (!method || method.refund === 'cannot')
    return refuse(`${code} cannot give money back: give it back yourself and order the refund with manual`)
  if (method.account !== 'none' && !(await findAccount(tx, provider.id, code)))
    return refuse(`there is no account with ${code} any more: give it back yourself and order it with manual`)
}
