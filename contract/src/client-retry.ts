import { BillGatewayError } from './client-error.ts'

const firstPauseMs = 500
const pauseMsMax = 8_000
/** A gateway that asks for a longer pause than this is not waited for: the caller gets the error. */
const retryAfterMsMax = 60_000

/** Whether the same request may succeed a moment later. Only for requests that may be sent twice. */
export function mayPass(error: unknown): boolean {
  if (!(error instanceof BillGatewayError)) return false
  if (error.code === 'connection_failed' || error.code === 'timeout') return true
  // Our own first try still runs there: its answer will be given to the next.
  if (error.code === 'request_in_progress') return true
  return [429, 502, 503, 504].includes(error.status) && (error.retryAfterMs ?? 0) <= retryAfterMsMax
}

/**
 * The pause before another try: doubled each time, with jitter so that clients do not come back in step, and
 * never shorter than the gateway asked for.
 *
 * @param failures how many tries have failed, from 1
 * @param pauseMax milliseconds
 */
export function pauseAfter(failures: number, error: unknown, pauseMax = pauseMsMax): number {
  const asked = error instanceof BillGatewayError ? error.retryAfterMs : undefined
  const whole = Math.min(pauseMax, firstPauseMs * 2 ** Math.min(failures - 1, 20))
  const own = whole / 2 + (whole / 2) * Math.random()
  return Math.max(own, Math.min(asked ?? 0, retryAfterMsMax))
}

/** Waits; rejects with the signal’s reason as soon as it is aborted. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal?.addEventListener('abort', stop, { once: true })
  })
}
