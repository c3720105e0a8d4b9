import type { CancelPaymentLink } from '@bill-gateway/contract'
import { lockPayer } from '../payer/index.ts'
import type { Tx } from '../platform/db/transaction.ts'
import { enqueue } from '../platform/jobs.ts'
import { type Provider, providerNow } from '../provider/index.ts'
import { validateToken } from './payment-link.ts'
import { findOwnLink, lockLinks } from './queries/links.ts'
import { type Cancellation, cancelLinks } from './queries/store.ts'
import { eventItemOfLink, tellCancelled } from './tell.ts'

/** `unknown`: no such link of this provider. `ended`: already paid or cancelled, and left as it is. */
export type Cancelled = 'cancelled' | 'unknown' | 'ended'

/**
 * Ends an active link that is not to be paid any more. A payment that is being recorded at the same moment
 * comes either before, and then the link is paid and not cancelled, or after, and is a late one.
 */
export async function cancelLink(
  tx: Tx,
  provider: Provider,
  token: string,
  { resolution, referenceNumber, revoke }: CancelPaymentLink,
): Promise<Cancelled> {
  const found = validateToken(token) ? await findOwnLink(tx, provider.id, token) : undefined
  if (!found) return 'unknown'
  await lockPayer(tx, provider.id, found.payerId)
  const [link] = await lockLinks(tx, provider.id, [found.id])
  if (link?.status !== 'active') return 'ended'
  const cancellation: Cancellation = {
    resolution: resolution === 'PAID' ? 'PAID' : 'CANCELLED',
    referenceNumber: referenceNumber ?? null,
    revoked: revoke ?? false,
  }
  const now = providerNow(provider)
  await endLinks(tx, provider.id, [link], cancellation, now)
  await tellCancelled(tx, provider.id, [eventItemOfLink(link)], cancellation, now)
  return 'cancelled'
}

/** Cancels links that the caller has locked, and has their open checkouts stopped where the method can. */
export async function endLinks(
  tx: Tx,
  providerId: number,
  links: readonly { id: bigint; attempted: boolean }[],
  cancellation: Cancellation,
  now: Date,
): Promise<void> {
  if (links.length === 0) return
  await cancelLinks(
    tx,
    providerId,
    links.map((link) => link.id),
    cancellation,
    now,
  )
  for (const link of links) {
    if (!link.attempted) continue
    const { referenceNumber } = cancellation
    await enqueue(tx, 'checkouts.stop', { providerId, linkId: String(link.id), referenceNumber })
  }
}
