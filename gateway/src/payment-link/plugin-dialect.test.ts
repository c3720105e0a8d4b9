import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { item, type Links, nrb, startLinks } from '../../testing/links.ts'
import { recordPayment } from '../../testing/record-payment.ts'
import { type Biller, newBiller } from '../../testing/rooms.ts'
import { updateProvider } from '../provider/index.ts'
import { findLinkByToken } from './index.ts'

let world: Links
let biller: Biller
beforeAll(async () => {
  world = await startLinks()
  biller = world.biller
})
afterAll(() => world.close())

/** A call as the plugin's HTTP client makes it: without an Accept header, which fetch always sends. */
async function call(path: string, body: unknown, { headers }: Biller = biller) {
  const answer = await world.server.app.inject({
    method: 'POST',
    url: path,
    headers: { ...headers, 'user-agent': 'GuzzleHttp/7', 'content-type': 'application/json' },
    payload: JSON.stringify(body),
  })
  return {
    status: answer.statusCode,
    text: answer.body,
    body: answer.body ? JSON.parse(answer.body) : undefined,
  }
}
const create = (payments: unknown[], by = biller, providerCode: unknown = by.provider.code) =>
  call('/pay/v1/payments', { providerCode, payments }, by)
const stored = async (token: string) => {
  const link = await findLinkByToken(world.db, token)
  if (!link) throw new Error('the link is not stored')
  return link
}

describe('create in the LMS plugin’s dialect', () => {
  it('answers a bare array with shortLink null', async () => {
    const { status, body } = await create([
      item({ name: 'Jan', surname: 'Kowalski' }),
      item({ operationId: 'cash_17' }),
    ])
    expect(status).toBe(201)
    expect(body).toHaveLength(2)
    for (const link of body) {
      expect(Object.keys(link).sort()).toEqual(['link', 'shortLink', 'token'])
      expect(link.shortLink).toBeNull()
      expect(link.link).not.toContain('?')
      expect((await stored(link.token)).lmsPlugin).toBe(true)
    }
  })

  it('takes what the plugin sends', async () => {
    await updateProvider(world.db, biller.provider.id, { defaultNrb: nrb })
    const sent = {
      userId: '1201',
      amount: 119.97999999999999,
      nrb: '',
      title: '',
      paymentDue: '2025-01-31',
      name: null,
      surname: null,
      email: null,
      operationId: 'cash_17',
    }
    const { status, body } = await create([sent, { ...sent, operationId: '5', title: '    ' }])
    expect(status).toBe(201)
    for (const { token } of body) {
      expect(await stored(token)).toMatchObject({ askedAmount: 11998n, nrb, title: 'Płatność', dropped: [] })
    }
    await updateProvider(world.db, biller.provider.id, { defaultNrb: null })
  })

  it('drops a bad e-mail, name or surname, and tells the provider', async () => {
    const bad = { email: 'jan(at)example', name: 'J@n', surname: 7, operationId: 'dropped' }
    const { status, body } = await create([
      item(bad),
      item({ email: 'jan@example.com', name: 'x'.repeat(101), surname: 'K' }),
    ])
    expect(status).toBe(201)
    expect(await stored(body[0].token)).toMatchObject({
      name: null,
      surname: null,
      email: null,
      dropped: ['name', 'surname', 'email'],
    })
    expect(await stored(body[1].token)).toMatchObject({
      name: null,
      surname: 'K',
      email: 'jan@example.com',
      dropped: ['name'],
    })
    const event = await world.db
      .selectFrom('event')
      .select('data')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst()
    expect(event?.data).toMatchObject({
      links: [{ dropped: ['name', 'surname', 'email'] }, { dropped: ['name'] }],
    })
  })

  it('forgets what was dropped once it is right', async () => {
    const bill = item({ operationId: 'mended', email: 'x' })
    const first = await create([bill])
    expect((await stored(first.body[0].token)).dropped).toEqual(['email'])
    await create([{ ...bill, email: 'jan@example.com' }])
    expect(await stored(first.body[0].token)).toMatchObject({ dropped: [], email: 'jan@example.com' })
  })

  it('still refuses what a link cannot do without, and stores nothing', async () => {
    const before = await world.db.selectFrom('payment_link').select('id').execute()
    const { status, body } = await create([item({ email: 'x' }), item({ amount: 0, title: 'a"b' })])
    expect(status).toBe(400)
    expect(body.title).toBe('Validation of the request failed')
    expect(body.errors.map((error: { pointer: string }) => error.pointer)).toEqual([
      '/payments/1/amount',
      '/payments/1/title',
    ])
    expect(await world.db.selectFrom('payment_link').select('id').execute()).toHaveLength(before.length)
  })

  it('refuses another provider’s code, and the key stays as it was', async () => {
    const other = await newBiller(world.database)
    const refused = await create([item()], other, biller.provider.code)
    expect(refused).toMatchObject({ status: 403, body: { code: 'wrong_provider' } })
    expect((await call('/pay/v1/payments', { payments: [] }, other)).status).toBe(400)
    const { body } = await call('/pay/v1/payments', { payments: [item()], providerCode: null }, other)
    expect(body).toHaveProperty('links')
    expect(
      (await call(`/pay/v1/payments/${'0'.repeat(128)}/cancel`, { resolution: 'PAID' }, other)).status,
    ).toBe(404)
  })

  it('stays the plugin’s link where the ordinary API updates it', async () => {
    const bill = item({ operationId: 'both' })
    const { body } = await create([bill])
    const { body: again } = await world.create([bill])
    expect(again.links[0].token).toBe(body[0].token)
    expect((await stored(body[0].token)).lmsPlugin).toBe(true)
    const plain = await world.createOne({ userId: 'p', operationId: 'p' })
    await create([item({ userId: 'p', operationId: 'p' })])
    expect((await stored(plain.token)).lmsPlugin).toBe(true)
  })
})

