import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Attempt, Health } from './endpoint.ts'
import { downAfterFailures, healthAfter, isDown, nextTry, retryAfterOf, windowMs } from './schedule.ts'

const now = new Date('2030-07-19T12:00:00Z')
const attempt = (values: Partial<Attempt> = {}): Attempt => ({
  at: now,
  durationMs: 1,
  status: 500,
  failure: 'status',
  retryAfterMs: null,
  ...values,
})
const well: Health = { failures: 0, failingSince: null, notBefore: null, againNotBefore: null }
const pauses = (random: number) =>
  Array.from({ length: 10 }, (_, index) => {
    const next = nextTry(index + 1, attempt(), now, random)
    return next && (next.getTime() - now.getTime()) / 1_000
  })

describe('a delivery', () => {
  it('is tried ten times: after 5 s, 5 and 30 min, 2, 5, 10, 14, 20 and 24 h', () => {
    const hours = (count: number) => count * 3_600
    expect(pauses(0)).toEqual([5, 300, 1_800, ...[2, 5, 10, 14, 20, 24].map(hours), undefined])
    expect(windowMs / 1_000).toBe(hours(75) + 35 * 60 + 5)
  })

  it('comes at most a tenth and ten minutes later', () => {
    const [first, , , , , , , , last] = pauses(0.999_999)
    expect(first).toBeCloseTo(5.5, 2)
    expect(last).toBeCloseTo(86_400 + 600, 1)
  })

  it('waits for as long as it was asked to, a day at most', () => {
    const asked = (retryAfterMs: number) =>
      (nextTry(1, attempt({ retryAfterMs }), now, 0)?.getTime() ?? 0) - now.getTime()
    expect(asked(60_000)).toBe(60_000)
    expect(asked(1_000)).toBe(5_000)
    expect(asked(10 ** 12)).toBe(86_400_000)
  })
})

describe('an endpoint', () => {
  const failed = (count: number, values: Partial<Attempt> = {}) =>
    Array.from({ length: count }).reduce<Health>((health) => healthAfter(health, attempt(values), now), well)

  it('seems to be down after ten failures in a row, and is asked with growing pauses', () => {
    expect(isDown(failed(downAfterFailures - 1))).toBe(false)
    expect(failed(downAfterFailures - 1).againNotBefore).toBeNull()
    expect(isDown(failed(downAfterFailures))).toBe(true)
    const pause = (count: number) => ((failed(count).againNotBefore?.getTime() ?? 0) - now.getTime()) / 1_000
    expect([10, 11, 12, 18, 40].map(pause)).toEqual([5, 10, 20, 1_280, 1_800])
  })

  it('is well after the first success, whatever was before', () => {
    const health = fc.record({
      failures: fc.nat(),
      failingSince: fc.constantFrom(null, now),
      notBefore: fc.constantFrom(null, now),
      againNotBefore: fc.constantFrom(null, now),
    })
    fc.assert(
      fc.property(health, (before) => {
        expect(healthAfter(before, attempt({ status: 204, failure: null }), now)).toEqual(well)
      }),
    )
  })

  it('remembers the first failure', () => {
    const later = new Date(now.getTime() + 1_000)
    expect(healthAfter(failed(1), attempt(), later).failingSince).toEqual(now)
  })

  it.each([
    [429, 60_000, 60_000],
    [503, 60_000, 60_000],
    [429, null, 5_000],
    [502, null, 5_000],
    [504, null, 5_000],
    [503, null, null],
    [500, 60_000, null],
    [404, 60_000, null],
  ])('that answers %i, Retry-After %s ms, is left alone %s ms', (status, retryAfterMs, wait) => {
    const { notBefore } = failed(1, { status, retryAfterMs })
    expect(notBefore && notBefore.getTime() - now.getTime()).toBe(wait)
  })
})

describe('Retry-After', () => {
  it.each([
    ['120', 120_000],
    [' 5 ', 5_000],
    ['Fri, 19 Jul 2030 12:01:00 GMT', 60_000],
    ['Fri, 19 Jul 2030 11:00:00 GMT', 0],
    ['soon', null],
    ['-5', null],
    [undefined, null],
  ])('%s is %s ms', (header, ms) => {
    const read = retryAfterOf(header, now.getTime())
    if (header === '-5') expect(read === null || read === 0).toBe(true)
    else expect(read).toBe(ms)
  })
})
