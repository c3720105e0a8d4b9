import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Links, startLinks } from '../../testing/links.ts'
import { recordPayment } from '../../testing/record-payment.ts'
import { findLinkByToken } from './index.ts'

let world: Links
beforeAll(async () => {
  world = await startLinks()
})
afterAll(() => world.close())

const stored = async (token: string) => {
  const link = await findLinkByToken(world.db, token)
  if (!link) throw new Error('the link is not stored')
  return link
}
const newestEvent = async () => {
  const { id } = await world.db
    .selectFrom('event')
    .select(({ fn }) => fn.max('id').as('id'))
    .where('provider_id', '=', world.biller.provider.id)
    .executeTakeFirstOrThrow()
  return String(id)
}
const pay = (token: string, amount: bigint) =>
  recordPayment(world.db, world.biller.provider.id, token, amount)
let pairs = 0
const newPair = () => ({ userId: `pair-${++pairs}`, operationId: `op-${pairs}` })

describe('seen', () => {
  it('answers the paid link where nothing is left, and makes no new one', async () => {
    const pair = newPair()
    const first = await world.createOne({ ...pair, amount: 100 })
    const seen = await newestEvent()
    await pay(first.token, 10_000n)
    expect(await world.createOne({ ...pair, amount: 100, seen })).toEqual(first)
    expect(await world.createOne({ ...pair, amount: 99.99, seen: Number(seen) })).toEqual(first)
    expect(await stored(first.token)).toMatchObject({
      status: 'paid',
      askedAmount: 10_000n,
      paidAmount: 10_000n,
    })
  })

  it('subtracts only what came after it', async () => {
    const pair = newPair()
    const first = await world.createOne({ ...pair, amount: 100 })
    const booked = await pay(first.token, 10_000n)
    const second = await world.createOne({ ...pair, amount: 100, seen: String(booked) })
    expect(second.token).not.toBe(first.token)
    expect(await stored(second.token)).toMatchObject({ openAmount: 10_000n })
  })

  it('takes a part payment off the active link', async () => {
    const pair = newPair()
    const { token } = await world.createOne({ ...pair, amount: 100 })
    const seen = await newestEvent()
    await pay(token, 6_000n)
    expect((await world.createOne({ ...pair, amount: 120, seen })).token).toBe(token)
    expect(await stored(token)).toMatchObject({
      status: 'active',
      askedAmount: 12_000n,
      openAmount: 6_000n,
      paidAmount: 6_000n,
    })
  })

  it('takes payments of an ended link off the new one', async () => {
    const pair = newPair()
    const { token } = await world.createOne({ ...pair, amount: 100 })
    const seen = await newestEvent()
    await pay(token, 10_000n)
    const next = await world.createOne({ ...pair, amount: 150, seen })
    expect(next.token).not.toBe(token)
    expect(await stored(next.token)).toMatchObject({
      askedAmount: 15_000n,
      openAmount: 5_000n,
      paidAmount: 0n,
    })
  })

  it('counts the whole of a payment, also what no link could take', async () => {
    const pair = newPair()
    const { token } = await world.createOne({ ...pair, amount: 100 })
    const seen = await newestEvent()
    await world.cancel(token, { resolution: 'CANCELLED' })
    await pay(token, 10_000n)
    expect((await world.createOne({ ...pair, amount: 100, seen })).token).toBe(token)
    const rest = await world.createOne({ ...pair, amount: 130, seen })
    expect(await stored(rest.token)).toMatchObject({ openAmount: 3_000n })
  })

  it('marks the active link as paid where its own part payment leaves nothing', async () => {
    const pair = newPair()
    const { token } = await world.createOne({ ...pair, amount: 100 })
    const seen = await newestEvent()
    await pay(token, 6_000n)
    expect((await world.createOne({ ...pair, amount: 60, seen })).token).toBe(token)
    const link = await stored(token)
    expect(link).toMatchObject({ status: 'paid', askedAmount: 6_000n, openAmount: 0n, paidAmount: 6_000n })
    expect(link.endedAt).not.toBeNull()
  })

  it('cancels an active link that asks for what another link of the pair took', async () => {
    const pair = newPair()
    const paid = await world.createOne({ ...pair, amount: 100 })
    const seen = await newestEvent()
    await pay(paid.token, 10_000n)
    const unaware = await world.createOne({ ...pair, amount: 100 })
    expect(unaware.token).not.toBe(paid.token)
    expect((await world.createOne({ ...pair, amount: 100, seen })).token).toBe(paid.token)
    expect(await stored(unaware.token)).toMatchObject({
      status: 'cancelled',
      resolution: 'PAID',
      openAmount: 0n,
    })
    const { data, type } = await world.db
      .selectFrom('event')
      .selectAll()
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow()
    expect(type).toBe('link.cancelled')
    expect(data).toMatchObject({ links: [{ token: unaware.token }], resolution: 'PAID', revoked: false })
  })

  it('does not mix pairs, and says nothing without operationId', async () => {
    const pair = newPair()
    const seen = await newestEvent()
    const { token } = await world.createOne({ ...pair, amount: 100 })
    await pay(token, 10_000n)
    const sibling = await world.createOne({ ...pair, operationId: 'another', amount: 100, seen })
    const loose = await world.createOne({ userId: pair.userId, amount: 100, seen })
    expect((await stored(sibling.token)).openAmount).toBe(10_000n)
    expect((await stored(loose.token)).openAmount).toBe(10_000n)
  })

  it('has to be the id of an event', async () => {
    for (const seen of ['x', -1, 1.5, '1'.repeat(19), 2 ** 60, true]) {
      const answer = await world.create([
        {
          ...newPair(),
          amount: 1,
          nrb: '28616102383202382844889825',
          title: 'a',
          paymentDue: '2020-01-01',
          seen,
        },
      ])
      expect(answer.body.errors, String(seen)).toMatchObject([{ pointer: '/payments/0/seen' }])
    }
  })
})
