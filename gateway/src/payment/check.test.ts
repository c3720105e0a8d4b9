import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Payments, startPayments } from '../../testing/payments.ts'
import { providerNow } from '../provider/index.ts'
import { checkIfDue } from './check.ts'
import type { Checkout } from './checkout.ts'
import { paymentTasks, sweepCheckouts } from './jobs.ts'

let world: Payments
beforeAll(async () => {
  world = await startPayments()
})
afterAll(() => world.close())

const state = async ({ publicId }: Checkout) => {
  const { status, failure, nextCheckAt } = await world.checkout(publicId)
  return { status, failure, asked: nextCheckAt !== null }
}
/** Moves the checkout's times into the past: as if it had been started so long ago; below 0, into the future. */
async function age({ id }: Checkout, seconds: number): Promise<void> {
  const moved = (moment: Date | null) => moment && new Date(moment.getTime() - seconds * 1000)
  const row = await world.db.selectFrom('checkout').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  await world.db
    .updateTable('checkout')
    .set({
      created_at: moved(row.created_at) ?? row.created_at,
      submitted_at: moved(row.submitted_at),
      expires_at: moved(row.expires_at) ?? row.expires_at,
      next_check_at: moved(row.next_check_at),
    })
    .where('id', '=', id)
    .execute()
}
const check = ({ providerId, id }: Checkout) => checkIfDue(world.platform, providerId, id)
/** Nobody answers for it any more: neither this method nor another. */
const lose = ({ id }: Checkout) =>
  world.db.updateTable('checkout').set({ method: 'gone' }).where('id', '=', id).execute()

test('the method is not asked before its time', async () => {
  const checkout = await world.started([await world.link()], { blikCode: '777000' })
  await age(checkout, -3600)
  expect(await check(checkout)).toBe(false)
  expect(await state(checkout)).toEqual({ status: 'pending', failure: null, asked: true })
})

test('a lost notification is made up for by the question that is due', async () => {
  const checkout = await world.started([await world.link()], { blikCode: '700709' })
  await age(checkout, 2)
  expect(await check(checkout)).toBe(true)
  expect(await state(checkout)).toEqual({ status: 'succeeded', failure: null, asked: false })
  expect(await check(checkout)).toBe(false)
})

test('the next question is put down before the method is asked', async () => {
  const checkout = await world.started([await world.link()], { blikCode: '777111' })
  await age(checkout, 1_800)
  await check(checkout)
  const after = await world.checkout(checkout.publicId)
  expect(after).toMatchObject({ status: 'pending', checks: 1 })
  expect(after.nextCheckAt?.getTime()).toBe((after.submittedAt?.getTime() ?? 0) + 3_600_000)
})

test('a redirect that nobody finishes expires, is asked about later and may still succeed', async () => {
  const link = await world.link()
  const checkout = await world.started([link], { channel: 'bank' })
  await world.db
    .updateTable('sandbox_charge')
    .set({ outcome: 'late', decided_at: new Date(), notify_at: null })
    .where('checkout_public_id', '=', checkout.publicId)
    .execute()
  await age(checkout, 1800)
  await world.db
    .updateTable('checkout')
    .set({ next_check_at: new Date() })
    .where('id', '=', checkout.id)
    .execute()
  expect(await check(checkout)).toBe(true)
  expect(await state(checkout)).toEqual({ status: 'expired', failure: null, asked: true })
  const { body } = await world.api(`/pay/v1/payments/${link.token}`)
  expect(body.processing).toBe(false)
  await age(checkout, 301)
  await world.db
    .updateTable('sandbox_charge')
    .set({ expires_at: new Date(Date.now() - 600_000) })
    .where('checkout_public_id', '=', checkout.publicId)
    .execute()
  expect(await check(checkout)).toBe(true)
  expect(await state(checkout)).toEqual({ status: 'succeeded', failure: null, asked: false })
})