describe('cancel in the LMS plugin’s dialect', () => {
  it('answers 204 whatever the state, and changes only an active link', async () => {
    const { body } = await create([item(), item(), item()])
    const [active, cancelled, paid] = body.map((link: { token: string }) => link.token)
    await recordPayment(world.db, biller.provider.id, paid, 12345n)
    await call(`/pay/v1/payments/${cancelled}/cancel`, { resolution: 'PAID' })
    const ended = await stored(cancelled)
    for (const token of [active, cancelled, paid, `${paid}.1`, 'f'.repeat(128), 'nothing']) {
      const answer = await call(`/pay/v1/payments/${token}/cancel`, { resolution: 'CANCELLED' })
      expect([answer.status, answer.text], token).toEqual([204, ''])
    }
    expect(await stored(active)).toMatchObject({ status: 'cancelled', resolution: 'CANCELLED' })
    expect(await stored(cancelled)).toEqual(ended)
    expect((await stored(paid)).status).toBe('paid')
  })

  it('is for callers without an Accept header only', async () => {
    await create([item()])
    expect((await world.cancel('f'.repeat(128), { resolution: 'PAID' })).status).toBe(404)
  })
})

describe('short links for the LMS plugin', () => {
  it.each([
    ['the operator says so', { PLUGIN_SHORT_LINKS: 'on' }, /^http:\/\/localhost:\d+\/s\/[A-Za-z0-9]{10}$/],
    [
      'they are on the host that the plugin calls',
      { SHORT_URL: 'https://zapl.ac' },
      /^https:\/\/zapl\.ac\/[A-Za-z0-9]{10}$/,
    ],
  ])('are given where %s', async (_where, environment, address) => {
    const other = await startLinks(environment)
    try {
      const { body } = await other.post('/pay/v1/payments', {
        providerCode: other.biller.provider.code,
        payments: [item({ name: 'Jan', surname: 'K' }), item()],
      })
      expect(body[0].shortLink).toMatch(address)
      expect(body[1].shortLink).toBeNull()
    } finally {
      await other.close()
    }
  })
})
