import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Payments, startPayments, until } from '../../testing/payments.ts'
import { basicAuth, newBiller } from '../../testing/rooms.ts'

let world: Payments
beforeAll(async () => {
  world = await startPayments({ worker: true })
})
afterAll(() => world.close())

const pay = (token: string, body: Record<string, unknown> = {}) =>
  world.api(`/pay/v1/test/payments/${token}/pay`, { scope: 'link', ...body })
const stateOf = async (id: string) => (await world.checkout(id)).status
const toldOf = async (referenceNumber: string) => {
  const told = await world.told()
  return told.filter(
    (event: { data: { referenceNumber: string } }) => event.data.referenceNumber === referenceNumber,
  )
}

test('answers with the payment, whose rows are those of search and of the event', async () => {
  const link = await world.link({ amount: 123.45, operationId: 'op' })
  const { status, body } = await pay(link.token)
  expect(status).toBe(200)
  expect(body).toMatchObject({ status: 'succeeded', amount: 123.45, method: 'blik', arrives: 'transfer' })
  expect((await world.search()).body).toEqual(body.rows)
  const [event] = await toldOf(body.referenceNumber)
  expect(event.data).toMatchObject({ paymentId: body.paymentId, rows: body.rows, paidAt: body.paidAt })
})

describe.each(['blik', 'bank', 'card'])('by %s', (method) => {
  test.each([
    ['paid', 'succeeded', 'succeeded'],
    ['refused', 'failed', 'failed'],
    ['slow', 'pending', 'pending'],
    ['expired', method === 'blik' ? 'pending' : 'created', 'expired'],
    ['late', method === 'blik' ? 'pending' : 'created', 'succeeded'],
    ['twice', 'succeeded', 'succeeded'],
    ['early', 'succeeded', 'succeeded'],
    ['silent', method === 'blik' ? 'pending' : 'created', 'succeeded'],
    ['wrong-amount', 'succeeded', 'succeeded'],
  ])('%s answers %s and ends as %s', async (outcome, answered, end) => {
    const link = await world.link({ amount: 12.34 })
    const { status, body } = await pay(link.token, { method, outcome })
    expect(status).toBe(200)
    expect(body).toMatchObject({ status: answered, method })
    expect(body.paymentId === null).toBe(answered !== 'succeeded')
    if (outcome === 'twice') await until(async () => (await notified(body.checkoutId)) === 2)
    if (answered !== end) {
      await world.advance('PT2M')
      if (outcome === 'late' || outcome === 'expired') {
        await world.advance('PT30M')
        expect(await stateOf(body.checkoutId)).toBe('expired')
      }
      await world.advance('PT10M')
    }
    if (outcome !== 'slow') expect(await stateOf(body.checkoutId)).toBe(end)
    const amount = outcome === 'wrong-amount' ? 12.35 : 12.34
    const told = await toldOf(body.referenceNumber)
    expect(told.map((event: { data: { amount: number } }) => event.data.amount)).toEqual(
      end === 'succeeded' ? [amount] : [],
    )
    expect(await world.books()).toEqual([])
  })
})

async function notified(checkoutPublicId: string): Promise<number> {
  const row = await world.db
    .selectFrom('sandbox_charge')
    .select('notified')
    .where('checkout_public_id', '=', checkoutPublicId)
    .executeTakeFirstOrThrow()
  return row.notified
}

test('slow is paid after 20 seconds by the provider’s clock', async () => {
  const link = await world.link()
  const { body } = await pay(link.token, { outcome: 'slow' })
  expect(body.status).toBe('pending')
  expect((await pay(link.token)).body).toMatchObject({ code: 'payment_in_progress', status: 409 })
  await world.advance('PT21S')
  expect(await stateOf(body.checkoutId)).toBe('succeeded')
  expect((await pay(link.token)).body).toMatchObject({ code: 'link_not_active', status: 409 })
})

test('a BLIK code that is confirmed in the app after two seconds is paid by the sandbox’s own notification', async () => {
  const checkout = await world.started([await world.link()], { blikCode: '777642' })
  await until(async () => (await stateOf(checkout.publicId)) === 'succeeded')
})

test('silent money is found by the next question, without a notification', async () => {
  const { body } = await pay((await world.link()).token, { outcome: 'silent' })
  await until(async () => (await stateOf(body.checkoutId)) === 'succeeded')
  expect(await notified(body.checkoutId)).toBe(0)
})

describe('scope', () => {
  test('balance pays every active link of the payer, or those that are named', async () => {
    const links = await world.links(
      [1, 2, 3].map((amount) => ({ userId: 'balance', amount, title: `FV ${amount}` })),
    )
    const tokens = links.map((link) => link.token)
    const [first = '', ...others] = tokens
    const some = await pay(first, { scope: 'balance', tokens: others, arrives: 'batch' })
    expect(some.body).toMatchObject({ amount: 5, arrives: 'batch' })
    expect(some.body.rows.map((row: { token: string }) => row.token)).toEqual(others)
    // The paid link still leads to what the payer owes.
    const rest = await pay(others[0] ?? '', { scope: 'balance' })
    expect(rest.body).toMatchObject({ amount: 1, rows: [{ token: first }] })
    expect((await pay(first, { scope: 'balance' })).body.code).toBe('link_not_active')
  })

  test('names every token that is not an active link of the payer', async () => {
    const link = await world.link({ userId: 'one' })
    const stranger = await world.link({ userId: 'other' })
    const tokens = [stranger.token, link.token, 'nonsense']
    const { status, body } = await pay(link.token, { scope: 'balance', tokens })
    expect(status).toBe(400)
    expect(body.errors.map((error: { pointer: string }) => error.pointer)).toEqual(['/tokens/0', '/tokens/2'])
    expect((await pay(link.token, { tokens: [link.token] })).body.errors).toMatchObject([
      { pointer: '/tokens' },
    ])
    expect((await world.reread(link.token)).status).toBe('active')
  })
})

test.each([
  [{ scope: 'all' }, '/scope'],
  [{ scope: 'link', method: 'transfer' }, '/method'],
  [{ scope: 'link', outcome: 'soon' }, '/outcome'],
  [{ scope: 'balance', tokens: [] }, '/tokens'],
  [{ scope: 'link', arrives: 'pigeon' }, '/arrives'],
])('%j is refused', async (body, pointer) => {
  const link = await world.link()
  const answer = await world.api(`/pay/v1/test/payments/${link.token}/pay`, body)
  expect(answer.status).toBe(400)
  expect(answer.body.errors).toMatchObject([{ pointer }])
})

test('an unknown token is a 404, a cancelled link a 409', async () => {
  expect((await pay('f'.repeat(128))).status).toBe(404)
  const link = await world.link()
  await world.cancel(link)
  expect((await pay(link.token)).body.code).toBe('link_not_active')
})

test('for a live provider there is no such address', async () => {
  const live = await newBiller(world.database, { test: false })
  const link = await world.link({}, live)
  const path = `/pay/v1/test/payments/${link.token}/pay`
  expect((await world.api(path, { scope: 'link' }, live)).status).toBe(404)
  expect((await world.api('/pay/v1/test/clock', { advance: 'P1D' }, live)).status).toBe(404)
  const nobody = { ...live, headers: { authorization: basicAuth('nobody', 'x') } }
  expect((await world.api(path, { scope: 'link' }, nobody)).status).toBe(401)
})
