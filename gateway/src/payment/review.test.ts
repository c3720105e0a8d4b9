import { afterAll, beforeAll, expect, test } from 'vitest'
import { money, type Payments, startPayments } from '../../testing/payments.ts'
import { newBiller } from '../../testing/rooms.ts'
import type { Checkout } from './checkout.ts'
import { type Confirmation, confirmMoney } from './confirm.ts'
import type { Money } from './method/method.ts'
import { newestReviews } from './queries/reviews.ts'
import { closeReview } from './review.ts'

let world: Payments
beforeAll(async () => {
  world = await startPayments()
})
afterAll(() => world.close())

const confirm = (checkout: Checkout, of: Money): Promise<Confirmation> =>
  confirmMoney(world.platform, world.biller.provider, checkout, of)

const reviews = (checkout: Checkout) =>
  world.db.selectFrom('review').selectAll().where('checkout_id', '=', checkout.id).execute()

test('another currency, and nobody is asked to pay again meanwhile', async () => {
  const link = await world.link({ amount: 10 })
  const checkout = await world.started([link], { channel: 'bank' })
  const euros = money(1000, { currency: 'EUR' })
  expect(await confirm(checkout, euros)).toBe('review')
  expect(await confirm(checkout, euros)).toBe('review')
  expect(await reviews(checkout)).toMatchObject([
    { kind: 'wrong-currency', subject: euros.methodPaymentId, details: { confirmed: '10.00 EUR' } },
  ])
  expect(await world.checkout(checkout.publicId)).toMatchObject({ status: 'pending', payment: null })
  expect(await world.start([link])).toMatchObject({ kind: 'refused', reason: 'processing' })
  expect(await world.books()).toEqual([])
})

test('another currency, until a person has settled it: the bill can be paid again then', async () => {
  const link = await world.link({ amount: 10 })
  const checkout = await world.started([link], { channel: 'bank' })
  const euros = [money(1000, { currency: 'EUR' }), money(1000, { currency: 'EUR' })]
  for (const each of euros) expect(await confirm(checkout, each)).toBe('review')
  const { provider } = world.biller
  const waiting = async () =>
    (await newestReviews(world.db, { providerId: provider.id, limit: 100 })).filter(
      ({ checkoutId }) => checkoutId === checkout.id,
    )
  const [second, first] = await waiting()
  if (!first || !second) throw new Error('nothing waits')
  const close = (id: bigint, note = 'given back') => closeReview(world.platform, provider, id, note)

  await expect(close(first.id, ' ')).rejects.toMatchObject({ code: 'validation_failed' })
  await expect(close(first.id, 'x'.repeat(501))).rejects.toMatchObject({ code: 'validation_failed' })
  const stranger = await newBiller(world.database)
  await expect(closeReview(world.platform, stranger.provider, first.id, 'mine')).rejects.toMatchObject({
    code: 'not_found',
  })
  expect(await waiting()).toHaveLength(2)

  expect(await close(first.id)).toMatchObject({ note: 'given back', closedAt: expect.any(Date) })
  expect(await world.start([link])).toMatchObject({ kind: 'refused', reason: 'processing' })
  await close(second.id)
  expect(await close(second.id, 'otherwise')).toMatchObject({ note: 'given back' })
  expect(await waiting()).toEqual([])
  expect(await world.checkout(checkout.publicId)).toMatchObject({ status: 'expired' })

  // The method says the same again: that is settled.
  expect(await confirm(checkout, euros[0] as Money)).toBe('review')
  expect(await world.checkout(checkout.publicId)).toMatchObject({ status: 'expired' })
  expect(await world.start([link])).toMatchObject({ kind: 'started' })
  expect(await confirm(checkout, money(1000))).toBe('recorded')
  expect(await world.books()).toEqual([])
})

test('money that the method has already confirmed for another checkout', async () => {
  const [one, other] = await Promise.all([100, 50].map((amount) => world.link({ amount })))
  if (!one || !other) throw new Error('no links')
  const checkout = await world.started([one], { channel: 'bank' })
  const wrong = await world.started([other], { channel: 'bank' })
  const same = money(10_000)
  expect(await confirm(checkout, same)).toBe('recorded')
  expect(await confirm(wrong, same)).toBe('review')
  expect(await reviews(wrong)).toMatchObject([{ kind: 'method-mismatch' }])
  expect(await world.reread(other.token)).toMatchObject({ status: 'active', paidAmount: 0n })
  expect(await world.books()).toEqual([])
})

test('money that is none', async () => {
  const link = await world.link({ amount: 10 })
  const checkout = await world.started([link], { channel: 'bank' })
  expect(await confirm(checkout, money(0))).toBe('review')
  expect(await confirm(checkout, money(-5))).toBe('review')
  expect(await world.books()).toEqual([])
})
