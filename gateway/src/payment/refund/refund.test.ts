import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { addMoodyMethod, type Mood, type MoodyMethod } from '../../../testing/moody-method.ts'
import { type Payments, startPayments } from '../../../testing/payments.ts'
import { transact } from '../../platform/db/transaction.ts'
import { askMethod } from '../check.ts'
import type { Checkout } from '../checkout.ts'
import { sweepRefunds } from './due.ts'
import { orderRefunds, type RefundWish } from './order.ts'
import { findRefundById, paymentsToReturn } from './queries/refunds.ts'
import type { Refund } from './refund.ts'
import { recordReversal, reverseMoney } from './reversal.ts'
import { askIfDue } from './send.ts'

let world: Payments
let moody: MoodyMethod
beforeAll(async () => {
  world = await startPayments()
  moody = addMoodyMethod()
  const ways = JSON.stringify({ card: 'moody' })
  await world.db.updateTable('provider').set({ ways }).where('id', '=', world.biller.provider.id).execute()
  world.biller.provider = await world.provider()
})
afterAll(async () => {
  moody.remove()
  await world.close()
})
afterEach(async () => {
  moody.moods = []
  moody.takenBack = []
  expect(await world.books()).toEqual([])
})

const provider = () => world.biller.provider
interface Paid {
  checkout: Checkout
  linkId: bigint
}

/** A link paid in full by the moody method. */
async function paid(amount = 100): Promise<Paid> {
  const link = await world.link({ amount })
  const started = await world.started([link], { channel: 'card', provider: provider() })
  const checkout = await askMethod(world.platform, provider(), started)
  expect(checkout.status).toBe('succeeded')
  return { checkout, linkId: link.id }
}

async function order({ linkId }: Paid, wish: Partial<RefundWish> = {}, ...moods: Mood[]): Promise<Refund> {
  moody.moods.push(...moods)
  const payments = await paymentsToReturn(world.db, provider().id, linkId)
  const [made] = await transact(world.db, (tx) => orderRefunds(tx, provider(), { payments, ...wish }))
  if (!made) throw new Error('no refund')
  return made
}

const ask = ({ id }: Refund) => askIfDue(world.platform, provider().id, id)
async function now({ id }: Refund): Promise<Refund> {
  const found = await findRefundById(world.db, provider().id, id)
  if (!found) throw new Error('it is gone')
  return found
}
const makeDue = ({ id }: Refund) =>
  world.db
    .updateTable('refund')
    .set({ next_check_at: new Date(0) })
    .where('id', '=', id)
    .execute()
async function toldOf(publicId: string): Promise<unknown[]> {
  const { body } = await world.api('/pay/v1/events?limit=1000')
  return body.events.filter((event: { data: { refundId?: string } }) => event.data.refundId === publicId)
}

describe('a refund whose wire breaks', () => {
  test('after the method gave the money: it is asked, not sent again', async () => {
    const refund = await order(await paid(), { amount: 4_000n }, 'lost')
    expect(await ask(refund)).toBe(true)
    expect(await now(refund)).toMatchObject({ status: 'pending', checks: 1 })
    expect(await ask(refund)).toBe(false)
    await makeDue(refund)
    expect(await ask(refund)).toBe(true)
    expect(await now(refund)).toMatchObject({ status: 'succeeded', methodRefundId: `m-${refund.publicId}` })
    expect(moody.given.get(refund.publicId)).toEqual({ amount: 4_000n, times: 1 })
    expect(await toldOf(refund.publicId)).toHaveLength(1)
  })

  test('before it was heard: it is sent again', async () => {
    const refund = await order(await paid(), {}, 'away', 'away')
    for (let tries = 0; tries < 3; tries++) {
      await makeDue(refund)
      await ask(refund)
    }
    expect(moody.asked.filter((asked) => asked.endsWith(refund.publicId))).toEqual(
      ['send', 'status', 'send', 'status', 'send'].map((what) => `${what} ${refund.publicId}`),
    )
    expect(moody.given.get(refund.publicId)?.times).toBe(1)
    expect((await now(refund)).status).toBe('succeeded')
  })

  test('and its job is lost: the sweep rings again', async () => {
    const refund = await order(await paid(), {}, 'away')
    expect(await sweepRefunds(world.platform)).toBe(0)
    await makeDue(refund)
    expect(await sweepRefunds(world.platform)).toBe(1)
    await ask(refund)
    await makeDue(refund)
    await ask(refund)
    expect((await now(refund)).status).toBe('succeeded')
  })
})

