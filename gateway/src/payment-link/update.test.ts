import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { item, type Links, type MadeLink, startLinks } from '../../testing/links.ts'
import { recordPayment } from '../../testing/record-payment.ts'
import { newBiller } from '../../testing/rooms.ts'
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
const linksOf = async (userId: string) =>
  world.db
    .selectFrom('payment_link as link')
    .innerJoin('payer', 'payer.id', 'link.payer_id')
    .select(['link.id', 'link.status', 'link.open_amount'])
    .where('payer.user_id', '=', userId)
    .orderBy('link.id')
    .execute()
const lastEvents = async (count: number) => {
  const rows = await world.db
    .selectFrom('event')
    .select(['type', 'data'])
    .where('provider_id', '=', world.biller.provider.id)
    .orderBy('id', 'desc')
    .limit(count)
    .execute()
  return rows.reverse() as { type: string; data: { links: { token: string; amount: number }[] } }[]
}
let pairs = 0
const newPair = () => ({ userId: `pair-${++pairs}`, operationId: `op-${pairs}` })

describe('a second request for a pair', () => {
  it('replaces the data whole and answers the same token and links', async () => {
    const pair = newPair()
    const names = { name: 'Jan', surname: 'Kowalski' }
    const full = { ...pair, ...names, email: 'jan@example.com', recipient: { id: '1', name: 'Oddział' } }
    const first = await world.createOne(full)
    const second = await world.createOne({
      ...pair,
      ...names,
      amount: 7,
      title: 'FV 2',
      paymentDue: '2021-01-31',
    })
    expect(second).toEqual(first)
    expect(await stored(first.token)).toMatchObject({
      askedAmount: 700n,
      openAmount: 700n,
      title: 'FV 2',
      paymentDue: '2021-01-31',
      email: null,
      recipientName: null,
    })
    expect(await lastEvents(1)).toMatchObject([
      { type: 'link.updated', data: { links: [{ token: first.token, amount: 7 }] } },
    ])
  })

  it('takes what is absent away, and the short code works on', async () => {
    const pair = newPair()
    const first = await world.createOne({ ...pair, name: 'Jan', surname: 'Kowalski' })
    const second = await world.createOne(pair)
    expect(second).not.toHaveProperty('shortLink')
    expect(await stored(first.token)).toMatchObject({ name: null, surname: null })
    const third = await world.createOne({ ...pair, name: 'Jan', surname: 'Kowalski' })
    expect(third).toEqual(first)
    const code = first.shortLink?.split('/').at(-1)
    const answer = await world.server.call(`/s/${code}`)
    expect(answer.headers.get('location')).toBe(first.link)
  })

  it('gives a short code where the names come later', async () => {
    const pair = newPair()
    const first = await world.createOne(pair)
    const second = await world.createOne({ ...pair, name: 'Jan', surname: 'Kowalski' })
    expect(second.token).toBe(first.token)
    const answer = await world.server.call(`/s/${second.shortLink?.split('/').at(-1)}`)
    expect(answer.headers.get('location')).toBe(first.link)
  })

  it('compares ids as strings, after NFC', async () => {
    const first = await world.createOne({ userId: 4711, operationId: 12 })
    expect((await world.createOne({ userId: '4711', operationId: '12' })).token).toBe(first.token)
    const second = await world.createOne({ userId: 'Ze\u0301', operationId: 'x' })
    expect((await world.createOne({ userId: 'Z\u00e9', operationId: 'x' })).token).toBe(second.token)
  })

  it('makes a new link where the last one is paid or cancelled', async () => {
    const pair = newPair()
    const paid = await world.createOne(pair)
    await recordPayment(world.db, world.biller.provider.id, paid.token, 12345n)
    const cancelled = await world.createOne(pair)
    expect((await world.cancel(cancelled.token, { resolution: 'CANCELLED' })).status).toBe(204)
    const third = await world.createOne(pair)
    expect(new Set([paid.token, cancelled.token, third.token]).size).toBe(3)
    expect((await linksOf(pair.userId)).map((link) => link.status)).toEqual(['paid', 'cancelled', 'active'])
  })

  it('makes a new link every time where there is no operationId', async () => {
    const bill = item()
    const tokens = [await world.create([bill]), await world.create([bill])].map(
      ({ body }) => body.links[0].token,
    )
    expect(new Set(tokens).size).toBe(2)
  })

  it('keeps providers apart', async () => {
    const pair = newPair()
    const other = await newBiller(world.database)
    const own = await world.createOne(pair)
    expect((await world.createOne(pair, other)).token).not.toBe(own.token)
  })

  it('sets what a link that was paid in part takes, and keeps what it has taken', async () => {
    const pair = newPair()
    const { token } = await world.createOne({ ...pair, amount: 100 })
    await recordPayment(world.db, world.biller.provider.id, token, 6_000n)
    expect(await stored(token)).toMatchObject({ status: 'active', openAmount: 4_000n, paidAmount: 6_000n })
    expect((await world.createOne({ ...pair, amount: 55 })).token).toBe(token)
    expect(await stored(token)).toMatchObject({ askedAmount: 5_500n, openAmount: 5_500n, paidAmount: 6_000n })
  })

  it('makes and updates in one request, with an event for each', async () => {
    const pair = newPair()
    const { token } = await world.createOne(pair)
    const { body } = await world.create([item(), item({ ...pair, amount: 1 }), item()])
    expect(body.links[1].token).toBe(token)
    const [made, changed] = await lastEvents(2)
    expect(made).toMatchObject({ type: 'link.created' })
    expect(made?.data.links.map((link) => link.token)).toEqual([body.links[0].token, body.links[2].token])
    expect(changed).toMatchObject({ type: 'link.updated', data: { links: [{ token, amount: 1 }] } })
  })
})

