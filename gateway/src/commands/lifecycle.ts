import { setTimeout as sleep } from 'node:timers/promises'

/** Told to stop, a process is gone by then, whatever hangs. */
const stopAtMostMs = 9_500

const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

export interface Lifecycle {
  /** Steps are done in reverse order, each for so long at most. One added while stopping is done too. */
  onStop(atMostMs: number, close: () => Promise<unknown>): void
  /** Whether the process has been told to stop. */
  readonly stopping: boolean
  stop(exitCode: number): Promise<void>
}

interface Step {
  atMostMs: number
  close: () => Promise<unknown>
}

/**
 * Ends the process in good order: with status 0 when told to by a signal, with 1 after an error that nobody
 * caught.
 */
export function beginLifecycle(report: (message: string, error?: unknown) => void): Lifecycle {
  const steps: Step[] = []
  let stopped: Promise<void> | undefined
  const lifecycle: Lifecycle = {
    get stopping() {
      return stopped !== undefined
    },
    onStop: (atMostMs, close) => void steps.push({ atMostMs, close }),
    stop(exitCode) {
      stopped ??= stopAll(steps, exitCode, report)
      return stopped
    },
  }
  // Whoever read the output may go away: that is no reason to end.
  for (const stream of [process.stdout, process.stderr])
    stream.removeAllListeners('error').on('error', () => undefined)
  for (const signal of signals) process.on(signal, () => void lifecycle.stop(0))
  const crash = (error: unknown) => {
    report('an error that nobody caught', error)
    void lifecycle.stop(1)
  }
  process.on('uncaughtException', crash).on('unhandledRejection', crash)
  return lifecycle
}

async function stopAll(steps: Step[], exitCode: number, report: (message: string) => void): Promise<void> {
  setTimeout(() => {
    report('not everything stopped in time')
    process.exit(exitCode || 1)
  }, stopAtMostMs).unref()
  for (let step = steps.pop(); step; step = steps.pop()) {
    const closed = step.close().catch(() => undefined)
    await Promise.race([closed, sleep(step.atMostMs, undefined, { ref: false })])
  }
  process.exit(exitCode)
}
