import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'
import {
  bill,
  cancel,
  createLink,
  createLinks,
  eventsAfter,
  otherNrb,
  pay,
  statusOf,
} from '../support/bill.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway()
})
afterAll(() => gateway?.close())

const full = {
  operationId: 'op-1',
  amount: 100,
  name: 'Jan',
  surname: 'Kowalski',
  email: 'jan@example.com',
  recipient: { id: '1', name: 'NETIX Północ' },
}

describe('update: at most one active link of userId and operationId', () => {
  it('answers with the same token and links and replaces the data whole', async () => {
    const { userId } = bill()
    const first = await createLink(gateway.api, { userId, ...full })
    const second = await createLink(gateway.api, {
      userId,
      operationId: 'op-1',
      amount: 250.5,
      title: 'FV 9/2021',
      paymentDue: '2021-01-31',
      nrb: otherNrb,
    })
    expect(second.token).toBe(first.token)
    expect(second.link).toBe(first.link)
    const { rows } = await gateway.database.pool.query(
      `select name, surname, email, recipient_id, recipient_name, short_code from payment_link where token = decode($1, 'hex')`,
      [first.token],
    )
    expect(rows).toEqual([
      {
        name: null,
        surname: null,
        email: null,
        recipient_id: null,
        recipient_name: null,
        short_code: first.shortLink?.slice(-10),
      },
    ])
    expect(await statusOf(gateway.api, first.token)).toMatchObject({
      title: 'FV 9/2021',
      paymentDue: '2021-01-31',
      nrb: otherNrb,
      amounts: { asked: 250.5, open: 250.5, paid: 0 },
    })
  })

  it('a short code once given works for ever, and comes back where names come back', async () => {
    const { userId } = bill()
    const first = await createLink(gateway.api, { userId, ...full })
    await createLink(gateway.api, { userId, operationId: 'op-1' })
    const redirect = await gateway.api(first.shortLink ?? '', { credentials: null })
    expect(redirect.status).toBe(302)
    expect(redirect.headers.get('location')).toBe(first.link)
    expect((await createLink(gateway.api, { userId, ...full })).shortLink).toBe(first.shortLink)
  })

  it('a link made without names gets its short link once they come', async () => {
    const { userId } = bill()
    const first = await createLink(gateway.api, { userId, operationId: 1 })
    const second = await createLink(gateway.api, { userId, operationId: 1, name: 'Jan', surname: 'Kowalski' })
    expect(first.shortLink).toBeUndefined()
    expect(second).toMatchObject({ token: first.token, shortLink: expect.stringContaining('/s/') })
  })

  it('operationId is compared as a string, userId too, and both with their case', async () => {
    const { userId } = bill()
    const first = await createLink(gateway.api, { userId, operationId: 13912 })
    expect((await createLink(gateway.api, { userId, operationId: '13912' })).token).toBe(first.token)
    expect((await createLink(gateway.api, { userId, operationId: '013912' })).token).not.toBe(first.token)
    const lower = await createLink(gateway.api, { userId, operationId: 'a' })
    expect((await createLink(gateway.api, { userId, operationId: 'A' })).token).not.toBe(lower.token)
  })

  it('another provider’s pair of the same names is another link', async () => {
    const { userId } = bill()
    const { credentials } = await gateway.newProvider()
    const first = await createLink(gateway.api, { userId, operationId: 1 })
    const second = await createLink(gateway.api, { userId, operationId: 1 }, { credentials })
    expect(second.token).not.toBe(first.token)
  })

  it.each(['PAID', 'CANCELLED'])(
    'where the pair’s last link was cancelled as %s, a new one is made',
    async (resolution) => {
      const { userId } = bill()
      const first = await createLink(gateway.api, { userId, operationId: 1 })
      await cancel(gateway.api, first.token, { resolution })
      const second = await createLink(gateway.api, { userId, operationId: 1 })
      expect(second.token).not.toBe(first.token)
      expect((await statusOf(gateway.api, second.token)).status).toBe('active')
    },
  )

  it('where the pair’s last link was paid, a new one is made', async () => {
    const { userId } = bill()
    const first = await createLink(gateway.api, { userId, operationId: 1 })
    await pay(gateway.api, first.token)
    const second = await createLink(gateway.api, { userId, operationId: 1, amount: 7 })
    expect(second.token).not.toBe(first.token)
    expect(await statusOf(gateway.api, second.token)).toMatchObject({
      status: 'active',
      amounts: { open: 7 },
    })
  })

  it('updates and makes in one request, in order, and tells of each', async () => {
    const { credentials } = await gateway.newProvider()
    const call = { credentials }
    const [userId, other] = [String(bill().userId), String(bill().userId)]
    const known = await createLink(gateway.api, { userId, operationId: 'known' }, call)
    const items = [
      bill({ userId: other }),
      bill({ userId, operationId: 'known', amount: 5 }),
      bill({ userId: other }),
    ]
    const links = await createLinks(gateway.api, items, call)
    expect(links[1]?.token).toBe(known.token)
    expect(new Set(links.map((link) => link.token)).size).toBe(3)
    const events = (await eventsAfter(gateway.api, '0', call)).slice(1)
    const told = events.map((event) => [
      event.type,
      'links' in event.data ? event.data.links.map((l) => l.token) : [],
    ])
    expect(told.sort()).toEqual([
      ['link.created', [links[0]?.token, links[2]?.token]],
      ['link.updated', [known.token]],
    ])
  })

  it('a refused update changes nothing of the link', async () => {
    const { userId } = bill()
    const { token } = await createLink(gateway.api, { userId, ...full })
    const before = await statusOf(gateway.api, token)
    const answer = await gateway.api('/pay/v1/payments', {
      body: { payments: [bill({ userId, operationId: 'op-1', amount: 1 }), bill({ amount: -1 })] },
    })
    expect(answer.status).toBe(400)
    expect(await statusOf(gateway.api, token)).toEqual(before)
  })
})
