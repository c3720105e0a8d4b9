import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Payments, startPayments } from '../../testing/payments.ts'
import { installationSecret } from '../provider/index.ts'
import { storable } from './hear.ts'
import { signBody } from './method/sandbox/signature.ts'
import { payerReturned } from './payer-returned.ts'

let world: Payments
let key: Buffer
beforeAll(async () => {
  world = await startPayments()
  key = await installationSecret(world.db, 'sandbox')
})
afterAll(() => world.close())

async function notify(
  body: string | Buffer,
  { signature = signBody(key, Buffer.from(body)), to = `sandbox/${world.biller.provider.code}` } = {},
) {
  return world.server.call(`/notify/${to}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sandbox-signature': signature },
    body,
  })
}

const kept = (verdict: string) =>
  world.db.selectFrom('notification').selectAll().where('verdict', '=', verdict).execute()
const about = (publicId: string) => JSON.stringify({ checkoutId: publicId, state: 'paid' })

test('a notification is no more than a reason to ask: the method’s own word decides', async () => {
  const link = await world.link()
  const checkout = await world.started([link], { blikCode: '777111' })
  expect((await notify(about(checkout.publicId))).status).toBe(204)
  expect((await world.checkout(checkout.publicId)).status).toBe('pending')
  expect(await kept('believed')).toMatchObject([{ checkout_id: checkout.id, method: 'sandbox' }])
})

test('a notification of money that the method confirms records it', async () => {
  const link = await world.link()
  const checkout = await world.started([link], { blikCode: '777000' })
  expect(checkout.status).toBe('pending')
  expect((await notify(about(checkout.publicId))).status).toBe(204)
  expect((await world.checkout(checkout.publicId)).status).toBe('succeeded')
  expect((await notify(about(checkout.publicId))).status).toBe(204)
  expect(await world.told()).toHaveLength(1)
})

describe('changed by nothing but kept for inspection:', () => {
  test('a forged notification', async () => {
    const link = await world.link()
    const checkout = await world.started([link], { blikCode: '777000' })
    const forged = about(checkout.publicId)
    expect((await notify(forged, { signature: 'ab'.repeat(32) })).status).toBe(400)
    expect((await notify(forged, { signature: '' })).status).toBe(400)
    expect((await notify(`${forged} `, { signature: signBody(key, Buffer.from(forged)) })).status).toBe(400)
    expect((await world.checkout(checkout.publicId)).status).toBe('pending')
    expect(await kept('forged')).toMatchObject([{ body: forged }, { body: forged }, { body: `${forged} ` }])
  })

  test('a notification of a checkout that is unknown or another provider’s', async () => {
    const before = (await kept('unknown')).length
    const unknown = about(`co_1_${'x'.repeat(22)}`)
    expect((await notify(unknown)).status).toBe(404)
    expect((await notify(about(`co_zzzzzz_${'x'.repeat(22)}`))).status).toBe(400)
    expect(await kept('unknown')).toHaveLength(before + 1)
  })

  test('a notification that says nothing', async () => {
    expect((await notify('not JSON')).status).toBe(400)
    expect((await notify('[]')).status).toBe(400)
    expect((await notify('{"checkoutId":5}')).status).toBe(400)
    expect((await kept('unreadable')).map((row) => row.body)).toContain('{"checkoutId":5}')
  })
})

test('there is nobody at other addresses', async () => {
  const body = about('co_1_x')
  const { code } = world.biller.provider
  for (const to of [`przelewy24/${code}`, 'sandbox/nobody', `constructor/${code}`, `__proto__/${code}`])
    expect((await notify(body, { to })).status).toBe(404)
  const live = await world.db
    .insertInto('provider')
    .values({ code: 'live', name: 'Live', test: false })
    .returning('code')
    .executeTakeFirstOrThrow()
  expect((await notify(body, { to: `sandbox/${live.code}` })).status).toBe(404)
})

test('a notification may be of any type and without a body, and is no longer than 64 KB', async () => {
  const { code } = world.biller.provider
  const bare = await world.server.call(`/notify/sandbox/${code}`, { method: 'POST' })
  expect(bare.status).toBe(400)
  const text = await world.server.call(`/notify/sandbox/${code}`, {
    method: 'POST',
    headers: { 'content-type': 'text/xml; charset=windows-1250' },
    body: '<a/>',
  })
  expect(text.status).toBe(400)
  expect((await notify('x'.repeat(64 * 1024))).status).toBe(400)
  expect((await notify('x'.repeat(64 * 1024 + 1))).status).toBe(413)
})

test('what is kept of any bytes fits, and is text', () => {
  expect(storable(Buffer.from('a\0b'))).toBe('a\ufffdb')
  for (const bytes of [
    Buffer.alloc(65_536, 0xff),
    Buffer.alloc(65_536, 0),
    Buffer.from('ż'.repeat(32_769)),
  ]) {
    const text = storable(bytes)
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(65_536)
    expect(text).not.toContain('\0')
  }
})

test('strangers cannot fill the disk', async () => {
  const biller = await world.db
    .insertInto('provider')
    .values({ code: 'flooded', name: 'Flooded', test: true })
    .returning(['id', 'code'])
    .executeTakeFirstOrThrow()
  const flood = Array.from({ length: 1_000 }, () => ({
    provider_id: biller.id,
    method: 'sandbox',
    verdict: 'forged',
    body: '',
  }))
  await world.db.insertInto('notification').values(flood).execute()
  expect((await notify('{}', { signature: 'x', to: 'sandbox/flooded' })).status).toBe(400)
  expect(
    await kept('forged').then((rows) => rows.filter((row) => row.provider_id === biller.id)),
  ).toHaveLength(1_000)
})

test('a disabled provider’s money is recorded all the same', async () => {
  const link = await world.link()
  const checkout = await world.started([link], { blikCode: '777000' })
  const disable = (disabled_at: Date | null) =>
    world.db.updateTable('provider').set({ disabled_at }).where('id', '=', link.providerId).execute()
  await disable(new Date())
  expect((await notify(about(checkout.publicId))).status).toBe(204)
  await disable(null)
  expect((await world.checkout(checkout.publicId)).status).toBe('succeeded')
})

test('a method that cannot be asked is asked to tell again', async () => {
  const link = await world.link()
  const checkout = await world.started([link], { blikCode: '777000' })
  const rename = (from: string, to: string) => world.db.schema.alterTable(from).renameTo(to).execute()
  await rename('sandbox_charge', 'lost')
  const answer = await notify(about(checkout.publicId))
  await rename('lost', 'sandbox_charge')
  expect(answer.status).toBe(503)
  expect(answer.headers.get('retry-after')).toBe('30')
  expect((await world.checkout(checkout.publicId)).status).toBe('pending')
  expect((await notify(about(checkout.publicId))).status).toBe(204)
  expect((await world.checkout(checkout.publicId)).status).toBe('succeeded')
})

test('200 notifications, status queries and returns at once record one payment and one event', async () => {
  const told = (await world.told()).length
  const link = await world.link({ amount: 77 })
  const checkout = await world.started([link], { channel: 'bank' })
  const chargeId = checkout.redirectUrl?.split('/').at(-1) ?? ''
  await world.db
    .updateTable('sandbox_charge')
    .set({ outcome: 'paid', decided_at: new Date() })
    .where('id', '=', chargeId)
    .execute()
  const reports = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      index % 2 ? notify(about(checkout.publicId)) : payerReturned(world.platform, checkout),
    ),
  )
  for (const report of reports) expect([204, 'succeeded']).toContain(report.status)
  expect(await world.told()).toHaveLength(told + 1)
  const { body } = await world.api(`/pay/v1/payments/${link.token}`)
  expect(body).toMatchObject({ status: 'paid', amounts: { paid: 77 }, payments: [{ amount: 77 }] })
  expect(await world.books()).toEqual([])
})
