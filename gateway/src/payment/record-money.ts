import { amountOf } from '@bill-gateway/contract'
import { insertEvent, nextEventId } from '../event/index.ts'
import { postPayment } from '../ledger/index.ts'
import { lockPayer } from '../payer/index.ts'
import { activeLinkOfPair, lockLinks, type PaymentLink, payLink } from '../payment-link/index.ts'
import { signal, type Tx } from '../platform/db/transaction.ts'
import { randomCode } from '../platform/random.ts'
import { warsawTime } from '../platform/warsaw-time.ts'
import { type Provider, providerNow } from '../provider/index.ts'
import { allocate, type Claim, type Share } from './allocation.ts'
import { type Checkout, checkoutTopic } from './checkout.ts'
import type { Money } from './method/method.ts'
import { paymentRow, type StoredRow } from './payment-row.ts'
import { lockCheckout, updateCheckout } from './queries/checkouts.ts'
import {
  hasPayment,
  insertAllocations,
  insertPayment,
  type PaymentToInsert,
  paymentOfMethodId,
} from './queries/payments.ts'

/**
 * The one transaction of a payment. Locks in the order that everybody keeps: the payer, the links, the
 * checkout, and last the provider's events.
 *
 * @param ownNumber the reference number of a further payment of the checkout
 * @returns look-again where it turns out that something was recorded since the caller looked: a payment of the
 *   checkout, and ownNumber is missing, or this money under another checkout
 */
export async function recordMoney(
  tx: Tx,
  provider: Provider,
  { id: checkoutId, payerId, links: checkoutLinks }: Checkout,
  money: Money,
  ownNumber: string | undefined,
): Promise<'recorded' | 'known' | 'look-again'> {
  await lockPayer(tx, provider.id, payerId)
  const links = await lockLinks(
    tx,
    provider.id,
    checkoutLinks.map((link) => link.linkId),
  )
  const successors = await lockSuccessors(tx, links)
  const checkout = await lockCheckout(tx, provider.id, checkoutId)
  if (!checkout) throw new Error(`checkout ${checkoutId} of provider ${provider.id} is gone`)
  const known = await paymentOfMethodId(tx, provider.id, checkout.method, money.methodPaymentId)
  if (known) return known.checkoutId === checkoutId ? 'known' : 'look-again'
  const further = await hasPayment(tx, provider.id, checkoutId)
  if (further && !ownNumber) return 'look-again'

  const byId = new Map([...links, ...successors.values()].map((link) => [link.id, link]))
  const shares = allocate(money.amount, claimsOf(checkout, byId, successors))
  const now = providerNow(provider)
  const taken = await giveToLinks(tx, shares, byId, now)
  await succeed(tx, provider.id, checkout, now)
  const payment: PaymentToInsert = {
    publicId: `pay_${randomCode(20)}`,
    checkoutId,
    payerId,
    referenceNumber: further && ownNumber ? ownNumber : checkout.referenceNumber,
    titleReference: further ? checkout.referenceNumber : null,
    method: checkout.method,
    channel: checkout.channel,
    methodPaymentId: money.methodPaymentId,
    amount: money.amount,
    currency: money.currency,
    arrives: checkout.arrives,
    collectedBy: checkout.collectedBy,
    paidAt: money.paidAt,
    recordedAt: now,
    eventId: await nextEventId(tx, provider.id),
  }
  await recordPayment(tx, provider, payment, taken)
  return 'recorded'
}

/** For each cancelled link the active link of the same (userId, operationId). */
async function lockSuccessors(tx: Tx, links: PaymentLink[]): Promise<Map<bigint, PaymentLink>> {
  const successors = new Map<bigint, PaymentLink>()
  for (const { id, providerId, payerId, operationId, status, currency } of links) {
    if (status !== 'cancelled' || operationId === null) continue
    const successor = await activeLinkOfPair(tx, providerId, payerId, operationId)
    if (successor?.currency === currency) successors.set(id, successor)
  }
  return successors
}

