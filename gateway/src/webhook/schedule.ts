import type { Attempt, Health } from './endpoint.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute

/** Pauses between the ten tries of a delivery: three days in all. */
const pausesMs = [
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
] as const

/** From the first try to the last: 75 h 35 min 5 s, without jitter. */
export const windowMs = pausesMs.reduce((sum, pause) => sum + pause, 0)

/** So that what failed together does not come back together. */
const jitterShare = 0.1
const jitterMaxMs = 10 * minute
const retryAfterMaxMs = 24 * hour

/**
 * When a delivery is tried again; undefined where it has had its tries.
 *
 * @param failures of this delivery, the last one included
 * @param now the provider's time
 */
export function nextTry(
  failures: number,
  { retryAfterMs }: Attempt,
  now: Date,
  random = Math.random(),
): Date | undefined {
  const pause = pausesMs[failures - 1]
  if (pause === undefined) return undefined
  const jitter = random * Math.min(pause * jitterShare, jitterMaxMs)
  const asked = Math.min(retryAfterMs ?? 0, retryAfterMaxMs)
  return new Date(now.getTime() + Math.max(pause + jitter, asked))
}

/** An endpoint with so many failed tries in a row, whoever they were about, is taken to be down. */
export const downAfterFailures = 10
const downPauseMs = 5 * second
const downPauseMaxMs = 30 * minute
/** Statuses that say: slower. */
const slowDown = new Set([429, 502, 504])
const slowDownMs = 5 * second

export function isDown({ failures }: Pick<Health, 'failures'>): boolean {
  return failures >= downAfterFailures
}

/**
 * What a try says about its endpoint. One that seems to be down gets one try at a time: what is new at once, the
 * rest with growing pauses. The first success ends that.
 */
export function healthAfter(health: Health, attempt: Attempt, now: Date): Health {
  if (attempt.failure === null)
    return { failures: 0, failingSince: null, notBefore: null, againNotBefore: null }
  const failures = health.failures + 1
  const over = failures - downAfterFailures
  const pause = Math.min(downPauseMs * 2 ** Math.max(0, over), downPauseMaxMs)
  return {
    failures,
    failingSince: health.failingSince ?? now,
    notBefore: later(health.notBefore, waitOf(attempt, now)),
    againNotBefore: over >= 0 ? new Date(now.getTime() + pause) : null,
  }
}

function waitOf({ status, retryAfterMs }: Attempt, now: Date): Date | null {
  const asks = status !== null && (slowDown.has(status) || status === 503)
  if (asks && retryAfterMs !== null) return new Date(now.getTime() + Math.min(retryAfterMs, retryAfterMaxMs))
  return status !== null && slowDown.has(status) ? new Date(now.getTime() + slowDownMs) : null
}

function later(one: Date | null, other: Date | null): Date | null {
  if (!one || !other) return one ?? other
  return one > other ? one : other
}

/** Retry-After in milliseconds: seconds, or a date. Null where there is none that can be read. */
export function retryAfterOf(header: string | undefined, now: number): number | null {
  if (header === undefined) return null
  if (/^\d{1,9}$/.test(header.trim())) return Number(header.trim()) * second
  const date = Date.parse(header)
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}
