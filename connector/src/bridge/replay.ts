/** Seconds that a request's clock may be off: both sides run on one machine. */
export const windowSeconds = 30
/** Requests of one window. More than that at once is no LMS. */
const noncesMax = 100_000

export type Freshness = 'fresh' | 'seen' | 'stale' | 'full'

/** Remembers the nonces of proved requests for as long as the same request would still be in time. */
export function createReplayGuard(
  max: number = noncesMax,
): (nonce: string, at: number, now: number) => Freshness {
  const expiries = new Map<string, number>()
  const forget = (now: number) => {
    for (const [nonce, expiry] of expiries) {
      if (expiry >= now) return
      expiries.delete(nonce)
    }
  }
  return (nonce, at, now) => {
    if (Math.abs(now - at) > windowSeconds) return 'stale'
    forget(now)
    if (expiries.has(nonce)) return 'seen'
    if (expiries.size >= max) return 'full'
    // By arrival, not by the request's own clock: so the oldest stands first.
    expiries.set(nonce, now + 2 * windowSeconds)
    return 'fresh'
  }
}
