import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Payments, startPayments, until } from '../../testing/payments.ts'
import type { PaymentLink } from '../payment-link/index.ts'
import { confirmMoney } from './confirm.ts'
import type { Money } from './method/method.ts'

let world: Payments
beforeAll(async () => {
  world = await startPayments({ worker: true, connections: 20 })
})
afterAll(() => world.close())

let sequence = 0
const money = (amount: bigint): Money => ({
  methodPaymentId: `race-${++sequence}`,
  amount,
  currency: 'PLN',
  paidAt: new Date(),
})
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))
const anyOf = <T>(list: T[]): T => list[Math.floor(Math.random() * list.length)] as T

/** Every grosz that methods confirmed is in the books, once, and every row was told. */
async function nothingIsLost(confirmed: bigint): Promise<void> {
  expect(await world.books()).toEqual([])
  const { recorded } = await world.db
    .selectFrom('payment')
    .select((eb) => eb.fn.sum<bigint>('amount').as('recorded'))
    .executeTakeFirstOrThrow()
  expect(BigInt(recorded)).toBe(confirmed)
  const told = await world.told()
  const rows = (await world.search()).body
  expect(told.flatMap((event: { data: { rows: unknown[] } }) => event.data.rows)).toEqual(rows)
  const sum = rows.reduce((total: number, row: { amount: number }) => total + Math.round(row.amount * 100), 0)
  expect(BigInt(sum)).toBe(confirmed)
}
let confirmed = 0n

test('twenty different confirmations of one checkout at once are twenty payments', async () => {
  const link = await world.link({ amount: 10 })
  const checkout = await world.started([link], { channel: 'bank' })
  const results = await Promise.all(
    times(20, () => confirmMoney(world.platform, world.biller.provider, checkout, money(1_000n))),
  )
  confirmed += 20_000n
  expect(results).toEqual(times(20, () => 'recorded'))
  const numbers = (await world.told()).map(
    (event: { data: { referenceNumber: string; titleReference?: string } }) => event.data,
  )
  expect(new Set(numbers.map((data: { referenceNumber: string }) => data.referenceNumber)).size).toBe(20)
  const first = numbers.filter((data: { titleReference?: string }) => data.titleReference === undefined)
  expect(first).toMatchObject([{ referenceNumber: checkout.referenceNumber }])
  await nothingIsLost(confirmed)
})

test('the same confirmation of two checkouts at once is one payment and one case for a person', async () => {
  for (const _ of times(10, () => 0)) {
    const links = await world.links([{ amount: 10 }, { amount: 10 }])
    const checkouts = await Promise.all(links.map((link) => world.started([link], { channel: 'bank' })))
    const same = money(1_000n)
    const results = await Promise.all(
      checkouts.map((checkout) => confirmMoney(world.platform, world.biller.provider, checkout, same)),
    )
    confirmed += 1_000n
    expect(results.toSorted()).toEqual(['recorded', 'review'])
  }
  await nothingIsLost(confirmed)
})

test('cancel against pay: a link is paid or cancelled, and its money is recorded either way', async () => {
  const links = await world.links(times(60, (index) => ({ amount: 5, operationId: `c-${index}` })))
  const checkouts = await Promise.all(links.map((link) => world.started([link], { channel: 'bank' })))
  const acts = checkouts.flatMap((checkout, index) => [
    confirmMoney(world.platform, world.biller.provider, checkout, money(500n)),
    world.cancel(links[index] as PaymentLink),
  ])
  const results = await Promise.all(acts)
  confirmed += 60n * 500n
  for (const [index, made] of links.entries()) {
    const link = await world.reread(made.token)
    const answer = results[2 * index + 1]
    const cancelled = typeof answer === 'object' && answer.status === 204
    expect(link.status).toBe(cancelled ? 'cancelled' : 'paid')
    expect(link.paidAmount).toBe(cancelled ? 0n : 500n)
  }
  await nothingIsLost(confirmed)
})

test('update, cancel and make again against pay: one active link at most, none takes more than it owes', async () => {
  const payers = times(4, (index) => `storm-${index}`)
  const bill = (userId: string) => ({
    userId,
    operationId: `op-${Math.floor(Math.random() * 2)}`,
    amount: 1 + Math.floor(Math.random() * 20),
  })
  let known = await world.links(
    payers.flatMap((userId) => [0, 1].map((n) => ({ ...bill(userId), operationId: `op-${n}` }))),
  )
  const storm = async () => {
    for (const _ of times(12, () => 0)) {
      const link = anyOf(known)
      switch (Math.floor(Math.random() * 4)) {
        case 0:
          known = [...known, await world.link(bill(anyOf(payers)))]
          break
        case 1:
          expect([204, 409]).toContain((await world.cancel(link, { resolution: 'PAID' })).status)
          break
        default: {
          const together = known.filter((other) => other.payerId === link.payerId).slice(-2)
          const started = await world.start(together, { channel: 'bank' })
          if (started.kind === 'refused') break
          const { checkout } = started
          const amount = checkout.amount + BigInt(Math.floor(Math.random() * 3)) * 100n - 100n
          if (amount <= 0n) break
          confirmed += amount
          await confirmMoney(world.platform, world.biller.provider, checkout, money(amount))
        }
      }
    }
  }
  await Promise.all(times(12, storm))
  await nothingIsLost(confirmed)
  const doubled = await world.db
    .selectFrom('payment_link')
    .select(['payer_id', 'operation_id'])
    .where('status', '=', 'active')
    .where('operation_id', 'is not', null)
    .groupBy(['payer_id', 'operation_id'])
    .having((eb) => eb(eb.fn.countAll(), '>', 1))
    .execute()
  expect(doubled).toEqual([])
})

test('a hundred payers pay by BLIK at once, and every one is told of within the run', async () => {
  const before = (await world.told()).length
  const links = await world.links(times(100, () => ({ amount: 1 })))
  const checkouts = await Promise.all(links.map((link) => world.started([link], { blikCode: '777000' })))
  confirmed += 100n * 100n
  await until(async () => (await world.told()).length === before + 100)
  for (const { publicId } of checkouts) expect((await world.checkout(publicId)).status).toBe('succeeded')
  await nothingIsLost(confirmed)
})
