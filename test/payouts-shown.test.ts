import { createClient } from '@bill-gateway/contract'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connectMethod } from '../gateway/src/payment/index.ts'
import { listItems, listPayouts } from '../gateway/src/payout/index.ts'
import { warsawDate } from '../gateway/src/platform/warsaw-time.ts'
import { runHere, runJsonHere } from '../gateway/testing/command-in-process.ts'
import { found } from '../gateway/testing/method-world.ts'
import { expectProblem, pointersOf } from './support/bill.ts'
import { type PayoutWorld, startPayouts } from './support/payouts.ts'

let at: PayoutWorld
beforeAll(async () => {
  at = await startPayouts()
})
afterAll(() => at?.close())
beforeEach(() => at.begin())

describe('a provider', () => {
  test('sees payments that no payout has, long after their day', async () => {
    const { provider } = at.world.gateway
    const { referenceNumber } = await at.paid(60)
    const back = await at.paid(61)
    await at.refunded(back.token, 61)
    await at.read()
    expect((await at.page()).missing).toEqual([])
    // As if reports had been read until three weeks from now.
    const { pool } = at.world.platform
    await pool.query('update payout_reading set last_day = last_day + 21 where provider_id = $1', [
      provider.id,
    ])
    expect((await at.page()).missing).toEqual([
      expect.objectContaining({ referenceNumber, method: 'p24', amount: 60, currency: 'PLN' }),
    ])
    const batch = at.fake.reports.payOut()
    await pool.query('update payout_reading set last_day = last_day - 21 where provider_id = $1', [
      provider.id,
    ])
    await at.read()
    expect(await at.seen(batch)).toHaveLength(1)
    await pool.query('update payout_reading set last_day = last_day + 21 where provider_id = $1', [
      provider.id,
    ])
    expect((await at.page()).missing).toEqual([])
    await pool.query('update payout_reading set last_day = last_day - 21 where provider_id = $1', [
      provider.id,
    ])
  })

  test('sees nothing of another’s, nor of what came to the operator', async () => {
    await at.paid(70)
    const batch = at.fake.reports.payOut()
    await at.read()
    const { id } = found((await at.seen(batch))[0])
    const { provider, credentials } = await at.another('operator')
    const nothing = { payouts: [], more: false, readings: [], missing: [] }
    expect(await at.page('', credentials)).toEqual(nothing)
    expectProblem(await at.world.gateway.api(`/pay/v1/payouts/${id}`, { credentials }), 404, 'not_found')
    await at.read(provider)
    expect(await at.page('', credentials)).toEqual(nothing)
    const { db } = at.world.platform
    const known = await listPayouts(db, provider.id, { limit: 100 })
    expect(known.map(({ methodPayoutId }) => methodPayoutId)).toContain(String(batch.id))
    const theirs = { credentials }
    expect((await at.world.gateway.api(`/pay/v1/payouts/${known[0]?.publicId}`, theirs)).status).toBe(404)
    // The first provider collects by itself: what it was paid is unknown in an operator's account.
    const items = await listItems(db, provider.id, found(known.at(-1)).id, { after: 0, limit: 10 })
    expect(items).toMatchObject([{ state: 'unknown' }])
  })

  test('is told of every wrong parameter', async () => {
    const wrong = await at.world.gateway.api('/pay/v1/payouts?from=2026-02-30&limit=0')
    expect(pointersOf(wrong)).toEqual(['/querystring/from', '/querystring/limit'])
    expect(pointersOf(await at.world.gateway.api('/pay/v1/payouts?after=po_x'))).toEqual([
      '/querystring/after',
    ])
    expect((await at.world.gateway.api('/pay/v1/payouts', { credentials: null })).status).toBe(401)
  })

  test('reads them with the client', async () => {
    const { url, credentials } = at.world.gateway
    const client = createClient({ baseUrl: url, ...credentials })
    await at.paid(80)
    const batch = at.fake.reports.payOut()
    await at.read()
    const ids = []
    for await (const { id, methodPayoutId } of client.payouts.list())
      if (methodPayoutId === String(batch.id)) ids.push(id)
    const items = []
    for await (const item of client.payouts.items(found(ids[0]))) items.push(item)
    expect(items).toMatchObject([{ amount: 80, state: 'matched' }])
  })
})

test('an operator with many providers sees which items are of another one', async () => {
  const { db } = at.world.platform
  const values = at.fake.credentials
  const first = at.world.gateway.provider
  await connectMethod(at.world.platform, first, at.world.method, { collectedBy: 'operator', values })
  await at.paid(90)
  await connectMethod(at.world.platform, first, at.world.method, { collectedBy: 'provider', values })
  const batch = at.fake.reports.payOut()
  const { provider } = await at.another('operator')
  await at.read(provider)
  const last = found((await listPayouts(db, provider.id, { limit: 100 })).at(-1))
  expect(last).toMatchObject({ methodPayoutId: String(batch.id), doubtful: 0, collectedBy: 'operator' })
  expect(await listItems(db, provider.id, last.id, { after: 0, limit: 10 })).toMatchObject([
    { state: 'elsewhere', paymentPublicId: null, referenceNumber: null },
  ])
})

test('the command reads, lists and shows', async () => {
  const env = {
    ...at.environment,
    DATABASE_URL: at.world.gateway.database.url,
    LOG_LEVEL: 'silent',
  }
  const provider = ['--provider', at.world.gateway.provider.code]
  const { referenceNumber } = await at.paid(5)
  const batch = at.fake.reports.payOut()
  const fetched = await runJsonHere<{ added: number }>(['payout', 'fetch', ...provider], env)
  expect(fetched.added).toBeGreaterThan(0)
  const today = warsawDate(batch.dateOut)
  const list = await runHere(['payout', 'list', ...provider, '--from', today], env)
  expect(list.stdout).toContain(String(batch.id))
  expect(list.stdout).toMatch(/p24: read from \d{4}-\d\d-\d\d to/)
  const { payouts } = await runJsonHere<{ payouts: { publicId: string }[] }>(
    ['payout', 'list', ...provider],
    env,
  )
  const id = found(payouts.at(-1)).publicId
  const shown = await runHere(['payout', 'show', id, ...provider], env)
  expect(shown.stdout).toMatch(
    new RegExp(`matched +${referenceNumber} +\\d+ +5\\.00 PLN +0\\.06 PLN +5\\.00 PLN`),
  )
  expect(await runHere(['payout', 'show', 'po_x', ...provider], env)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('has no payout po_x'),
  })
  const refused = await runHere(['payout', 'fetch', ...provider, '--method', 'payu'], env)
  expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('payu has no reports') })
})
