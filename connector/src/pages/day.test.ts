import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dayStart, nextDay, nextMonth } from './day.ts'

const zone = 'Europe/Warsaw'
const iso = (epoch: number | undefined) => new Date((epoch ?? 0) * 1000).toISOString()

describe('the start of a day', () => {
  it('is local midnight, in summer and in winter time and on the days of the change', () => {
    expect(iso(dayStart('2026-11-22', zone))).toBe('2026-11-21T23:00:00.000Z')
    expect(iso(dayStart('2026-07-01', zone))).toBe('2026-06-30T22:00:00.000Z')
    expect(iso(dayStart('2026-03-29', zone))).toBe('2026-03-28T23:00:00.000Z')
    expect(iso(dayStart('2026-03-30', zone))).toBe('2026-03-29T22:00:00.000Z')
    expect(iso(dayStart('2026-10-25', zone))).toBe('2026-10-24T22:00:00.000Z')
    expect(iso(dayStart('2026-10-26', zone))).toBe('2026-10-25T23:00:00.000Z')
  })

  it('is not told for days that do not exist', () => {
    for (const day of ['', '2026-02-29', '2026-13-01', '2026-1-1', '1999-01-01', '26-01-01', '2026-01-01x']) {
      expect(dayStart(day, zone), day).toBeUndefined()
    }
  })

  it('comes 23 to 25 hours before that of the next day, in zones with a change of time', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2001-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }),
        fc.constantFrom(zone, 'UTC', 'America/New_York'),
        (date, place) => {
          const day = date.toISOString().slice(0, 10)
          const hours = ((dayStart(nextDay(day), place) ?? 0) - (dayStart(day, place) ?? 0)) / 3600
          expect([23, 24, 25]).toContain(hours)
        },
      ),
    )
  })

  it('knows the next day and the next month', () => {
    expect([nextDay('2026-12-31'), nextDay('2028-02-28')]).toEqual(['2027-01-01', '2028-02-29'])
    expect([nextMonth('2026-12'), nextMonth('2026-01')]).toEqual(['2027-01', '2026-02'])
  })
})
