import type { Channel, SandboxOutcome } from '@bill-gateway/contract'
import type { Failure } from '../../checkout.ts'
import type { MethodStatus } from '../method.ts'

/** What a charge of the sandbox does: every outcome of the contract, and what only BLIK codes ask for. */
export type Behaviour = SandboxOutcome | 'soon' | 'cancelled' | 'wrong-code' | 'expired-code' | 'used-code'

/** One attempt as the sandbox keeps it. Times are of the provider's clock. */
export interface Charge {
  providerId: number
  /** `sb_<provider id in base 36>_<22 random letters and digits>`. */
  id: string
  checkoutPublicId: string
  channel: Exclude<Channel, 'transfer'>
  amount: bigint
  currency: string
  title: string
  returnUrl: string
  /** Null until the payer has chosen. */
  outcome: Behaviour | null
  decidedAt: Date | null
  stoppedAt: Date | null
  createdAt: Date
  /** As long as the checkout's life. */
  expiresAt: Date
  notifyAt: Date | null
  /** Notifications sent. */
  notified: number
}

const second = 1_000
const minute = 60 * second

/** How long a bank's app waits for the payer to confirm a BLIK payment. */
const blikConfirmMs = 60 * second
/** How long after the charge's expiry late money comes. */
const lateMs = 5 * minute
/** Between the two notifications of one payment. */
const twiceMs = second

/** From the decision to the end. */
const delayMs: Partial<Record<Behaviour, number>> = {
  soon: 2 * second,
  slow: 20 * second,
  cancelled: 2 * second,
}

const refusals: Partial<Record<Behaviour, Failure>> = {
  refused: 'declined',
  cancelled: 'cancelled-by-payer',
  'wrong-code': 'wrong-code',
  'expired-code': 'expired-code',
  'used-code': 'used-code',
}

/** The codes that the sandbox knows, besides 777 and any three digits: paid after two seconds. */
export const blikCodes: readonly { code: string; outcome: Behaviour }[] = [
  { code: '777000', outcome: 'paid' },
  { code: '777111', outcome: 'slow' },
  { code: '500500', outcome: 'refused' },
  { code: '700701', outcome: 'expired-code' },
  { code: '700702', outcome: 'cancelled' },
  { code: '700703', outcome: 'used-code' },
  { code: '700704', outcome: 'expired' },
  { code: '700705', outcome: 'twice' },
  { code: '700706', outcome: 'wrong-amount' },
  { code: '700707', outcome: 'late' },
  { code: '700708', outcome: 'early' },
  { code: '700709', outcome: 'silent' },
]

export function behaviourOfCode(code: string): Behaviour {
  const known = blikCodes.find((entry) => entry.code === code)?.outcome
  return known ?? (/^777\d{3}$/.test(code) ? 'soon' : 'wrong-code')
}

/** Behaviours that are refused while the code is being submitted. */
export function refusedAtOnce(outcome: Behaviour | null): Failure | undefined {
  return outcome?.endsWith('-code') ? refusals[outcome] : undefined
}

/** What the sandbox says of a charge at a moment of the provider's clock: nothing else has a part in it. */
export function statusOf(charge: Charge, now: Date): MethodStatus {
  if (charge.stoppedAt) return { state: 'failed', failure: 'stopped' }
  const { outcome, decidedAt } = charge
  if (!outcome || !decidedAt) return unfinished(charge, now)
  if (outcome === 'expired' || outcome === 'late') return walkedAway(charge, outcome, now)
  const end = new Date(decidedAt.getTime() + (delayMs[outcome] ?? 0))
  if (now < end) return { state: 'pending' }
  const failure = refusals[outcome]
  return failure ? { state: 'failed', failure } : paid(charge, end)
}

function unfinished(charge: Charge, now: Date): MethodStatus {
  return now < charge.expiresAt ? { state: 'open' } : { state: 'expired', failure: null }
}

/** The payer does not finish. A BLIK code was submitted, so the bank waits for a while. */
function walkedAway(charge: Charge, outcome: 'expired' | 'late', now: Date): MethodStatus {
  const comes = new Date(charge.expiresAt.getTime() + lateMs)
  if (outcome === 'late' && now >= comes) return paid(charge, comes)
  if (charge.channel === 'blik') {
    const confirmUntil = (charge.decidedAt ?? charge.createdAt).getTime() + blikConfirmMs
    return now.getTime() < confirmUntil ? { state: 'pending' } : { state: 'expired', failure: 'timeout' }
  }
  return outcome === 'late' ? { state: 'open' } : unfinished(charge, now)
}

/** What it takes where it takes anything. */
export function paidAmount({ outcome, amount }: Charge): bigint {
  return outcome === 'wrong-amount' ? amount + 1n : amount
}

function paid(charge: Charge, paidAt: Date): MethodStatus {
  const money = {
    methodPaymentId: charge.id,
    amount: paidAmount(charge),
    currency: charge.currency,
    paidAt,
  }
  return { state: 'paid', money: [money] }
}

/** When a charge that has just been decided tells us of it; null: never. */
export function firstNotifyAt(charge: Charge): Date | null {
  const { outcome, decidedAt, channel, expiresAt } = charge
  if (!outcome || !decidedAt || outcome === 'silent' || refusedAtOnce(outcome)) return null
  if (outcome === 'late') return new Date(expiresAt.getTime() + lateMs)
  if (outcome === 'expired') return channel === 'blik' ? null : expiresAt
  return new Date(decidedAt.getTime() + (delayMs[outcome] ?? 0))
}

/** When it tells us again after the notification that it has just sent. */
export function nextNotifyAt(charge: Charge, now: Date): Date | null {
  return charge.outcome === 'twice' && charge.notified === 0 ? new Date(now.getTime() + twiceMs) : null
}

/** What the sandbox's own page shows. */
export function stateOf(charge: Charge, now: Date): 'open' | 'decided' | 'expired' | 'stopped' {
  if (charge.stoppedAt) return 'stopped'
  if (charge.outcome) return 'decided'
  return now < charge.expiresAt ? 'open' : 'expired'
}
