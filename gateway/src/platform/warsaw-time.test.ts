import { expect, test } from 'vitest'
import { warsawDate, warsawTime } from './warsaw-time.ts'

test.each([
  ['2020-07-23T14:20:20.999Z', '2020-07-23T16:20:20+02:00'],
  ['2026-01-05T23:30:00Z', '2026-01-06T00:30:00+01:00'],
  ['2026-03-29T00:59:59Z', '2026-03-29T01:59:59+01:00'],
  ['2026-03-29T01:00:00Z', '2026-03-29T03:00:00+02:00'],
  ['2026-10-25T00:30:00Z', '2026-10-25T02:30:00+02:00'],
  ['2026-10-25T01:30:00Z', '2026-10-25T02:30:00+01:00'],
  ['2027-12-31T23:00:00Z', '2028-01-01T00:00:00+01:00'],
])('%s is %s in Warsaw', (moment, there) => {
  expect(warsawTime(new Date(moment))).toBe(there)
  expect(warsawDate(new Date(moment))).toBe(there.slice(0, 10))
  expect(new Date(there).getTime()).toBe(Math.floor(Date.parse(moment) / 1000) * 1000)
})
