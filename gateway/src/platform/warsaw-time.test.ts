import fc from 'fast-check'
import { expect, test } from 'vitest'
import { momentOf, warsawDate, warsawTime } from './warsaw-time.ts'

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

test.each([
  ['2020-07-23 16:20:20', '2020-07-23T14:20:20Z'],
  ['2026-03-29T01:59:59', '2026-03-29T00:59:59Z'],
  ['2026-03-29 03:00:00', '2026-03-29T01:00:00Z'],
  // The hour that comes twice: its first.
  ['2026-10-25 02:30:00', '2026-10-25T00:30:00Z'],
  ['2026-10-25 03:00:00', '2026-10-25T02:00:00Z'],
])('a Polish clock shows %s at %s', (wall, moment) => {
  expect(momentOf(wall)).toEqual(new Date(moment))
})

test.each(['', 'soon', '2026-02-30 10:00:00', '2026-11-22', '2026-11-22 10:00', '2026-11-22 25:00:00'])(
  '%j is no time',
  (wall) => expect(momentOf(wall)).toBeUndefined(),
)

test('what a Polish clock shows is read back, whatever the day', () => {
  const seconds = fc.integer({ min: Date.UTC(2000, 0) / 1000, max: Date.UTC(2060, 0) / 1000 })
  fc.assert(
    fc.property(seconds, (second) => {
      const wall = warsawTime(new Date(second * 1000)).slice(0, 19)
      const read = momentOf(wall)?.getTime() ?? 0
      // In the hour that comes twice it is the first of the two moments.
      expect([second * 1000, second * 1000 - 3_600_000]).toContain(read)
      expect(warsawTime(new Date(read)).slice(0, 19)).toBe(wall)
    }),
  )
})
