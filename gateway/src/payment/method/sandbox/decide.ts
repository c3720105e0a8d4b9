import type { SandboxOutcome } from '@bill-gateway/contract'
import { transact } from '../../../platform/db/transaction.ts'
import type { Platform } from '../../../platform/platform.ts'
import { findProvider, type Provider, providerNow } from '../../../provider/index.ts'
import { providerIdOf } from '../../checkout.ts'
import { type Charge, firstNotifyAt, stateOf } from './charge.ts'
import { notifyLater } from './notify-later.ts'
import { decideCharge, findCharge, lockCharge } from './queries.ts'

/** A charge as the sandbox's own page shows it. */
export interface SandboxCharge {
  providerId: number
  id: string
  checkoutPublicId: string
  channel: 'bank' | 'card' | 'blik'
  /** Minor units. */
  amount: bigint
  currency: string
  /** Title of the transfer. */
  title: string
  returnUrl: string
  /** open: the payer has not chosen yet. */
  state: 'open' | 'decided' | 'expired' | 'stopped'
  expiresAt: Date
}

/** For the page /sandbox/{chargeId}; undefined for an unknown id and for live providers. */
export async function findSandboxCharge(
  platform: Platform,
  chargeId: string,
): Promise<SandboxCharge | undefined> {
  const provider = await providerOfCharge(platform, chargeId)
  const charge = provider && (await findCharge(platform.db, provider.id, chargeId))
  if (!provider || !charge) return undefined
  const { providerId, id, checkoutPublicId, channel, amount, currency, title, returnUrl, expiresAt } = charge
  const state = stateOf(charge, providerNow(provider))
  return { providerId, id, checkoutPublicId, channel, amount, currency, title, returnUrl, state, expiresAt }
}

export async function providerOfCharge({ db }: Platform, chargeId: string): Promise<Provider | undefined> {
  const digits = /^sb_([0-9a-z]{1,6})_[A-Za-z0-9]{22}$/.exec(chargeId)?.[1]
  const providerId = digits === undefined ? undefined : providerIdOf(digits)
  const provider = providerId === undefined ? undefined : await findProvider(db, providerId)
  return provider?.test ? provider : undefined
}

/** The payer's choice on the sandbox's page. The first choice stands, and none after the charge expired. */
export async function decide(
  platform: Platform,
  provider: Provider,
  chargeId: string,
  outcome: SandboxOutcome,
): Promise<Charge | undefined> {
  return transact(platform.db, async (tx) => {
    const charge = await lockCharge(tx, provider.id, chargeId)
    const now = providerNow(provider)
    if (!charge || stateOf(charge, now) !== 'open') return charge
    const decided: Charge = { ...charge, outcome, decidedAt: now }
    decided.notifyAt = firstNotifyAt(decided)
    await decideCharge(tx, decided)
    await notifyLater(tx, provider, decided)
    return decided
  })
}
