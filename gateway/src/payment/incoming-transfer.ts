import { lockPayer } from '../payer/index.ts'
import { lockLinks, markAttempted, type PaymentLink } from '../payment-link/index.ts'
import type { Tx } from '../platform/db/transaction.ts'
import { type Provider, providerNow } from '../provider/index.ts'
import { checkLater } from './check-later.ts'
import { askedForMs, nextCheckAt } from './check-schedule.ts'
import { newCheckoutId } from './checkout.ts'
import { checkoutOfNonce, insertCheckout } from './queries/checkouts.ts'

/** A transfer that came to the provider's bank account without a checkout that asked for it. */
export interface IncomingTransfer {
  payerId: bigint
  /** Of the payer and of one currency, in the order in which the money is given to them; 1 to 500. */
  linkIds: readonly bigint[]
  /** The same nonce finds the same checkout again: one transfer never makes two. */
  nonce: string
}

/**
 * Opens the checkout that such a transfer is recorded under, whatever became of the links and whatever else is
 * being paid: the money is there. What no link can take of it stays unallocated.
 *
 * @param referenceNumber taken before the transaction
 * @returns the checkout's id, or undefined where none of the links is the payer's
 */
export async function openIncomingTransfer(
  tx: Tx,
  provider: Provider,
  { payerId, linkIds, nonce }: IncomingTransfer,
  referenceNumber: string,
): Promise<bigint | undefined> {
  await lockPayer(tx, provider.id, payerId)
  const known = await checkoutOfNonce(tx, provider.id, nonce)
  if (known) return known.id
  const locked = await lockLinks(tx, provider.id, linkIds)
  const byId = new Map(locked.map((link) => [link.id, link]))
  const links = linkIds.flatMap((id) => byId.get(id) ?? []).filter((link) => link.payerId === payerId)
  const [first] = links
  if (!first) return undefined
  const now = providerNow(provider)
  const times = {
    status: 'created',
    createdAt: now,
    submittedAt: null,
    expiresAt: new Date(now.getTime() + askedForMs),
    endedAt: null,
  } as const
  const next = nextCheckAt(times, now)
  const id = await insertCheckout(tx, provider.id, {
    ...times,
    publicId: newCheckoutId(provider.id),
    payerId,
    method: 'transfer',
    channel: 'transfer',
    currency: first.currency,
    referenceNumber,
    arrives: 'transfer',
    collectedBy: 'provider',
    formNonce: nonce,
    language: provider.language,
    nextCheckAt: next,
    links: links.map((link) => ({ linkId: link.id, amount: shownAmount(link) })),
  })
  await markAttempted(
    tx,
    provider.id,
    links.map((link) => link.id),
  )
  await checkLater(tx, provider, id, next)
  return id
}

/** What is open; of a link that has ended what it last asked. */
function shownAmount({ status, openAmount, askedAmount }: PaymentLink): bigint {
  return status === 'active' ? openAmount : askedAmount
}
