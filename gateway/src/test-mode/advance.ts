import type { ClockAdvanced } from '@bill-gateway/contract'
import { validationFailed } from '../platform/http/errors.ts'
import type { Platform } from '../platform/platform.ts'
import { warsawTime } from '../platform/warsaw-time.ts'
import { advanceClock, aheadMaxSeconds, type Provider, providerNow } from '../provider/index.ts'
import { doAllDue, firstDueAt, planAllAgain } from './due-acts.ts'
import { secondsOf } from './duration.ts'

/** The longest step of one call. */
const advanceMaxSeconds = 400 * 86_400
/** Moments at which something falls due that the clock stops at; beyond them it jumps to the end. */
const stopsMax = 5_000

/**
 * Moves a test provider's clock forward, stopping at every moment at which something falls due, so that all of
 * it happens in its order and at its own time: a checkout first expires, and its late money comes afterwards.
 *
 * @param advance ISO 8601 duration of at most 400 days
 * @throws ApiError validation_failed where it is longer, or the clock would be more than ten years ahead
 */
export async function advanceTestClock(
  platform: Platform,
  provider: Provider,
  advance: string,
): Promise<ClockAdvanced> {
  const seconds = secondsOf(advance)
  const ahead = provider.clockAheadMs / 1000 + (seconds ?? 0)
  if (seconds === undefined || seconds > advanceMaxSeconds || ahead > aheadMaxSeconds) {
    const detail = 'advance must be a duration of at most 400 days, and the clock at most ten years ahead'
    throw validationFailed([{ pointer: '/advance', code: 'too_large', detail }])
  }
  const { now, done } = await walk(platform, provider, seconds)
  await planAllAgain(platform, now)
  return { now: warsawTime(providerNow(now)), done }
}

/** Steps add up, so two calls at the same time move the clock by both of their durations. */
async function walk(
  platform: Platform,
  provider: Provider,
  seconds: number,
): Promise<{ now: Provider; done: number }> {
  let now = provider
  let done = await doAllDue(platform, now)
  let left = seconds
  for (let stop = 0; left > 0; stop++) {
    const due = stop < stopsMax ? await firstDueAt(platform, now) : undefined
    const ahead = due ? Math.ceil((due.getTime() - providerNow(now).getTime()) / 1000) : left
    if (ahead > 0) {
      const step = Math.min(ahead, left)
      now = await advanceClock(platform.db, provider.id, step)
      left -= step
    }
    const more = await doAllDue(platform, now)
    done += more
    // What is due and cannot be done now is not done by waiting for it: its own job tries again.
    if (ahead <= 0 && more === 0) stop = stopsMax
  }
  return { now, done }
}
