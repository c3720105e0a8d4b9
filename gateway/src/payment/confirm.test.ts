import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { money, type Payments, startPayments } from '../../testing/payments.ts'
import type { PaymentLink } from '../payment-link/index.ts'
import type { Checkout } from './checkout.ts'
import { type Confirmation, confirmMoney } from './confirm.ts'
import type { Money } from './method/method.ts'

let world: Payments
beforeAll(async () => {
  world = await startPayments()
})
afterAll(() => world.close())

let sequence = 0
const confirm = (checkout: Checkout, of: Money): Promise<Confirmation> =>
  confirmMoney(world.platform, world.biller.provider, checkout, of)

/** What search says of the checkout's payments: `FV 1: 100 (20 unallocated)`. */
async function rowsOf(checkout: Checkout): Promise<string[]> {
  const { body } = await world.search()
  const payments = await world.told()
  const numbers = payments
    .filter(({ data }: { data: { referenceNumber: string; titleReference?: string } }) =>
      [data.referenceNumber, data.titleReference].includes(checkout.referenceNumber),
    )
    .map(({ data }: { data: { referenceNumber: string } }) => data.referenceNumber)
  return body
    .filter((row: { referenceNumber: string }) => numbers.includes(row.referenceNumber))
    .map(
      (row: { title: string; amount: number; unallocated: number }) =>
        `${row.title}: ${row.amount}${row.unallocated ? ` (${row.unallocated} unallocated)` : ''}`,
    )
}

const two = [
  { userId: 'two', amount: 100, title: 'FV 1', operationId: 'op-1' },
  { userId: 'two', amount: 50, title: 'FV 2', operationId: 'op-2' },
]
async function twoLinks(): Promise<[PaymentLink, PaymentLink]> {
  const userId = `two-${++sequence}`
  const [first, second] = await world.links(two.map((bill) => ({ ...bill, userId })))
  if (!first || !second) throw new Error('no links')
  return [first, second]
}

test('a payment is one transaction of everything that it means', async () => {
  const link = await world.link({ userId: 'Jan', amount: 123.45, operationId: 13912, title: 'FV 123/2020' })
  const checkout = await world.started([link], { channel: 'bank' })
  const paidAt = new Date('2026-07-23T14:20:20Z')
  expect(await confirm(checkout, money(12_345, { paidAt }))).toBe('recorded')

  expect(await world.reread(link.token)).toMatchObject({
    status: 'paid',
    openAmount: 0n,
    paidAmount: 12_345n,
  })
  const after = await world.checkout(checkout.publicId)
  expect(after).toMatchObject({ status: 'succeeded', failure: null, nextCheckAt: null })
  const row = {
    id: `${after.payment?.publicId}-1`,
    token: link.token,
    userId: 'Jan',
    operationId: '13912',
    amount: 123.45,
    unallocated: 0,
    title: 'FV 123/2020',
    invoiceNumber: '',
    paidAt: '2026-07-23T16:20:20+02:00',
    referenceNumber: checkout.referenceNumber,
    method: 'bank',
    arrives: 'transfer',
    companyTaxId: '',
    integrationVersion: 'V1',
    test: true,
  }
  expect((await world.search()).body).toEqual([row])
  const [event] = await world.told()
  expect(event).toMatchObject({ type: 'payment.succeeded', test: true })
  expect(event.data).toEqual({
    paymentId: after.payment?.publicId,
    referenceNumber: checkout.referenceNumber,
    amount: 123.45,
    paidAt: '2026-07-23T16:20:20+02:00',
    method: 'bank',
    arrives: 'transfer',
    rows: [row],
  })
  expect(await world.books()).toEqual([])
})

test('the same money is the same payment, however often and in what state it is reported', async () => {
  const link = await world.link({ amount: 10 })
  const checkout = await world.started([link], { channel: 'bank' })
  const same = money(1000)
  expect(await confirm(checkout, same)).toBe('recorded')
  expect(await confirm(checkout, same)).toBe('known')
  expect(await confirm(await world.checkout(checkout.publicId), { ...same, amount: 5n })).toBe('known')
  expect(await rowsOf(checkout)).toEqual(['FV 123/2020: 10'])
  expect(await world.books()).toEqual([])
})

test('other money of the same checkout is a new payment with a number of its own', async () => {
  const link = await world.link({ amount: 10, title: 'FV twice' })
  const checkout = await world.started([link], { channel: 'bank' })
  await confirm(checkout, money(1000))
  expect(await confirm(checkout, money(1000))).toBe('recorded')
  expect(await rowsOf(checkout)).toEqual(['FV twice: 10', 'FV twice: 10 (10 unallocated)'])
  const second = (await world.told()).at(-1)
  expect(second.data.titleReference).toBe(checkout.referenceNumber)
  expect(second.data.referenceNumber).not.toBe(checkout.referenceNumber)
  expect(second.data.referenceNumber).toMatch(/^\d{8}-\d{6}$/)
  expect(await world.books()).toEqual([])
})

