import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectMethod } from '../../gateway/src/payment/method/accounts.ts'
import type { RefundOrder } from '../../gateway/src/payment/method/method.ts'
import { tpay } from '../../gateway/src/payment/method/tpay/index.ts'
import { until } from '../support/until.ts'
import { attemptOf } from './attempt.ts'
import { startTpayWorld } from './tpay-world.ts'

type TpayWorld = Awaited<ReturnType<typeof startTpayWorld>>
let fake: TpayWorld['fake']
let world: TpayWorld['world']
let code: TpayWorld['code']
let statusOf: TpayWorld['statusOf']
let asked: TpayWorld['asked']
let paid: TpayWorld['paid']
beforeAll(async () => {
  ;({ fake, world, code, statusOf, asked, paid } = await startTpayWorld())
})
afterAll(() => world?.close())

describe('a refund', () => {
  const orderOf = async (amount: bigint): Promise<RefundOrder> => {
    const checkout = await paid()
    return {
      publicId: `re_${randomUUID().replaceAll('-', '').slice(0, 20)}`,
      checkout,
      methodPaymentId: checkout.methodReference ?? '',
      methodRefundId: null,
      amount,
      currency: 'PLN',
      description: 'zwrot',
      notifyUrl: world.gateway.url,
    }
  }
  const refunds = () => {
    if (tpay.refund === 'cannot') throw new Error('it can')
    return tpay.refund
  }
  const send = async (of: RefundOrder) => refunds().send(world.platform, await world.provider(), of)
  const status = async (of: RefundOrder) => refunds().status(world.platform, await world.provider(), of)

  test('whose answer was lost is found again and not given twice', async () => {
    const order = await orderOf(5_000n)
    expect(await status(order)).toEqual({ state: 'absent' })
    fake.next({ on: /^POST .*refunds$/, lose: 'answer' })
    await expect(send(order)).rejects.toThrow()
    expect(await status(order)).toMatchObject({ state: 'succeeded' })
    expect(await send(order)).toMatchObject({ state: 'succeeded' })
    expect(fake.charge(order.checkout.publicId)).toMatchObject({ refunded: 5_000n })
  })

  test('of more than is left fails, and names Tpay’s code and nothing of the payer', async () => {
    const order = await orderOf(12_346n)
    expect(await send(order)).toEqual({
      state: 'failed',
      methodRefundId: null,
      reason: 'refund_amount_too_high',
    })
  })

  test('two of one amount are two, also through the API', async () => {
    const checkout = await paid()
    const token = checkout.links[0]?.token
    for (let ordered = 0; ordered < 2; ordered++)
      expect(
        (await world.gateway.api(`/pay/v1/payments/${token}/refunds`, { body: { amount: 10 } })).status,
      ).toBe(201)
    await until('both are given', async () => fake.charge(checkout.publicId)?.refunded === 2_000n)
    await world.advance('PT2H')
    expect(fake.charge(checkout.publicId)?.refunded).toBe(2_000n)
    expect(await world.books()).toEqual([])
  })
})

describe('what is saved', () => {
  test('a BLIK alias is charged later without the payer, one that the bank does not know is refused', async () => {
    const provider = await world.provider()
    const base = await code('123456')
    const first = { ...base, publicId: `${base.publicId.slice(0, -3)}sv1` }
    const started = await tpay.start(world.platform, provider, {
      ...attemptOf(world, first, {}),
      blikCode: '100020',
      save: { alias: 'alias_1', label: 'Netix' },
    })
    if (started.kind !== 'pending') throw new Error(started.kind)
    fake.notifications.mode = 'lost'
    await fake.pay(first.publicId)
    const submitted = { ...first, submittedAt: new Date(), methodReference: started.reference }
    expect(await tpay.status(world.platform, provider, submitted)).toMatchObject({
      state: 'paid',
      saved: { reference: 'alias_1', label: null },
    })
    if (tpay.chargeSaved === 'cannot') throw new Error('it can')
    const charge = async (reference: string, suffix: string) => {
      const again = { ...base, publicId: `${base.publicId.slice(0, -3)}${suffix}` }
      if (tpay.chargeSaved === 'cannot') throw new Error('it can')
      const saved = { reference, label: null }
      return tpay.chargeSaved(world.platform, provider, { ...attemptOf(world, again, {}), saved })
    }
    expect(await charge('alias_2', 'sx1')).toMatchObject({ kind: 'failed', failure: 'declined' })
    const later = await charge('alias_1', 'sx2')
    if (later.kind !== 'pending') throw new Error(later.kind)
    const paidLater = {
      ...base,
      publicId: `${base.publicId.slice(0, -3)}sx2`,
      methodReference: later.reference,
    }
    await until('the payer’s bank has paid', async () => fake.charge(paidLater.publicId)?.state === 'paid')
    fake.notifications.mode = 'now'
    expect(await tpay.status(world.platform, provider, paidLater)).toMatchObject({ state: 'paid' })
  })
})

describe('the account', () => {
  test('asks for a token once, and anew where it was taken back', async () => {
    await world.started()
    const before = asked(/^POST \/oauth/).length
    await world.started()
    expect(asked(/^POST \/oauth/)).toHaveLength(before)
    fake.dropTokens()
    const checkout = await world.started()
    expect(checkout.redirectUrl).toMatch(/^http/)
    expect(asked(/^POST \/oauth/)).toHaveLength(before + 1)
  })

  test('a refused start fails at once, and what is said of it holds nothing of the payer', async () => {
    const reply = { status: 400, body: { errors: [{ errorCode: 'x', errorMessage: 'jan@example.com' }] } }
    fake.next({ on: /^POST \/transactions$/, reply })
    expect(await code('777000')).toMatchObject({ status: 'failed', failure: 'not-started' })
    const checkout = await world.started()
    // Of this one alone: jobs ask for others.
    fake.next({ on: new RegExp(`^GET /transactions/${checkout.methodReference}$`), reply })
    const error: unknown = await statusOf(checkout).catch((thrown: unknown) => thrown)
    expect(String(error)).toContain('Tpay answered 400 to a question for a transaction: x')
    expect(`${JSON.stringify(error)} ${String(error)}`).not.toContain('jan@')
  })

  test('of another shop with other credentials is another account', async () => {
    const { provider } = await world.gateway.newProvider()
    const values = { ...fake.credentials, clientSecret: 'something-else' }
    await connectMethod(world.platform, provider, tpay, { collectedBy: 'provider', values })
    if (tpay.testConnection === 'cannot') throw new Error('it can')
    await expect(tpay.testConnection(world.platform, provider)).rejects.toThrow('it answered 401')
  })
})

test('the books are right', async () => {
  expect(await world.books()).toEqual([])
})
