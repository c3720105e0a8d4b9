import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'
import { awayFromMidnight } from '../../testing/midnight.ts'
import { warsawTime } from '../platform/warsaw-time.ts'
import { newReferenceNumber } from './reference-number.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const noon = new Date('2020-07-23T10:00:00Z')

async function use(day: string, last: number): Promise<void> {
  await database.db.insertInto('reference_number_day').values({ day, last }).execute()
}

test('numbers of a day follow each other from zero, six digits wide', async () => {
  expect(await newReferenceNumber(database.db, noon)).toBe('20200723-000000')
  expect(await newReferenceNumber(database.db, noon)).toBe('20200723-000001')
})

test('the day is Warsaw’s', async () => {
  expect(await newReferenceNumber(database.db, new Date('2020-07-31T22:00:00Z'))).toBe('20200801-000000')
  expect(await newReferenceNumber(database.db, new Date('2020-12-31T22:59:59Z'))).toBe('20201231-000000')
})

test('when a day’s million is used up the next days’ are taken', async () => {
  await use('2020-10-24', 999_998)
  await use('2020-10-25', 999_999)
  const day = new Date('2020-10-24T10:00:00Z')
  expect(await newReferenceNumber(database.db, day)).toBe('20201024-999999')
  // The day in between has 25 hours.
  expect(await newReferenceNumber(database.db, day)).toBe('20201026-000000')
  expect(await newReferenceNumber(database.db, day)).toBe('20201026-000001')
})

test('today’s numbers go with the time of the day, and still follow each other', async () => {
  await awayFromMidnight()
  const now = new Date()
  const [first, second] = [
    await newReferenceNumber(database.db, now),
    await newReferenceNumber(database.db, now),
  ]
  const number = (text: string) => Number(text.slice(9))
  const [hours = 0, minutes = 0] = warsawTime(now).slice(11, 16).split(':').map(Number)
  const minutesOfDay = hours * 60 + minutes
  expect(number(first)).toBeGreaterThanOrEqual(Math.floor((minutesOfDay / 1440) * 1_000_000))
  expect(number(first)).toBeLessThan(((minutesOfDay + 5) / 1440) * 1_000_000 + 5)
  expect(number(second)).toBeGreaterThan(number(first))
})

test('a thousand asked for at once are a thousand different ones', async () => {
  const day = new Date('2021-03-28T10:00:00Z')
  const numbers = await Promise.all(Array.from({ length: 1_000 }, () => newReferenceNumber(database.db, day)))
  expect(new Set(numbers).size).toBe(1_000)
  expect(numbers.toSorted().at(-1)).toBe('20210328-000999')
})
