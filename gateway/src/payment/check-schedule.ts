import type { CheckoutState } from '@bill-gateway/contract'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** How long a method is asked about a checkout. */
export const askedForMs = 35 * day

/** A payer who does not finish at the method has so long; a checkout still `created` expires then. */
export const checkoutLifeMs = 30 * minute

/** A method that does not know a submitted checkout by then never got it: longer than any call to start lasts. */
export const startGraceMs = 2 * minute

interface Cadence {
  /** Milliseconds after the beginning. */
  steps: readonly number[]
  /** After the last step, so often. */
  every: number
}

const byState: Partial<Record<CheckoutState, Cadence>> = {
  // Submitted: the payer watches a page that waits, later a bank may be slow.
  pending: {
    steps: [...[2, 3, 5, 10, 20, 30].map((n) => n * second), ...[1, 2, 5, 15, 60].map((n) => n * minute)],
    every: hour,
  },
  // The payer is somewhere at the method: notifications come first, this is the safety net.
  created: { steps: [1, 2, 5, 15].map((n) => n * minute), every: hour },
  // Nobody expects money any more, yet it may come.
  expired: { steps: [5 * minute, 15 * minute, hour, 6 * hour, day], every: day },
}

interface Scheduled {
  status: CheckoutState
  createdAt: Date
  submittedAt: Date | null
  expiresAt: Date
  endedAt: Date | null
}

/**
 * When the method is to be asked next: the first step of the state's cadence after now. A created checkout is
 * also looked at when it expires, one that may take days only then. Missed steps are not made up for.
 *
 * @returns null where the checkout is final at the method, or was asked about for 35 days
 */
export function nextCheckAt(checkout: Scheduled, now: Date): Date | null {
  const cadence = byState[checkout.status]
  if (!cadence) return null
  const begun = beginningOf(checkout).getTime()
  const end = checkout.createdAt.getTime() + askedForMs
  if (now.getTime() >= end) return null
  const latest = checkout.status === 'created' ? checkout.expiresAt.getTime() : end
  // Of what may take days nobody is asked: its money comes with a statement.
  const slow = checkout.expiresAt.getTime() - checkout.createdAt.getTime() > checkoutLifeMs
  if (slow && checkout.status === 'created') return new Date(Math.max(latest, now.getTime()))
  const next = begun + nextStep(cadence, now.getTime() - begun)
  return new Date(Math.max(Math.min(next, latest), now.getTime()))
}

/** Every step counts from when the checkout came into its state. */
function beginningOf({ status, createdAt, submittedAt, endedAt }: Scheduled): Date {
  if (status === 'pending') return submittedAt ?? createdAt
  return status === 'expired' ? (endedAt ?? createdAt) : createdAt
}

function nextStep({ steps, every }: Cadence, elapsed: number): number {
  const step = steps.find((at) => at > elapsed)
  if (step !== undefined) return step
  const last = steps.at(-1) ?? 0
  return last + (Math.floor((elapsed - last) / every) + 1) * every
}