test('a created checkout expires although its method cannot be asked', async () => {
  const checkout = await world.started([await world.link()], { channel: 'bank' })
  await lose(checkout)
  await age(checkout, 1801)
  await check(checkout)
  expect(await state(checkout)).toEqual({ status: 'expired', failure: null, asked: true })
})

test('a code that the method never got fails after two minutes', async () => {
  const checkout = await world.started([await world.link()], { blikCode: '777111' })
  await world.db.deleteFrom('sandbox_charge').where('checkout_public_id', '=', checkout.publicId).execute()
  await age(checkout, 100)
  await check(checkout)
  expect(await state(checkout)).toMatchObject({ status: 'pending' })
  await age(checkout, 300)
  await check(checkout)
  expect(await state(checkout)).toEqual({ status: 'failed', failure: 'not-started', asked: false })
})

test('without a final word for 35 days a person looks, and the link can be paid again', async () => {
  const link = await world.link()
  const checkout = await world.started([link], { blikCode: '777111' })
  await lose(checkout)
  await age(checkout, 35 * 86_400 - 600)
  await check(checkout)
  const last = await world.checkout(checkout.publicId)
  expect(last.status).toBe('pending')
  expect(last.nextCheckAt?.getTime()).toBe(last.createdAt.getTime() + 35 * 86_400_000)
  await age(checkout, 600)
  await check(checkout)
  expect(await state(checkout)).toEqual({ status: 'expired', failure: 'no-final-status', asked: false })
  const reviews = await world.db
    .selectFrom('review')
    .selectAll()
    .where('checkout_id', '=', checkout.id)
    .execute()
  expect(reviews).toMatchObject([{ kind: 'no-final-status', subject: checkout.publicId }])
  expect((await world.start([link])).kind).toBe('started')
})

describe('jobs', () => {
  test('every open checkout has one, by the real clock', async () => {
    const checkout = await world.started([await world.link()], { blikCode: '777111' })
    const jobs = await world.database.pool.query(
      "select run_at from graphile_worker.jobs where key = $1 and task_identifier = 'checkout.check'",
      [`checkout.check ${checkout.providerId} ${checkout.id}`],
    )
    expect(jobs.rows).toHaveLength(1)
    expect(jobs.rows[0].run_at).toEqual(checkout.nextCheckAt)
  })

  test('a lost one is rung again by the sweep', async () => {
    const checkout = await world.started([await world.link()], { blikCode: '700709' })
    const key = `checkout.check ${checkout.providerId} ${checkout.id}`
    await world.database.pool.query('select graphile_worker.remove_job($1)', [key])
    await age(checkout, 60)
    expect(await sweepCheckouts(world.platform)).toBeGreaterThan(0)
    const jobs = await world.database.pool.query('select 1 from graphile_worker.jobs where key = $1', [key])
    expect(jobs.rows).toHaveLength(1)
    await paymentTasks['checkout.check']?.(
      { providerId: checkout.providerId, checkoutId: String(checkout.id) },
      world.platform,
    )
    expect(await state(checkout)).toMatchObject({ status: 'succeeded' })
  })

  test('the sweep goes by the provider’s clock', async () => {
    // What other tests have left is due by the real clock sooner or later.
    await world.db.updateTable('checkout').set({ next_check_at: null }).execute()
    const before = await sweepCheckouts(world.platform)
    const checkout = await world.started([await world.link()], { blikCode: '777111' })
    expect(await sweepCheckouts(world.platform)).toBe(before)
    await world.db.updateTable('provider').set({ clock_ahead: 3600 }).execute()
    expect(providerNow(await world.provider()).getTime()).toBeGreaterThan(Date.now() + 3_500_000)
    expect(await sweepCheckouts(world.platform)).toBeGreaterThan(before)
    await world.db.updateTable('provider').set({ clock_ahead: 0 }).execute()
    expect(await state(checkout)).toMatchObject({ status: 'pending' })
  })
})