function claimsOf(
  checkout: Checkout,
  links: Map<bigint, PaymentLink>,
  successors: Map<bigint, PaymentLink>,
): Claim[] {
  return checkout.links.map(({ linkId, amount }) => {
    const link = links.get(linkId)
    const successor = successors.get(linkId)
    return {
      linkId,
      amount,
      open: link?.status === 'active' ? link.openAmount : 0n,
      ...(successor ? { successor: { linkId: successor.id, open: successor.openAmount } } : {}),
    }
  })
}

interface TakenShare extends Share {
  link: PaymentLink
  completed: boolean
}

async function giveToLinks(
  tx: Tx,
  shares: Share[],
  links: Map<bigint, PaymentLink>,
  now: Date,
): Promise<TakenShare[]> {
  const taken: TakenShare[] = []
  for (const share of shares) {
    const link = links.get(share.linkId)
    if (!link) throw new Error(`link ${share.linkId} has money and was not locked`)
    const amount = share.amount - share.unallocated
    const { completed } = amount > 0n ? await payLink(tx, link, amount, now) : { completed: false }
    taken.push({ ...share, link, completed })
  }
  return taken
}

async function recordPayment(
  tx: Tx,
  provider: Provider,
  payment: PaymentToInsert,
  shares: TakenShare[],
): Promise<void> {
  const paymentId = await insertPayment(tx, provider.id, payment)
  const rows = shares.map((share, index) => ({ ...share, position: index + 1 }))
  const nths = await insertAllocations(
    tx,
    provider.id,
    { paymentId, eventId: payment.eventId },
    rows.map(({ link, ...row }) => ({
      ...row,
      payerId: link.payerId,
      operationId: link.operationId,
      title: link.title,
      lmsPlugin: link.lmsPlugin,
    })),
  )
  await postPayment(tx, provider.id, {
    paymentId,
    currency: payment.currency,
    at: payment.recordedAt,
    links: rows.flatMap(({ linkId, amount, unallocated }) =>
      amount > unallocated ? [{ linkId, amount: amount - unallocated }] : [],
    ),
    unallocated: rows.reduce((sum, { unallocated }) => sum + unallocated, 0n),
  })
  await insertEvent(tx, provider.id, payment.eventId, 'payment.succeeded', payment.recordedAt, {
    paymentId: payment.publicId,
    referenceNumber: payment.referenceNumber,
    ...(payment.titleReference ? { titleReference: payment.titleReference } : {}),
    amount: amountOf(payment.amount),
    paidAt: warsawTime(payment.paidAt),
    method: payment.channel,
    arrives: payment.arrives,
    rows: rows.map(({ link, ...row }) => {
      const nth = nths.get(row.position) ?? 1
      return paymentRow(storedRow(payment, link, { ...row, nth }), provider)
    }),
  })
}

function storedRow(
  { publicId: paymentPublicId, referenceNumber, channel, arrives, paidAt }: PaymentToInsert,
  { token, userId, operationId, title }: PaymentLink,
  row: Pick<StoredRow, 'position' | 'amount' | 'unallocated' | 'completed' | 'nth'>,
): StoredRow {
  const { position, amount, unallocated, completed, nth } = row
  return {
    paymentPublicId,
    position,
    token,
    userId,
    operationId,
    amount,
    unallocated,
    title,
    completed,
    nth,
    referenceNumber,
    channel,
    arrives,
    paidAt,
  }
}

async function succeed(tx: Tx, providerId: number, checkout: Checkout, now: Date): Promise<void> {
  if (checkout.status !== 'succeeded') {
    const ended = { status: 'succeeded', failure: null, ended_at: now, next_check_at: null }
    await updateCheckout(tx, providerId, checkout.id, ended)
  }
  signal(tx, checkoutTopic(checkout.publicId))
}
