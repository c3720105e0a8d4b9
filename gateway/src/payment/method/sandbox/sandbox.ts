import { setTimeout as sleep } from 'node:timers/promises'
import { transact } from '../../../platform/db/transaction.ts'
import type { Platform } from '../../../platform/platform.ts'
import { randomCode } from '../../../platform/random.ts'
import { installationSecret, type Provider, providerNow } from '../../../provider/index.ts'
import { isCheckoutId } from '../../checkout.ts'
import { jsonOf } from '../json.ts'
import type { Attempt, Heard, Method, Started } from '../method.ts'
import { behaviourOfCode, type Charge, firstNotifyAt, refusedAtOnce, statusOf } from './charge.ts'
import { notifyLater } from './notify-later.ts'
import { chargeOfCheckout, findCharge, insertCharge, lockCharge, stopCharge } from './queries.ts'
import { sandboxRefund } from './refund.ts'
import { isSignedBy, signatureHeader } from './signature.ts'

/** How long `early` keeps the answer to a BLIK code back until its notification has been heard. */
const earlyWaitMs = 2_000
const earlyLookEveryMs = 25

/**
 * A payment provider of our own, for test providers only: it has its own table, its own page and its own
 * notifications, and we hear of a charge only what a stranger would tell us.
 */
export const sandbox: Method = {
  code: 'sandbox',
  arrives: 'transfer',
  channels: ['blik', 'bank', 'card'],
  collectedBy: 'operator',
  account: 'none',
  testHint: { blik: '777 123' },

  async start(platform, provider, attempt) {
    if (!provider.test) throw new Error(`provider ${provider.code} is live: the sandbox is not for it`)
    const charge = await openCharge(platform, provider, attempt)
    if (charge.channel !== 'blik') {
      const url = `${platform.settings.publicUrl}/sandbox/${charge.id}`
      return { kind: 'redirect', reference: charge.id, url }
    }
    return answerCode(platform, charge)
  },

  async hear({ db }, _provider, { headers, body }): Promise<Heard> {
    const key = await installationSecret(db, 'sandbox')
    if (!isSignedBy(key, body, headers[signatureHeader])) return { verdict: 'forged' }
    const checkoutPublicId = readCheckoutId(body)
    return checkoutPublicId ? { verdict: 'believed', checkoutPublicId } : { verdict: 'unreadable' }
  },

  async status({ db }, provider, checkout) {
    const charge = await chargeOfCheckout(db, provider.id, checkout.publicId)
    return charge ? statusOf(charge, providerNow(provider)) : { state: 'absent' }
  },

  async stop({ db }, provider, checkout) {
    const found = await chargeOfCheckout(db, provider.id, checkout.publicId)
    if (!found) return
    await transact(db, async (tx) => {
      const charge = await lockCharge(tx, provider.id, found.id)
      const now = providerNow(provider)
      const state = charge && statusOf(charge, now).state
      if (state === 'open' || state === 'pending') await stopCharge(tx, provider.id, found.id, now)
    })
  },

  refund: sandboxRefund,
  chargeSaved: 'cannot',
  banks: 'cannot',
  testConnection: 'cannot',
  payouts: 'cannot',
}

/** Finds the checkout's charge where it was started before. */
async function openCharge(platform: Platform, provider: Provider, attempt: Attempt): Promise<Charge> {
  const { checkout, channel } = attempt
  if (channel === 'transfer') throw new Error('the sandbox has no channel transfer')
  const now = providerNow(provider)
  const outcome = channel === 'blik' ? behaviourOfCode(attempt.blikCode ?? '') : null
  const charge: Charge = {
    providerId: provider.id,
    id: `sb_${provider.id.toString(36)}_${randomCode(22)}`,
    checkoutPublicId: checkout.publicId,
    channel,
    amount: checkout.amount,
    currency: checkout.currency,
    title: attempt.title,
    returnUrl: attempt.returnUrl,
    outcome,
    decidedAt: outcome && now,
    stoppedAt: null,
    createdAt: now,
    expiresAt: checkout.expiresAt,
    notifyAt: null,
    notified: 0,
  }
  charge.notifyAt = firstNotifyAt(charge)
  return transact(platform.db, async (tx) => {
    await insertCharge(tx, charge)
    const stored = await chargeOfCheckout(tx, provider.id, checkout.publicId)
    if (!stored) throw new Error(`the sandbox lost the charge of checkout ${checkout.publicId}`)
    if (stored.id === charge.id) await notifyLater(tx, provider, stored)
    return stored
  })
}

async function answerCode(platform: Platform, charge: Charge): Promise<Started> {
  const failure = refusedAtOnce(charge.outcome)
  if (failure) return { kind: 'failed', reference: charge.id, failure }
  if (charge.outcome === 'expired') throw new Error('the sandbox does not answer, as the BLIK code asks')
  if (charge.outcome === 'early') await untilNotified(platform, charge)
  return { kind: 'pending', reference: charge.id }
}

async function untilNotified({ db }: Platform, charge: Charge): Promise<void> {
  for (let waited = 0; waited < earlyWaitMs; waited += earlyLookEveryMs) {
    const now = await findCharge(db, charge.providerId, charge.id)
    if (!now || now.notified > charge.notified) return
    await sleep(earlyLookEveryMs)
  }
}

function readCheckoutId(body: Buffer): string | undefined {
  const message = jsonOf(body)
  const id = message && typeof message === 'object' && 'checkoutId' in message && message.checkoutId
  return typeof id === 'string' && isCheckoutId(id) ? id : undefined
}