describe('a refund that the method decides later', () => {
  const hear = (publicId: string) =>
    world.server.call(`/notify/moody/${provider().code}`, { method: 'POST', body: publicId })

  test('is ended by its notification, once', async () => {
    const refund = await order(await paid(), {}, 'pending')
    await ask(refund)
    expect(await now(refund)).toMatchObject({ status: 'pending', methodRefundId: `m-${refund.publicId}` })
    expect((await hear(refund.publicId)).status).toBe(204)
    expect((await now(refund)).status).toBe('pending')
    moody.decide(refund.publicId, 'succeeded')
    for (const _ of [1, 2, 3]) expect((await hear(refund.publicId)).status).toBe(204)
    expect((await now(refund)).status).toBe('succeeded')
    expect(await toldOf(refund.publicId)).toHaveLength(1)
    const kept = await world.db
      .selectFrom('notification')
      .select('verdict')
      .where('refund_id', '=', refund.id)
      .execute()
    expect(kept).toEqual(Array(4).fill({ verdict: 'believed' }))
  })

  test('and refuses: the money can be refunded again', async () => {
    const payment = await paid()
    const refund = await order(payment, {}, 'pending')
    await ask(refund)
    await expect(order(payment, { amount: 1n })).rejects.toMatchObject({ code: 'refund_exceeds_payment' })
    moody.decide(refund.publicId, 'failed')
    await hear(refund.publicId)
    expect(await now(refund)).toMatchObject({ status: 'failed', failure: 'not now', nextCheckAt: null })
    expect((await order(payment, { amount: 10_000n })).status).toBe('pending')
  })

  test('and says the opposite afterwards: a person looks into it, and nothing is booked', async () => {
    const refund = await order(await paid(), {}, 'failed')
    await ask(refund)
    moody.decide(refund.publicId, 'succeeded')
    await hear(refund.publicId)
    expect((await now(refund)).status).toBe('failed')
    const reviews = await world.db
      .selectFrom('review')
      .select(['kind', 'details'])
      .where('subject', '=', refund.publicId)
      .execute()
    expect(reviews).toMatchObject([{ kind: 'refund-unclear', details: { found: 'succeeded after failed' } }])
  })

  test('is never decided: after 35 days a person looks into it, and its money stays reserved', async () => {
    const payment = await paid()
    const refund = await order(payment, {}, 'pending')
    await ask(refund)
    const created_at = new Date(Date.now() - 36 * 86_400_000)
    await world.db.updateTable('refund').set({ created_at }).where('id', '=', refund.id).execute()
    await makeDue(refund)
    await ask(refund)
    expect(await now(refund)).toMatchObject({ status: 'pending', nextCheckAt: null })
    const reviews = await world.db
      .selectFrom('review')
      .select('kind')
      .where('subject', '=', refund.publicId)
      .execute()
    expect(reviews).toEqual([{ kind: 'refund-unclear' }])
    await expect(order(payment)).rejects.toMatchObject({ code: 'refund_exceeds_payment' })
  })

  test('that has failed is never sent again, whoever tells of it', async () => {
    const refund = await order(await paid(), {}, 'failed')
    await ask(refund)
    moody.forget(refund.publicId)
    expect((await hear(refund.publicId)).status).toBe(503)
    expect(moody.given.has(refund.publicId)).toBe(false)
  })

  test('of another method, or of nobody, is not believed', async () => {
    expect((await hear('re_aaaaaaaaaaaaaaaaaaaa')).status).toBe(404)
    const byHand = await order(await paid(), { manual: true })
    expect((await hear(byHand.publicId)).status).toBe(404)
    const sandboxOnes = await world.started([await world.link()], { blikCode: '777000' })
    await askMethod(world.platform, provider(), sandboxOnes)
    const payment = { checkout: sandboxOnes, linkId: sandboxOnes.links[0]?.linkId ?? 0n }
    const refund = await order(payment)
    expect((await hear(refund.publicId)).status).toBe(404)
    expect((await now(refund)).sentAt).toBeNull()
  })
})

