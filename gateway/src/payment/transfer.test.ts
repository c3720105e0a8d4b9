import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Payments, startPayments } from '../../testing/payments.ts'
import { transact } from '../platform/db/transaction.ts'
import type { Provider } from '../provider/index.ts'
import { createProvider, setWays } from '../provider/index.ts'
import { confirmMoney } from './confirm.ts'
import { transferDetails, waysToPay } from './index.ts'
import { methodOf } from './method/methods.ts'
import { stopCheckouts } from './stop.ts'

const otherNrb = '61109010140000071219812874'
const days = (count: number) => count * 86_400_000

let world: Payments
let provider: Provider
beforeAll(async () => {
  world = await startPayments()
  await transact(world.db, (tx) => setWays(tx, world.biller.provider.id, () => ({ transfer: 'transfer' })))
  provider = await world.provider()
})
afterAll(() => world.close())

/** The provider’s clock moves between tests. */
const byTransfer = async (links: Parameters<Payments['start']>[0]) =>
  world.started(links, { channel: 'transfer', provider: await world.provider() })

const money = (methodPaymentId: string, amount: bigint) => ({
  methodPaymentId,
  amount,
  currency: 'PLN',
  paidAt: new Date('2026-11-20T00:00:00Z'),
})

test('a provider has it only where it is switched on, a live one too', async () => {
  expect(waysToPay(provider)).toContain('transfer')
  const live = await createProvider(world.db, { code: 'live', name: 'Live', test: false })
  expect(waysToPay(live)).toEqual([])
  expect(waysToPay({ ...live, ways: { transfer: 'transfer' } })).toEqual(['transfer'])
})

test('it waits 35 days for money to the biller’s own account, and asks nobody meanwhile', async () => {
  const link = await world.link()
  const checkout = await byTransfer([link])
  expect(checkout).toMatchObject({
    status: 'created',
    method: 'transfer',
    methodReference: checkout.referenceNumber,
    arrives: 'transfer',
    collectedBy: 'provider',
    redirectUrl: null,
  })
  expect(checkout.expiresAt.getTime() - checkout.createdAt.getTime()).toBe(days(35))
  expect(checkout.nextCheckAt).toEqual(checkout.expiresAt)
  await world.advance('P34D')
  expect(await world.checkout(checkout.publicId)).toMatchObject({ status: 'created', checks: 0 })
  await world.advance('P2D')
  expect(await world.checkout(checkout.publicId)).toMatchObject({ status: 'expired', nextCheckAt: null })
  // Money that comes later still is money.
  const now = await world.provider()
  const late = await world.checkout(checkout.publicId)
  expect(await confirmMoney(world.platform, now, late, money('late-1', link.openAmount))).toBe('recorded')
  expect(await world.reread(link.token)).toMatchObject({ status: 'paid' })
  expect(await world.books()).toEqual([])
})

test('bills of several accounts are several transfers', async () => {
  const userId = 'two-accounts'
  const links = await world.links([{ userId }, { userId, nrb: otherNrb }])
  expect(await world.start(links, { channel: 'transfer', provider })).toEqual({
    kind: 'refused',
    reason: 'several-accounts',
  })
  for (const link of links) expect((await byTransfer([link])).status).toBe('created')
  // Another way to pay takes them together.
  expect((await world.started(links, { channel: 'bank' })).links).toHaveLength(2)
})

test('an open transfer blocks no other way to pay, nor another transfer', async () => {
  const link = await world.link()
  const first = await byTransfer([link])
  const second = await byTransfer([link])
  expect(second.referenceNumber).not.toBe(first.referenceNumber)
  const paid = await world.started([link], { channel: 'blik', provider: await world.provider() })
  await world.advance('PT1M')
  expect(await world.checkout(paid.publicId)).toMatchObject({ status: 'succeeded' })
  expect(await world.checkout(first.publicId)).toMatchObject({ status: 'created' })
  // The transfer that was sent all the same is a payment, and nothing of it has a place.
  const now = await world.provider()
  expect(await confirmMoney(world.platform, now, first, money('twice-1', link.openAmount))).toBe('recorded')
  const told = (await world.told()).at(-1)
  expect(told.data).toMatchObject({
    referenceNumber: first.referenceNumber,
    method: 'transfer',
    arrives: 'transfer',
  })
  expect(told.data.rows.map((row: { unallocated: number }) => row.unallocated)).toEqual([123.45])
  expect(await world.books()).toEqual([])
})

test('cancelling the bill closes the transfer that its reference number names', async () => {
  const link = await world.link()
  const checkout = await byTransfer([link])
  await world.cancel(link, { resolution: 'PAID', referenceNumber: checkout.referenceNumber })
  await stopCheckouts(world.platform, provider.id, link.id, checkout.referenceNumber)
  expect(await world.checkout(checkout.publicId)).toMatchObject({
    status: 'expired',
    failure: 'paid-elsewhere',
  })
})

test('what to transfer is what is open now, under the title that a statement is read by', async () => {
  const userId = 'open-now'
  const [one, other] = await world.links([
    { userId, amount: 10, title: 'FV 1' },
    { userId, amount: 20, title: 'FV 2' },
  ])
  if (!one || !other) throw new Error('no links')
  const checkout = await byTransfer([one, other])
  const title = `ref ${checkout.referenceNumber} ID ${userId}`
  expect(transferDetails(provider, checkout, [one, other])).toMatchObject({
    title,
    amount: 3000n,
    account: one.nrb,
  })
  await confirmMoney(world.platform, await world.provider(), checkout, money('part-1', 1500n))
  const now = [await world.reread(one.token), await world.reread(other.token)]
  expect(now.map(({ openAmount }) => openAmount)).toEqual([0n, 1500n])
  const details = transferDetails(provider, checkout, now)
  expect(details).toMatchObject({ amount: 1500n })
  expect(details.qrText).toContain(`|001500|`)
  expect(details.qrText).toContain(`|${title.slice(0, 32)}|`)
  const single = await byTransfer([other])
  expect(transferDetails(provider, single, [other]).title).toBe(
    `ref ${single.referenceNumber} ID ${userId} FV 2`,
  )
})

test('euro are transferred to an IBAN, other money without a code', async () => {
  const link = await world.link()
  const checkout = await byTransfer([link])
  const euro = transferDetails(provider, { ...checkout, currency: 'EUR' }, [link])
  expect(euro.account).toBe(`PL${link.nrb}`)
  expect(euro.qrText).toContain(`\nEUR123.45\n\n\n${euro.title}`)
  expect(transferDetails(provider, { ...checkout, currency: 'USD' }, [link]).qrText).toBeNull()
})

test('what it cannot do it says', async () => {
  const transfer = methodOf(provider, 'transfer')
  expect(transfer).toMatchObject({ refund: 'cannot', stop: 'cannot', chargeSaved: 'cannot', banks: 'cannot' })
  const heard = await transfer?.hear(world.platform, provider, { headers: {}, body: Buffer.from('{}') })
  expect(heard).toEqual({ verdict: 'unreadable' })
})
