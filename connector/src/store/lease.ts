import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Lms } from '../platform/index.ts'
import { dropLease, leaseOf, renewLease, takeLease } from './queries/lease.ts'

/** A holder that died is taken over after this long. */
const leaseSeconds = 30
const renewEveryMs = 10_000
const givingBackTriesMax = 10
const givingBackPauseMs = 50

export type Leased<T> = { held: true; result: T } | { held: false; holder: string; since: number }

export interface LeaseOptions {
  /** Told to stop from outside: the work's signal is told too. */
  signal?: AbortSignal | undefined
  /** How long a lease lasts without being renewed, in seconds, 3 to 3600; 30 unless told. */
  seconds?: number
  /** How often it is renewed, in milliseconds; 10,000 unless told. */
  renewEveryMs?: number
}

/**
 * Does work while holding the lease of this name, or says who holds it. The signal that the work gets is aborted
 * where the lease is lost or the caller is told to stop: the work then ends as soon as it can.
 *
 * @throws what the work throws
 */
export async function withLease<T>(
  lms: Lms,
  name: string,
  work: (signal: AbortSignal) => Promise<T>,
  options: LeaseOptions = {},
): Promise<Leased<T>> {
  const seconds = options.seconds ?? leaseSeconds
  const holder = `${hostname().slice(0, 60)}:${process.pid}:${randomUUID().slice(0, 8)}`
  if (!(await takeLease(lms, name, holder, seconds))) {
    const { holder: other, since } = (await leaseOf(lms.db, name)) ?? { holder: 'unknown', since: 0 }
    return { held: false, holder: other, since }
  }
  const lost = new AbortController()
  const stop = keep(lms, name, holder, seconds, options.renewEveryMs ?? renewEveryMs, lost)
  const passOn = () => lost.abort(options.signal?.reason)
  if (options.signal?.aborted) passOn()
  options.signal?.addEventListener('abort', passOn, { once: true })
  try {
    return { held: true, result: await work(lost.signal) }
  } finally {
    options.signal?.removeEventListener('abort', passOn)
    await stop()
    await giveBack(lms, name, holder)
  }
}

/** Each connection of the pool may have broken meanwhile. Where the database is away, the lease ends by itself. */
async function giveBack(lms: Lms, name: string, holder: string): Promise<void> {
  for (let tried = 0; tried < givingBackTriesMax; tried++) {
    try {
      return await dropLease(lms.db, name, holder)
    } catch {
      await sleep(givingBackPauseMs)
    }
  }
}

function keep(
  lms: Lms,
  name: string,
  holder: string,
  seconds: number,
  everyMs: number,
  lost: AbortController,
): () => Promise<void> {
  let renewedAt = performance.now()
  let running: Promise<void> = Promise.resolve()
  const renew = async () => {
    const askedAt = performance.now()
    const mine = await renewLease(lms, name, holder, seconds).catch(() => undefined)
    if (mine) renewedAt = askedAt
    if (mine === false || performance.now() - renewedAt > seconds * 1000) {
      lost.abort(new Error(`the lease ${name} was lost: another process works, or the database is away`))
    }
  }
  const timer = setInterval(() => {
    running = running.then(renew)
  }, everyMs)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await running
  }
}