describe('money that a bank takes back', () => {
  const taken = (checkout: Checkout, methodReversalId: string, amount: bigint) => ({
    methodReversalId,
    methodPaymentId: checkout.publicId,
    amount,
    at: new Date('2026-11-22T12:00:00Z'),
  })
  const reversals = async () => {
    const { body } = await world.api('/pay/v1/events?limit=1000')
    return body.events.filter((event: { type: string }) => event.type === 'payment.reversed')
  }

  test('is recorded once, however often the method says it, and the link stays paid', async () => {
    const { checkout } = await paid(50)
    moody.takenBack = [taken(checkout, 'cb-1', 2_000n), taken(checkout, 'cb-2', 1_000n)]
    const before = (await reversals()).length
    for (const _ of [1, 2, 3]) await askMethod(world.platform, provider(), checkout)
    const told = (await reversals()).slice(before)
    expect(told.map((event: { data: { amount: number } }) => event.data.amount)).toEqual([20, 10])
    expect(told[0].data).toMatchObject({ at: '2026-11-22T13:00:00+01:00', rows: [{ amount: 20 }] })
    const link = await world.reread(checkout.links[0]?.token ?? '')
    expect(link).toMatchObject({ status: 'paid', paidAmount: 5_000n, refundedAmount: 3_000n, openAmount: 0n })
  })

  test('though some was refunded: what is left is recorded, a person looks into the rest', async () => {
    const payment = await paid(50)
    await ask(await order(payment, { amount: 2_000n }))
    const reversal = taken(payment.checkout, 'cb-3', 5_000n)
    expect(await recordReversal(world.platform, provider(), payment.checkout, reversal)).toBe('partly')
    expect(await recordReversal(world.platform, provider(), payment.checkout, reversal)).toBe('known')
    const again = taken(payment.checkout, 'cb-4', 1n)
    expect(await recordReversal(world.platform, provider(), payment.checkout, again)).toBe('too-much')
    const reviews = await world.db
      .selectFrom('review')
      .select(['subject', 'details'])
      .where('kind', '=', 'reversal-mismatch')
      .where('checkout_id', '=', payment.checkout.id)
      .orderBy('id')
      .execute()
    expect(reviews).toMatchObject([
      { subject: 'cb-3', details: { takenBack: '50.00', recorded: 'partly' } },
      { subject: 'cb-4', details: { recorded: 'too-much' } },
    ])
  })

  test('of a payment that is not in the books waits for a person', async () => {
    const { checkout } = await paid(50)
    const strange = { ...taken(checkout, 'cb-5', 100n), methodPaymentId: 'other' }
    expect(await recordReversal(world.platform, provider(), checkout, strange)).toBe('unknown-payment')
  })

  test('all or nothing: nothing, where some of it went back already', async () => {
    const payment = await paid(50)
    await ask(await order(payment, { amount: 1n }))
    const reverse = (id: string, amount: bigint) =>
      transact(world.db, (tx) =>
        reverseMoney(tx, provider(), 'moody', taken(payment.checkout, id, amount), 'all-or-nothing'),
      )
    expect(await reverse('undo-1', 5_000n)).toBe('too-much')
    expect(await reverse('undo-1', 4_999n)).toBe('recorded')
    expect(await reverse('undo-1', 4_999n)).toBe('known')
  })
})
