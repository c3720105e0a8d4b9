import type { GatewayEvent, Refunds } from '@bill-gateway/contract'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findCheckout, recordReversal } from '../../gateway/src/payment/index.ts'
import type { Answer } from '../../gateway/testing/gateway.ts'
import { bill, createLink, createLinks, eventsAfter, pay, statusOf } from '../support/bill.ts'
import { expectSoundBooks } from '../support/books.ts'
import { atOnce, type Pair, startPair, tally } from '../support/race.ts'
import { until } from '../support/until.ts'

let pair: Pair
beforeAll(async () => {
  pair = await startPair()
})
afterAll(() => pair.close())

const order = (token: string, body: unknown): Promise<Answer> =>
  pair.api(`/pay/v1/payments/${token}/refunds`, { body })
const made = (answers: Answer[]) => answers.flatMap((answer) => (answer.body as Refunds).refunds ?? [])

/** Minor units: sums of JSON amounts are compared whole. */
const grosze = (amount: number) => Math.round(amount * 100)

const pending = () =>
  pair.database.db.selectFrom('refund').select('id').where('status', '=', 'pending').execute()

/** Until nothing is on its way any more; what takes the sandbox a minute is helped by the clock. */
async function settled(): Promise<void> {
  await until('the end of every refund', async () => (await pending()).length === 0 || (await hurry()))
}

async function hurry(): Promise<false> {
  await pair.api('/pay/v1/test/clock', { body: { advance: 'PT30S' } })
  return false
}

async function returnedBySandbox(checkoutId: string): Promise<bigint> {
  const rows = await pair.database.db
    .selectFrom('sandbox_refund as refund')
    .innerJoin('sandbox_charge as charge', 'charge.id', 'refund.charge_id')
    .select('refund.amount')
    .where('charge.checkout_public_id', '=', checkoutId)
    .where('refund.succeeds_at', 'is not', null)
    .execute()
  return rows.reduce((sum, row) => sum + row.amount, 0n)
}

async function returnedByEvents(paymentId: string | null): Promise<number> {
  const events = await eventsAfter(pair.api)
  return events
    .filter((event) => event.type === 'payment.refunded' || event.type === 'payment.reversed')
    .filter((event: GatewayEvent) => 'paymentId' in event.data && event.data.paymentId === paymentId)
    .reduce((sum, event) => sum + ('amount' in event.data ? grosze(Number(event.data.amount)) : 0), 0)
}

test('200 refunds of one payment at once give back no more than it was', async () => {
  const { token } = await createLink(pair.api, { amount: 100 })
  const { checkoutId, paymentId } = await pay(pair.api, token)
  // Together 3.07 × 200; 32 of them fit.
  const answers = await atOnce(200, () => order(token, { amount: 3.07 }))
  expect(tally(answers)).toEqual({ 201: 32, 409: 168 })
  await settled()
  expect(await returnedBySandbox(checkoutId)).toBe(9_824n)
  expect(await returnedByEvents(paymentId)).toBe(9_824)
  expect((await statusOf(pair.api, token)).amounts).toMatchObject({ paid: 100, refunded: 98.24 })
  await expectSoundBooks(pair.database.db)
})

test('refunds of all that is left, of parts and by hand, at once with chargebacks, never add up to more', async () => {
  const { token } = await createLink(pair.api, { amount: 60 })
  const { checkoutId, paymentId } = await pay(pair.api, token)
  const checkout = await findCheckout(pair.database.db, checkoutId)
  if (!checkout) throw new Error('no checkout')
  const [gateway] = pair.gateways
  const wishes = [{}, { amount: 20 }, { amount: 35.5 }, { amount: 12.13 }, { amount: 7, manual: true }]
  const refunds = atOnce(20, (index) => order(token, wishes[index % wishes.length]))
  const reversals = atOnce(3, (index) =>
    recordReversal(gateway.platform, gateway.provider, checkout, {
      methodReversalId: `cb-${index}`,
      methodPaymentId: checkout.methodReference ?? '',
      amount: 1_500n,
      at: new Date(),
    }),
  )
  expect(Object.keys(tally(await refunds)).filter((status) => !['201', '409'].includes(status))).toEqual([])
  await reversals
  await settled()
  const { amounts } = await statusOf(pair.api, token)
  expect(amounts.refunded).toBeLessThanOrEqual(60)
  expect(await returnedByEvents(paymentId)).toBe(grosze(amounts.refunded))
  await expectSoundBooks(pair.database.db)
})

test('orders of two links that one payment paid do not take from one another', async () => {
  const links = await createLinks(pair.api, [
    bill({ userId: 'pair', amount: 40 }),
    bill({ userId: 'pair', amount: 60 }),
  ])
  await pay(pair.api, links[0]?.token ?? '', { scope: 'balance' })
  const answers = await atOnce(40, (index) => order(links[index % 2]?.token ?? '', { amount: 10 }))
  expect(tally(answers)).toEqual({ 201: 10, 409: 30 })
  await settled()
  for (const [index, link] of links.entries())
    expect((await statusOf(pair.api, link.token)).amounts.refunded).toBe([40, 60][index])
  await expectSoundBooks(pair.database.db)
})

const anyAmount = fc.integer({ min: 1, max: 6_000 }).map((minorUnits) => minorUnits / 100)
const anyAct = fc.oneof(
  { weight: 4, arbitrary: fc.record({ amount: anyAmount, link: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ link: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ amount: anyAmount, link: fc.nat(2), manual: fc.constant(true) }) },
  { weight: 1, arbitrary: fc.record({ link: fc.nat(2), unallocatedOnly: fc.constant(true) }) },
)

test('whatever is ordered in whatever order: a model of the amounts left says the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyAct, { minLength: 1, maxLength: 8 }), fc.boolean(), async (acts, extra) => {
      const links = await createLinks(
        pair.api,
        [20, 30, 40].map((amount) => bill({ userId: `model-${Math.random()}`, amount })),
      )
      // Each payer's link is paid; the first one twice where there is extra money.
      const left = [2_000, 3_000, 4_000]
      let free = 0
      for (const [index, { token }] of links.entries()) {
        if (index === 0 && extra) await pay(pair.api, token, { outcome: 'wrong-amount' })
        else await pay(pair.api, token)
      }
      if (extra) free = 1
      for (const { link, ...body } of acts) {
        const wanted = 'amount' in body ? grosze(body.amount) : undefined
        const there = link === 0 ? free : 0
        const most = there + ('unallocatedOnly' in body ? 0 : (left[link] ?? 0))
        const answer = await order(links[link]?.token ?? '', body)
        const fits = most > 0 && (wanted ?? most) <= most
        expect(answer.status, answer.text).toBe(fits ? 201 : 409)
        if (!fits) continue
        await settled()
        const refunds = made([answer])
        expect(refunds.reduce((sum, refund) => sum + grosze(refund.amount), 0)).toBe(wanted ?? most)
        // The sandbox refuses amounts that end in .13, and takes a minute for .12.
        const goes = 'manual' in body || (wanted ?? most) % 100 !== 13
        if (!goes) continue
        const fromFree = Math.min(there, wanted ?? most)
        if (link === 0) free -= fromFree
        left[link] = (left[link] ?? 0) - ((wanted ?? most) - fromFree)
      }
      for (const [index, { token }] of links.entries()) {
        const { amounts } = await statusOf(pair.api, token)
        expect(grosze(amounts.paid) - grosze(amounts.refunded)).toBe(left[index])
      }
      await expectSoundBooks(pair.database.db)
    }),
    { numRuns: 8 },
  )
})
