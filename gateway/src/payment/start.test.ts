import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Payments, startPayments } from '../../testing/payments.ts'
import { createProvider } from '../provider/index.ts'
import { findSandboxCharge, startCheckout, waysToPay } from './index.ts'

let world: Payments
beforeAll(async () => {
  world = await startPayments()
})
afterAll(() => world.close())

const checkouts = (status: string) =>
  world.db.selectFrom('checkout').selectAll().where('status', '=', status).execute()

test('a checkout freezes what it shows, by due date and then by age, under a number of its own', async () => {
  const userId = 'frozen'
  const links = await world.links([
    { userId, title: 'late', amount: 3, paymentDue: '2026-12-03' },
    { userId, title: 'early', amount: 1, paymentDue: '2026-12-01' },
    { userId, title: 'early too', amount: 2, paymentDue: '2026-12-01' },
  ])
  const checkout = await world.started(links, { channel: 'bank' })
  expect(checkout.links.map(({ title, amount }) => `${title} ${amount}`)).toEqual([
    'early 100',
    'early too 200',
    'late 300',
  ])
  expect(checkout).toMatchObject({ status: 'created', amount: 600n, currency: 'PLN', payment: null })
  expect(checkout.referenceNumber).toMatch(/^\d{8}-\d{6}$/)
  expect(checkout.publicId).toMatch(/^co_[0-9a-z]+_[A-Za-z0-9]{22}$/)
  expect(checkout.expiresAt.getTime() - checkout.createdAt.getTime()).toBe(30 * 60_000)
  expect(links.every((link) => !link.attempted)).toBe(true)
  for (const link of links) expect((await world.reread(link.token)).attempted).toBe(true)
})

test('a redirect leads to the method, whose address carries no token', async () => {
  const link = await world.link()
  const checkout = await world.started([link], { channel: 'bank' })
  const chargeId = checkout.redirectUrl?.split('/').at(-1) ?? ''
  expect(checkout.redirectUrl).toBe(`${world.platform.settings.publicUrl}/sandbox/${chargeId}`)
  const charge = await findSandboxCharge(world.platform, chargeId)
  expect(charge).toMatchObject({
    state: 'open',
    amount: link.openAmount,
    title: `ref ${checkout.referenceNumber} ID ${link.userId} FV 123/2020`,
    returnUrl: `https://example.com/checkout/${checkout.publicId}`,
  })
  expect(JSON.stringify({ ...charge, amount: '' })).not.toContain(link.token.slice(0, 16))
})

test('one press of a button makes one checkout, however often it arrives', async () => {
  const link = await world.link()
  const formNonce = 'press-1'
  const presses = await Promise.all(
    Array.from({ length: 8 }, () => world.started([link], { channel: 'bank', formNonce })),
  )
  expect(new Set(presses.map((checkout) => checkout.publicId)).size).toBe(1)
  expect(new Set(presses.map((checkout) => checkout.redirectUrl)).size).toBe(1)
  const again = await world.started([link], { channel: 'bank', formNonce })
  expect(again.publicId).toBe(presses[0]?.publicId)
  const next = await world.started([link], { channel: 'bank', formNonce: 'press-2' })
  expect(next.publicId).not.toBe(again.publicId)
})

test('a press is not another payer’s', async () => {
  const [link, other] = await world.links([{}, {}])
  if (!link || !other) throw new Error('no links')
  await world.started([link], { channel: 'bank', formNonce: 'mine' })
  expect(await world.start([other], { channel: 'bank', formNonce: 'mine' })).toMatchObject({
    kind: 'refused',
    reason: 'not-active',
  })
})

