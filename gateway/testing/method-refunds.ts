import { describe, expect, test } from 'vitest'
import { found, type MethodWorld } from './method-world.ts'
import { until } from './payments.ts'

interface Refund {
  id: string
  status: string
  amount: number
}

/** Money that goes back by the method. */
export function describeRefunds(world: () => MethodWorld, refundRequest: RegExp, isTold: boolean): void {
  describe('a refund', () => {
    describeAmounts(world)
    describeRefundWays(world, refundRequest, isTold)
  })
}

function refundsOf(world: () => MethodWorld) {
  const order = (token: string, body: object = {}) =>
    world().gateway.api(`/pay/v1/payments/${token}/refunds`, { body })
  const stateOf = async ({ id }: Refund) =>
    ((await world().gateway.api(`/pay/v1/refunds/${id}`)).body as Refund).status
  return {
    order,
    stateOf,
    async paid(amount: number) {
      const checkout = await world().started({ amount })
      await world().fake.pay(checkout.publicId)
      return { checkout, token: found(checkout.links[0]?.token) }
    },
    async ordered(token: string, body: object = {}): Promise<Refund> {
      const answer = await order(token, body)
      if (answer.status !== 201) throw new Error(answer.text)
      return found((answer.body as { refunds: Refund[] }).refunds[0])
    },
    comesTo: (refund: Refund, status: string) => until(async () => (await stateOf(refund)) === status),
    givenBack: (publicId: string) => world().fake.charge(publicId)?.refunded,
  }
}

function describeAmounts(world: () => MethodWorld): void {
  const { paid, order, ordered, comesTo, givenBack } = refundsOf(world)

  test('of all of it gives the payer the money back once, and the link stays paid', async () => {
    const { checkout, token } = await paid(50)
    const refund = await ordered(token)
    await comesTo(refund, 'succeeded')
    expect(refund.amount).toBe(50)
    expect(givenBack(checkout.publicId)).toBe(5_000n)
    expect(await world().status(token)).toMatchObject({ status: 'paid' })
    expect(await world().books()).toEqual([])
    await world().back(checkout)
    await world().expectPaid(checkout, 5_000n)
  })

  test('of parts never gives back more than was paid', async () => {
    const { checkout, token } = await paid(50)
    await comesTo(await ordered(token, { amount: 20.01 }), 'succeeded')
    expect((await order(token, { amount: 30 })).status).toBe(409)
    await comesTo(await ordered(token, { amount: 29.99 }), 'succeeded')
    expect(givenBack(checkout.publicId)).toBe(5_000n)
    expect(await world().books()).toEqual([])
  })

  test('that the payment provider refuses gives nothing back, and can be ordered anew', async () => {
    const { checkout, token } = await paid(50)
    world().fake.refundsEnd('failed')
    const refused = await ordered(token)
    await comesTo(refused, 'failed')
    world().fake.refundsEnd('succeeded')
    expect(givenBack(checkout.publicId)).toBe(0n)
    expect(await world().books()).toEqual([])
    await comesTo(await ordered(token), 'succeeded')
    expect(givenBack(checkout.publicId)).toBe(5_000n)
    expect(await world().books()).toEqual([])
  })
}

function describeRefundWays(world: () => MethodWorld, refundRequest: RegExp, isTold: boolean): void {
  const { paid, ordered, stateOf, comesTo, givenBack } = refundsOf(world)
  const asked = () =>
    world().fake.requests.filter(({ method, path }) => refundRequest.test(`${method} ${path}`)).length

  test(`that takes long is ${isTold ? 'told of by a notification' : 'asked about'}`, async () => {
    const { checkout, token } = await paid(50)
    world().fake.refundsEnd('later')
    const before = asked()
    const refund = await ordered(token)
    await until(async () => asked() > before)
    expect(await stateOf(refund)).toBe('pending')
    await world().fake.decideRefund(refund.id, 'succeeded')
    world().fake.refundsEnd('succeeded')
    if (!isTold) await world().advance('PT2H')
    await comesTo(refund, 'succeeded')
    expect(givenBack(checkout.publicId)).toBe(5_000n)
    expect(await world().books()).toEqual([])
  })

  test('of which neither the answer nor a notification comes is found by asking, and sent once', async () => {
    const { checkout, token } = await paid(50)
    world().fake.notifications.mode = 'lost'
    world().fake.next({ on: refundRequest, lose: 'answer' })
    const refund = await ordered(token)
    await until(async () => givenBack(checkout.publicId) === 5_000n)
    await world().advance('PT2H')
    await comesTo(refund, 'succeeded')
    world().fake.notifications.mode = 'now'
    expect(givenBack(checkout.publicId)).toBe(5_000n)
    expect(await world().books()).toEqual([])
  })
}
