import { expect, test } from 'vitest'
import { askedForMs, checkoutLifeMs, nextCheckAt } from './check-schedule.ts'

const begin = Date.parse('2026-11-22T10:00:00Z')
const at = (seconds: number) => new Date(begin + seconds * 1000)

function askedAt(checkout: Parameters<typeof nextCheckAt>[0], untilSeconds: number): number[] {
  const seconds: number[] = []
  let now = at(0)
  for (;;) {
    const next = nextCheckAt(checkout, now)
    if (!next || next.getTime() === now.getTime() || next > at(untilSeconds)) return seconds
    seconds.push((next.getTime() - begin) / 1000)
    now = next
  }
}

const created = {
  createdAt: at(0),
  submittedAt: null,
  expiresAt: new Date(begin + checkoutLifeMs),
  endedAt: null,
}

test('a submitted BLIK code is asked about ever more seldom, then hourly', () => {
  const pending = { ...created, status: 'pending', submittedAt: at(0) } as const
  expect(askedAt(pending, 4 * 3600)).toEqual([
    2, 3, 5, 10, 20, 30, 60, 120, 300, 900, 3600, 7200, 10800, 14400,
  ])
})

test('a pending checkout is asked about for 35 days, last at their end', () => {
  const pending = { ...created, status: 'pending', submittedAt: at(0) } as const
  const days35 = 35 * 86_400
  expect(askedForMs).toBe(days35 * 1000)
  expect(nextCheckAt(pending, at(days35 - 10))).toEqual(at(days35))
  expect(nextCheckAt(pending, at(days35))).toBeNull()
})

test('a created checkout is asked about until it expires, and looked at then', () => {
  const redirect = { ...created, status: 'created' } as const
  expect(askedAt(redirect, 86_400)).toEqual([60, 120, 300, 900, 1800])
  expect(nextCheckAt(redirect, at(1800))).toEqual(at(1800))
  expect(nextCheckAt(redirect, at(5000))).toEqual(at(5000))
})

test('one that may take days is only looked at when it expires', () => {
  const slow = { ...created, status: 'created', expiresAt: at(35 * 86_400) } as const
  expect(askedAt(slow, 40 * 86_400)).toEqual([35 * 86_400])
  expect(nextCheckAt(slow, at(35 * 86_400))).toBeNull()
})

test('an expired checkout is asked about for 35 days at long intervals', () => {
  const expired = { ...created, status: 'expired', endedAt: at(1800) } as const
  expect(askedAt(expired, 3 * 86_400).map((second) => second - 1800)).toEqual([
    300, 900, 3600, 21_600, 86_400, 172_800,
  ])
  expect(askedAt(expired, 40 * 86_400)).toHaveLength(39)
  expect(askedAt(expired, 40 * 86_400).at(-1)).toBe(35 * 86_400)
})

test('missed questions are not made up for', () => {
  const pending = { ...created, status: 'pending', submittedAt: at(0) } as const
  expect(nextCheckAt(pending, at(1000))).toEqual(at(3600))
})

test.each(['succeeded', 'failed'] as const)('a checkout that %s is not asked about', (status) => {
  expect(nextCheckAt({ ...created, status, endedAt: at(5) }, at(10))).toBeNull()
})
