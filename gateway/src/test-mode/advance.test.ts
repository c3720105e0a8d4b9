import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Payments, startPayments } from '../../testing/payments.ts'
import { newBiller } from '../../testing/rooms.ts'
import { secondsOf } from './duration.ts'

let world: Payments
beforeAll(async () => {
  world = await startPayments()
})
afterAll(() => world.close())

const ahead = async (id: number) => (await world.provider(id)).clockAheadMs / 1000

describe('a duration of', () => {
  test.each([
    ['P5D', 432_000],
    ['PT20M', 1_200],
    ['P1W2DT3H4M5S', 788_645],
    ['PT0S', 0],
    ['P', undefined],
    ['PT', undefined],
    ['P1Y', undefined],
    ['P1DT', undefined],
    ['-P1D', undefined],
    ['p1d', undefined],
    ['', undefined],
  ])('%s is %s seconds', (duration, seconds) => {
    expect(secondsOf(duration)).toBe(seconds)
  })

  test('anything else is none, and never a wrong number', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^P?[\dWDTHMS.,-]{0,12}$/), (text) => {
        const seconds = secondsOf(text)
        if (seconds !== undefined) expect(Number.isSafeInteger(seconds) && seconds >= 0).toBe(true)
      }),
    )
  })
})

test('moves only this provider’s clock, and says its time', async () => {
  const other = await newBiller(world.database)
  const biller = await newBiller(world.database)
  const { status, body } = await world.advance('P5D', biller)
  expect(status).toBe(200)
  expect(Date.parse(body.now) - Date.now()).toBeGreaterThan(432_000_000 - 60_000)
  expect(Date.parse(body.now) - Date.now()).toBeLessThan(432_000_000 + 1_000)
  expect(body.done).toBe(0)
  expect(await ahead(biller.provider.id)).toBe(432_000)
  expect(await ahead(other.provider.id)).toBe(0)
  await world.advance('PT1M', biller)
  expect(await ahead(biller.provider.id)).toBe(432_060)
})

test('two steps at once add up', async () => {
  const biller = await newBiller(world.database)
  const link = await world.link({}, biller)
  await world.started([link], { channel: 'bank', provider: biller.provider })
  const answers = await Promise.all(Array.from({ length: 6 }, () => world.advance('PT20M', biller)))
  expect(answers.map((answer) => answer.status)).toEqual(Array(6).fill(200))
  expect(await ahead(biller.provider.id)).toBe(6 * 1_200)
})

test.each(['P401D', 'P9999W', 'PT99999999S', 'P5Y', 5, '', null])(
  'a step of %j is refused',
  async (advance) => {
    const biller = await newBiller(world.database)
    const answer = await world.api('/pay/v1/test/clock', { advance }, biller)
    expect(answer.status).toBe(400)
    expect(answer.body.errors).toMatchObject([{ pointer: '/advance' }])
    expect(await ahead(biller.provider.id)).toBe(0)
  },
)

test('a clock that would be more than ten years ahead is not moved at all', async () => {
  const biller = await newBiller(world.database)
  const { id } = biller.provider
  const far = 3_600 * 86_400
  await world.db.updateTable('provider').set({ clock_ahead: far }).where('id', '=', id).execute()
  expect((await world.advance('P400D', biller)).status).toBe(400)
  expect(await ahead(id)).toBe(far)
})

test('everything happens in its order and at its own time', async () => {
  const biller = await newBiller(world.database)
  const { provider } = biller
  const [late, gone, quiet] = await world.links([{}, {}, {}], biller)
  if (!late || !gone || !quiet) throw new Error('no links')
  const pay = (token: string, body: Record<string, unknown>) =>
    world.api(`/pay/v1/test/payments/${token}/pay`, { scope: 'link', method: 'bank', ...body }, biller)
  const lateOne = (await pay(late.token, { outcome: 'late' })).body
  const goneOne = (await pay(gone.token, { outcome: 'expired' })).body
  const quietOne = (await pay(quiet.token, { outcome: 'silent' })).body
  const { body } = await world.advance('P40D', biller)
  expect(body.done).toBeGreaterThan(0)

  const started = await world.checkout(lateOne.checkoutId)
  const minutes = async (id: string) => {
    const { endedAt, createdAt } = await world.checkout(id)
    return Math.round(((endedAt?.getTime() ?? 0) - createdAt.getTime()) / 60_000)
  }
  expect(started).toMatchObject({ status: 'succeeded', nextCheckAt: null })
  expect(await minutes(lateOne.checkoutId)).toBe(35)
  expect(await minutes(goneOne.checkoutId)).toBe(30)
  expect(await world.checkout(goneOne.checkoutId)).toMatchObject({ status: 'expired', nextCheckAt: null })
  expect(await minutes(quietOne.checkoutId)).toBe(1)
  const rows = (await world.search('fromDate=0', biller)).body
  expect(rows.map((row: { referenceNumber: string }) => row.referenceNumber)).toEqual([
    quietOne.referenceNumber,
    lateOne.referenceNumber,
  ])
  expect(Date.parse(rows[1].paidAt) - started.createdAt.getTime()).toBeGreaterThan(34 * 60_000)
  expect((await world.provider(provider.id)).clockAheadMs).toBe(40 * 86_400_000)
  expect(await world.books()).toEqual([])
})

test('a checkout that no method answers for is asked about at every step of its schedule', async () => {
  const biller = await newBiller(world.database)
  const link = await world.link({}, biller)
  const checkout = await world.started([link], { blikCode: '777111', provider: biller.provider })
  // As if it were to begin in ten minutes: what is missed because the machine is busy is not made up for.
  await sql`update checkout set method = 'gone', created_at = created_at + interval '10 minutes',
    submitted_at = submitted_at + interval '10 minutes', expires_at = expires_at + interval '10 minutes',
    next_check_at = next_check_at + interval '10 minutes' where id = ${checkout.id}`.execute(world.db)
  await world.db.updateTable('sandbox_charge').set({ notify_at: null }).execute()
  await world.advance('PT10H10M1S', biller)
  const after = await world.checkout(checkout.publicId)
  expect(after).toMatchObject({ status: 'pending', checks: 11 + 9 })
  expect(after.nextCheckAt?.getTime()).toBe(after.createdAt.getTime() + 11 * 3_600_000)
})