describe('a second checkout of a link', () => {
  test('is refused while a BLIK code is pending', async () => {
    const [link, other] = await world.links([{ userId: 'blik' }, { userId: 'blik' }])
    if (!link || !other) throw new Error('no links')
    const pending = await world.started([link], { blikCode: '777111' })
    expect(pending.status).toBe('pending')
    const refused = { kind: 'refused', reason: 'processing', checkout: { publicId: pending.publicId } }
    expect(await world.start([link])).toMatchObject(refused)
    expect(await world.start([link], { channel: 'bank' })).toMatchObject(refused)
    expect(await world.start([other, link])).toMatchObject(refused)
    expect((await world.start([other], { channel: 'bank' })).kind).toBe('started')
    const status = await world.api(`/pay/v1/payments/${link.token}`)
    expect(status.body).toMatchObject({ status: 'active', processing: true })
  })

  test('is not refused while an earlier one is only a redirect that nobody finished', async () => {
    const link = await world.link()
    await world.started([link], { channel: 'bank' })
    await world.started([link], { channel: 'card' })
    expect((await world.start([link])).kind).toBe('started')
    expect((await world.api(`/pay/v1/payments/${link.token}`)).body.processing).toBe(true)
  })

  test('is not refused after a refusal', async () => {
    const link = await world.link()
    const refused = await world.started([link], { blikCode: '700701' })
    expect(refused).toMatchObject({ status: 'failed', failure: 'expired-code', nextCheckAt: null })
    expect((await world.start([link])).kind).toBe('started')
  })
})

describe('nothing is started', () => {
  test('of a link that is paid or cancelled, or of another payer', async () => {
    const [paid, gone, other] = await world.links([{ userId: 'a' }, { userId: 'a' }, { userId: 'b' }])
    if (!paid || !gone || !other) throw new Error('no links')
    await world.api(`/pay/v1/test/payments/${paid.token}/pay`, { scope: 'link' })
    await world.cancel(gone)
    const refused = { kind: 'refused', reason: 'not-active' }
    expect(await world.start([paid])).toEqual(refused)
    expect(await world.start([gone])).toEqual(refused)
    const mine = await world.link({ userId: 'a' })
    expect(await world.start([mine, other])).toEqual(refused)
    expect(await world.start([mine, { ...other, id: 999_999n }])).toEqual(refused)
  })

  test('of no link at all', async () => {
    const link = await world.link()
    const nothing = await startCheckout(world.platform, world.biller.provider, {
      payerId: link.payerId,
      linkIds: [],
      channel: 'blik',
      formNonce: null,
      language: 'pl',
      returnUrl: () => '',
    })
    expect(nothing).toEqual({ kind: 'refused', reason: 'nothing-to-pay' })
  })

  test('for a provider without a way to pay', async () => {
    const live = await createProvider(world.db, { code: 'live', name: 'Live', test: false })
    expect(waysToPay(live)).toEqual([])
    expect(waysToPay(world.biller.provider)).toEqual(['blik', 'bank', 'card'])
    const link = await world.link()
    expect(await world.start([link], { provider: live })).toEqual({ kind: 'refused', reason: 'not-active' })
    const disabled = { ...world.biller.provider, disabled: true }
    expect((await world.start([link], { provider: disabled })).kind).toBe('refused')
    expect((await world.start([link], { channel: 'transfer' })).kind).toBe('refused')
  })
})

test('a BLIK code is never stored', async () => {
  const link = await world.link()
  await world.started([link], { blikCode: '777642' })
  for (const table of ['checkout', 'sandbox_charge'] as const) {
    const rows = await world.db.selectFrom(table).selectAll().execute()
    const text = JSON.stringify(rows, (_key, value) => (typeof value === 'bigint' ? String(value) : value))
    expect(text).not.toMatch(/"777642"/)
  }
})

test('a method that does not answer leaves a submitted code pending, and it is asked about', async () => {
  const link = await world.link()
  const checkout = await world.started([link], { blikCode: '700704' })
  expect(checkout).toMatchObject({ status: 'pending', failure: null })
  expect(checkout.nextCheckAt).toEqual(new Date(checkout.createdAt.getTime() + 2_000))
})

test('200 payments by BLIK started at once make one pending checkout', async () => {
  const link = await world.link({ userId: 'rush' })
  const all = await Promise.all(
    Array.from({ length: 200 }, () => world.start([link], { blikCode: '777111' })),
  )
  const started = all.flatMap((one) => (one.kind === 'started' ? [one.checkout] : []))
  expect(started).toHaveLength(1)
  for (const one of all)
    if (one.kind === 'refused')
      expect(one).toMatchObject({ reason: 'processing', checkout: { publicId: started[0]?.publicId } })
  const pending = await checkouts('pending')
  expect(pending.filter((checkout) => checkout.payer_id === link.payerId)).toHaveLength(1)
})