describe('many requests at once', () => {
  it('make one link of a pair, whoever comes first', async () => {
    const pair = newPair()
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        world.create([item({ ...pair, amount: index + 1, name: 'A', surname: 'B' })]),
      ),
    )
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 201))
    const links: MadeLink[] = answers.map((answer) => answer.body.links[0])
    expect(new Set(links.map((link) => link.token)).size).toBe(1)
    expect(new Set(links.map((link) => link.shortLink)).size).toBe(1)
    const rows = await linksOf(pair.userId)
    expect(rows).toHaveLength(1)
    expect(rows[0]?.open_amount).toBeGreaterThan(0n)
  })

  it('with the same payers in opposite orders do not block one another', async () => {
    const userIds = Array.from({ length: 40 }, () => newPair())
    const request = (reverse: boolean) => {
      const items = userIds.map((pair) => item(pair))
      return world.create(reverse ? items.reverse() : items)
    }
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => request(index % 2 === 0)))
    expect(answers.every((answer) => answer.status === 201)).toBe(true)
    const tokens = answers.flatMap((answer) => answer.body.links.map((link: MadeLink) => link.token))
    expect(new Set(tokens).size).toBe(40)
  })

  it('with an update and a cancel leave either an updated link and nothing cancelled, or a new one', async () => {
    for (let round = 0; round < 20; round++) {
      const pair = newPair()
      const { token } = await world.createOne(pair)
      const [cancelled, updated] = await Promise.all([
        world.cancel(token, { resolution: 'CANCELLED' }),
        world.createOne(pair),
      ])
      expect(cancelled.status).toBe(204)
      const rows = await linksOf(pair.userId)
      expect(rows.filter((link) => link.status === 'active')).toHaveLength(updated.token === token ? 0 : 1)
    }
  })
})

describe('Idempotency-Key', () => {
  it('answers the first answer again and makes nothing twice', async () => {
    const body = { payments: [item()] }
    const headers = { 'idempotency-key': 'once' }
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => world.post('/pay/v1/payments', body, headers)),
    )
    const made = answers.filter((answer) => answer.status === 201)
    expect(made.length).toBeGreaterThan(0)
    expect(answers.every((answer) => answer.status === 201 || answer.status === 409)).toBe(true)
    const again = await world.post('/pay/v1/payments', body, headers)
    expect(new Set([...made, again].map((answer) => answer.text)).size).toBe(1)
    expect(await linksOf(String(body.payments[0]?.userId))).toHaveLength(1)
    expect((await world.post('/pay/v1/payments', { payments: [item()] }, headers)).status).toBe(422)
  })
})
