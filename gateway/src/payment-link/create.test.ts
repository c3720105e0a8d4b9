import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { item, type Links, nrb, startLinks } from '../../testing/links.ts'
import { newBiller } from '../../testing/rooms.ts'
import { updateProvider } from '../provider/index.ts'
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
const events = async () => {
  const rows = await world.db
    .selectFrom('event')
    .select(['type', 'data'])
    .where('provider_id', '=', world.biller.provider.id)
    .orderBy('id')
    .execute()
  return rows as { type: string; data: { links: Record<string, unknown>[] } }[]
}

describe('create', () => {
  it('answers the example of the API page', async () => {
    const answer = await world.create([
      {
        userId: 'user-1234',
        amount: 123.45,
        nrb,
        title: 'FV 123/2020',
        paymentDue: '2020-07-23',
        name: 'Jan',
        surname: 'Kowalski',
        email: 'jan@example.com',
        operationId: 13912,
      },
    ])
    expect(answer.status).toBe(201)
    expect(Object.keys(answer.body)).toEqual(['links'])
    const [link] = answer.body.links
    expect(Object.keys(link)).toEqual(['token', 'link', 'shortLink'])
    expect(link.token).toMatch(/^[0-9a-f]{128}$/)
    expect(link.link).toBe(`${world.settings.publicUrl}/single-payment/${link.token}`)
    expect(link.shortLink.slice(world.settings.shortUrl.length)).toMatch(/^\/[A-Za-z0-9]{10}$/)
    expect(await stored(link.token)).toMatchObject({
      userId: 'user-1234',
      operationId: '13912',
      status: 'active',
      resolution: null,
      currency: 'PLN',
      askedAmount: 12345n,
      openAmount: 12345n,
      paidAmount: 0n,
      refundedAmount: 0n,
      nrb,
      title: 'FV 123/2020',
      paymentDue: '2020-07-23',
      name: 'Jan',
      surname: 'Kowalski',
      email: 'jan@example.com',
      recipientName: null,
      lmsPlugin: false,
      dropped: [],
      revoked: false,
      attempted: false,
      endedAt: null,
    })
  })

  it('answers 100 items in their order', async () => {
    const items = Array.from({ length: 100 }, (_, index) =>
      item({ operationId: index, title: `FV ${index}` }),
    )
    const { body } = await world.create(items)
    const titles = await Promise.all(
      body.links.map(async (link: { token: string }) => (await stored(link.token)).title),
    )
    expect(titles).toEqual(items.map(({ title }) => title))
    expect(new Set(body.links.map((link: { token: string }) => link.token)).size).toBe(100)
  })

  it('gives a short link only where the item gives name and surname', async () => {
    const { body } = await world.create([
      item({ name: 'Jan' }),
      item({ surname: 'K' }),
      item({ name: null, surname: '' }),
    ])
    for (const link of body.links) expect(link).not.toHaveProperty('shortLink')
    expect(await world.createOne({ name: 'Jan', surname: 'K' })).toHaveProperty('shortLink')
  })

  it('tells of a request by one event without personal data', async () => {
    const before = (await events()).length
    const bill = item({ name: 'Jan', surname: 'Kowalski', email: 'jan@example.com', operationId: 7 })
    const { body } = await world.create([bill, item()])
    const told = (await events()).slice(before)
    expect(told).toHaveLength(1)
    expect(told[0]).toMatchObject({
      type: 'link.created',
      data: { links: [{ userId: bill.userId, operationId: '7', amount: 123.45 }, { operationId: null }] },
    })
    expect(told[0]?.data.links.map((link) => link.token)).toEqual(
      body.links.map((link: { token: string }) => link.token),
    )
    expect(JSON.stringify(told)).not.toMatch(/Jan|Kowalski|example/)
  })

  it('uses the default account of the provider where the item names none', async () => {
    const other = await newBiller(world.database)
    const refused = await world.create([item({ nrb: '' }), item({ nrb: null })], {}, other)
    expect(refused.body.errors).toMatchObject([
      { pointer: '/payments/0/nrb', code: 'required' },
      { pointer: '/payments/1/nrb', code: 'required' },
    ])
    await updateProvider(world.db, other.provider.id, { defaultNrb: nrb })
    const { token } = await world.createOne({ nrb: undefined }, other)
    expect((await stored(token)).nrb).toBe(nrb)
  })

  it('names the payee that the item names', async () => {
    const { token } = await world.createOne({ recipient: { id: 3, name: 'Oddział Północ' } })
    expect((await stored(token)).recipientName).toBe('Oddział Północ')
  })
})
