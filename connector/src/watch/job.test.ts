import { pino } from 'pino'
import { afterEach, expect, it, vi } from 'vitest'
import { type JobOptions, pauseAfter, startJob } from './job.ts'

const log = pino({ level: 'silent' })
let stop = new AbortController()
afterEach(() => {
  vi.useRealTimers()
  stop.abort()
})

function job(run: () => Promise<void>, more: Partial<JobOptions> = {}) {
  stop = new AbortController()
  return startJob({ name: 'test', log, signal: stop.signal, everyMs: () => 3_600_000, run, ...more })
}

it('runs at once, then when it is rung, one run at a time', async () => {
  let [runs, inside, most] = [0, 0, 0]
  const release: (() => void)[] = []
  const { ring, done } = job(async () => {
    inside++
    most = Math.max(most, inside)
    await new Promise<void>((resolve) => release.push(resolve))
    inside--
    runs++
  })
  await expect.poll(() => release.length).toBe(1)
  // Rung while it runs, any number of times: it runs once more.
  for (let n = 0; n < 5; n++) ring()
  release[0]?.()
  await expect.poll(() => release.length).toBe(2)
  release[1]?.()
  await expect.poll(() => runs).toBe(2)
  ring()
  await expect.poll(() => release.length).toBe(3)
  stop.abort()
  release[2]?.()
  await done
  expect([runs, most]).toEqual([3, 1])
})

it('a run that fails is done again after a pause, or at once where the cause was mended', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  let runs = 0
  const { ring, again, done } = job(async () => {
    runs++
    throw new Error('away')
  })
  await vi.advanceTimersByTimeAsync(0)
  expect(runs).toBe(1)
  ring()
  await vi.advanceTimersByTimeAsync(0)
  expect(runs).toBe(1)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(runs).toBe(2)
  again()
  await vi.advanceTimersByTimeAsync(0)
  expect(runs).toBe(3)
  stop.abort()
  await done
})

it('pauses grow to five minutes, also for a job that runs all the time', () => {
  const pauses = Array.from({ length: 40 }, (_, n) => pauseAfter(n + 1))
  expect(pauses[0]).toBeLessThanOrEqual(1_000)
  for (const pause of pauses) expect(pause).toBeLessThanOrEqual(300_000)
  expect(pauses[30]).toBeGreaterThanOrEqual(225_000)
  expect(pauseAfter(20, 60_000)).toBeLessThanOrEqual(60_000)
})
