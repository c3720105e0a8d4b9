import type { Log } from '../platform/index.ts'

const firstPauseMs = 1_000
const longestPauseMs = 300_000

export interface JobOptions {
  name: string
  log: Log
  signal: AbortSignal
  /** Milliseconds between two runs; asked each time, because settings change. */
  everyMs: () => number
  /** The longest pause after a failure, in milliseconds; five minutes unless told. */
  pauseAtMostMs?: number | undefined
  /** Before the first run, in milliseconds; at once unless told. */
  firstMs?: number
  run: () => Promise<void>
}

export interface Job {
  /** Runs it now, or again where it is running. */
  ring(): void
  /** What made it fail may be mended: it is run now, as if it had not failed. */
  again(): void
  /** Ends with the signal, when the run that is under way has ended. */
  done: Promise<void>
}

/**
 * Runs something again and again, one run at a time. After a failure the pause begins at a second and doubles up
 * to five minutes; a ring does not shorten it, so that an outage is not hammered at.
 */
export function startJob(options: JobOptions): Job {
  const { name, log, signal } = options
  let wake: () => void = () => undefined
  let rung = false
  let failures = 0
  // One listener for all pauses: signals made for each would pile up over months.
  signal.addEventListener('abort', () => wake(), { once: true })
  const ring = () => {
    rung = true
    if (failures === 0) wake()
  }
  const again = () => {
    failures = 0
    ring()
  }
  const wait = (ms: number) => {
    if (signal.aborted || (rung && failures === 0)) return
    return new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
  const work = async () => {
    await wait(options.firstMs ?? 0)
    while (!signal.aborted) {
      rung = false
      try {
        await options.run()
        if (failures > 0) log.info({ job: name, failures }, 'works again')
        failures = 0
      } catch (error) {
        if (signal.aborted) return
        failures++
        log.error({ job: name, failures, err: error }, 'failed: tried again after a pause')
      }
      await wait(failures > 0 ? pauseAfter(failures, options.pauseAtMostMs) : options.everyMs())
    }
  }
  return { ring, again, done: work() }
}

/** Spread, so that many connectors do not come back in the same second. */
export function pauseAfter(failures: number, atMostMs = longestPauseMs): number {
  const pause = Math.min(atMostMs, firstPauseMs * 2 ** Math.min(failures - 1, 20))
  return pause * (0.75 + Math.random() / 4)
}
