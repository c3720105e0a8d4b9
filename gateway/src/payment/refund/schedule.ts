import { askedForMs } from '../check-schedule.ts'
import type { Refund } from './refund.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** Milliseconds after a refund was ordered; after the last so often as it. */
const steps = [minute, 5 * minute, 15 * minute, hour, 3 * hour, 6 * hour, 12 * hour, day] as const

/**
 * When a refund's method is to be asked next: the first step after now. Payment providers decide within seconds
 * or within days, and tell of it as a rule. Missed steps are not made up for.
 *
 * @returns null where it was asked about for 35 days
 */
export function nextRefundCheckAt({ createdAt }: Pick<Refund, 'createdAt'>, now: Date): Date | null {
  const begun = createdAt.getTime()
  const elapsed = now.getTime() - begun
  if (elapsed >= askedForMs) return null
  const step = steps.find((at) => at > elapsed) ?? (Math.floor(elapsed / day) + 1) * day
  return new Date(begun + step)
}