describe('late confirmations: the checkout of FV 1 (100) and FV 2 (50) is paid 150 after', () => {
  type Links = [PaymentLink, PaymentLink]
  type Meanwhile = (links: Links) => Promise<unknown>
  const pay = async (link: PaymentLink, amount: number) =>
    confirm(await world.started([link], { channel: 'bank' }), money(amount))
  const remake = (link: PaymentLink, amount: number, title: string) =>
    world.link({ userId: link.userId, operationId: link.operationId, amount, title })
  const cancel = (link: PaymentLink) => world.cancel(link)

  test.each<[string, Meanwhile, string[]]>([
    ['nothing changed', async () => undefined, ['FV 1: 100', 'FV 2: 50']],
    [
      'one was paid another way',
      ([first]) => pay(first, 10_000),
      ['FV 1: 100 (100 unallocated)', 'FV 2: 50'],
    ],
    ['one was paid in part', ([first]) => pay(first, 4_000), ['FV 1: 100 (40 unallocated)', 'FV 2: 50']],
    ['one was cancelled', ([, second]) => cancel(second), ['FV 1: 100', 'FV 2: 50 (50 unallocated)']],
    [
      'both were cancelled',
      async (links) => Promise.all(links.map(cancel)),
      ['FV 1: 100 (100 unallocated)', 'FV 2: 50 (50 unallocated)'],
    ],
    [
      'one was cancelled and made again',
      async ([first]) => {
        await cancel(first)
        await remake(first, 100, 'FV 1a')
      },
      ['FV 1a: 100', 'FV 2: 50'],
    ],
    [
      'one was cancelled and made again for less',
      async ([first]) => {
        await cancel(first)
        await remake(first, 70, 'FV 1a')
      },
      ['FV 1: 30 (30 unallocated)', 'FV 1a: 70', 'FV 2: 50'],
    ],
    [
      'one was cancelled, made again and paid again',
      async ([first]) => {
        await cancel(first)
        await pay(await remake(first, 100, 'FV 1a'), 10_000)
      },
      ['FV 1: 100 (100 unallocated)', 'FV 2: 50'],
    ],
    [
      'one was updated to less',
      ([first]) => remake(first, 60, 'FV 1 less'),
      ['FV 1 less: 100 (40 unallocated)', 'FV 2: 50'],
    ],
    ['one was updated to more', ([first]) => remake(first, 160, 'FV 1 more'), ['FV 1 more: 100', 'FV 2: 50']],
    [
      'one was paid and the other owes more',
      async ([first, second]) => {
        await pay(first, 10_000)
        await remake(second, 120, 'FV 2 more')
      },
      ['FV 1: 30 (30 unallocated)', 'FV 2 more: 120'],
    ],
  ])('%s', async (_name, meanwhile, expected) => {
    const links = await twoLinks()
    const checkout = await world.started(links, { channel: 'bank' })
    await meanwhile(links)
    expect(await confirm(checkout, money(15_000))).toBe('recorded')
    expect(await rowsOf(checkout)).toEqual(expected)
    expect(await world.books()).toEqual([])
  })

  test.each(['failed', 'expired'] as const)('the checkout %s', async (status) => {
    const links = await twoLinks()
    const checkout = await world.started(links, { channel: 'bank' })
    await world.db
      .updateTable('checkout')
      .set({ status, failure: 'timeout', ended_at: new Date(), next_check_at: null })
      .where('id', '=', checkout.id)
      .execute()
    expect(await confirm(checkout, money(15_000))).toBe('recorded')
    expect(await rowsOf(checkout)).toEqual(['FV 1: 100', 'FV 2: 50'])
    const after = await world.checkout(checkout.publicId)
    expect(after).toMatchObject({ status: 'succeeded', failure: null })
  })
})

describe('another amount is recorded as it is:', () => {
  test.each([
    [9_000, ['FV 1: 90']],
    [12_000, ['FV 1: 100', 'FV 2: 20']],
    [15_001, ['FV 1: 100', 'FV 2: 50.01 (0.01 unallocated)']],
    [1, ['FV 1: 0.01']],
  ])('%s grosze for FV 1 (100) and FV 2 (50)', async (amount, expected) => {
    const links = await twoLinks()
    const checkout = await world.started(links, { channel: 'bank' })
    await confirm(checkout, money(amount))
    expect(await rowsOf(checkout)).toEqual(expected)
    expect(await world.books()).toEqual([])
  })

  test('a link that is paid in part stays active for the rest', async () => {
    const [first, second] = await twoLinks()
    await confirm(await world.started([first, second], { channel: 'bank' }), money(12_000))
    expect(await world.reread(first.token)).toMatchObject({ status: 'paid', openAmount: 0n })
    expect(await world.reread(second.token)).toMatchObject({
      status: 'active',
      openAmount: 3_000n,
      paidAmount: 2_000n,
    })
  })
})
