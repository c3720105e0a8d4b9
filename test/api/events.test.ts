import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { revokeKey, updateProvider } from '../../gateway/src/provider/index.ts'
import { basic, startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'
import {
  bill,
  cancel,
  createLink,
  createLinks,
  eventsAfter,
  expectProblem,
  pay,
  pointersOf,
  postLinks,
  search,
} from '../support/bill.ts'
import { openStream } from '../support/stream.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway()
})
afterAll(() => gateway?.close())

/** A provider with nothing told yet. */
async function newBiller() {
  const { provider, credentials } = await gateway.newProvider()
  const call = { credentials }
  return {
    provider,
    credentials,
    call,
    events: (after?: string) => eventsAfter(gateway.api, after, call),
    stream: (lastEventId?: string) =>
      openStream(`${gateway.url}/pay/v1/events/stream`, {
        authorization: basic(credentials),
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      }),
  }
}

describe('events by polling', () => {
  it('tells of a link’s life in order, each event whole', async () => {
    const { call, events } = await newBiller()
    const pair = { userId: bill().userId, operationId: 'op' }
    const first = await createLink(gateway.api, pair, call)
    await createLink(gateway.api, { ...pair, amount: 99 }, call)
    const paid = await pay(gateway.api, first.token, {}, call)
    const second = await createLink(gateway.api, pair, call)
    await cancel(gateway.api, second.token, { resolution: 'CANCELLED' }, call)
    const told = await events()
    expect(told.map((event) => event.type)).toEqual([
      'link.created',
      'link.updated',
      'payment.succeeded',
      'link.created',
      'link.cancelled',
    ])
    for (const event of told) {
      expect(event).toMatchObject({ id: expect.stringMatching(/^\d{1,18}$/), test: true })
      expect(event.at).toMatch(/^\d{4}-\d{2}-\d{2}T/)
    }
    const ids = told.map((event) => BigInt(event.id))
    expect(ids).toEqual([...ids].sort((a, b) => (a < b ? -1 : 1)))
    const rows = await search(gateway.api, 'fromDate=0', call)
    expect(told[2]?.data).toEqual({
      paymentId: paid.paymentId,
      referenceNumber: paid.referenceNumber,
      amount: 99,
      paidAt: paid.paidAt,
      method: 'blik',
      arrives: 'transfer',
      rows,
    })
  })

  it('one payment.succeeded for a payment of many links, with all rows', async () => {
    const { call, events } = await newBiller()
    const userId = bill().userId
    const links = await createLinks(gateway.api, [bill({ userId }), bill({ userId }), bill({ userId })], call)
    await pay(gateway.api, links[0]?.token ?? '', { scope: 'balance' }, call)
    const payments = (await events()).filter((event) => event.type === 'payment.succeeded')
    expect(payments).toMatchObject([{ data: { amount: 370.35, rows: [{}, {}, {}] } }])
  })

  it('after=0 gives all, after=ID what follows it, limit cuts, next goes on', async () => {
    const { call, events } = await newBiller()
    for (let made = 0; made < 5; made++) await createLink(gateway.api, {}, call)
    const all = await events('0')
    expect(all).toHaveLength(5)
    expect(await events(all[2]?.id)).toEqual(all.slice(3))
    const page = await gateway.api('/pay/v1/events?after=0&limit=2', call)
    expect(page.body).toEqual({ events: all.slice(0, 2), next: all[1]?.id })
    const end = await gateway.api(`/pay/v1/events?after=${all[4]?.id}`, call)
    expect(end.body).toEqual({ events: [], next: all[4]?.id })
  })

  it('holds ids, titles and amounts, never names, addresses or e-mails', async () => {
    const { call, events } = await newBiller()
    const personal = {
      name: 'Zbigniewa',
      surname: 'Wąs',
      email: 'zbigniewa@example.com',
      recipient: { id: '1', name: 'Oddział' },
    }
    const { token } = await createLink(gateway.api, { ...personal, operationId: 1, userId: 'p-1' }, call)
    await createLink(gateway.api, { ...personal, operationId: 1, userId: 'p-1' }, call)
    await pay(gateway.api, token, {}, call)
    expect(JSON.stringify(await events())).not.toMatch(/Zbigniewa|Wąs|example\.com|Oddział/i)
  })

  it('a refused or replayed request tells nothing', async () => {
    const { call, events } = await newBiller()
    const payments = [bill()]
    const headers = { 'idempotency-key': 'once' }
    await postLinks(gateway.api, payments, { ...call, headers })
    await postLinks(gateway.api, payments, { ...call, headers })
    await postLinks(gateway.api, [bill({ amount: -1 })], call)
    expect(await events()).toHaveLength(1)
  })

  it.each([
    ['after=abc', /after$/],
    ['after=-1', /after$/],
    ['after=1234567890123456789', /after$/],
    ['after=0&limit=0', /limit$/],
    ['after=0&limit=x', /limit$/],
  ])('%s is 400 and names the field', async (query, at) => {
    const answer = await gateway.api(`/pay/v1/events?${query}`)
    expectProblem(answer, 400, 'validation_failed')
    expect(pointersOf(answer)).toEqual([expect.stringMatching(at)])
  })

  it('a cursor older than 400 days is 410 where events after it are gone', async () => {
    const { call, provider } = await newBiller()
    await createLink(gateway.api, {}, call)
    const old = BigInt(Date.now() - 401 * 86_400_000) * 1000n
    expectProblem(await gateway.api(`/pay/v1/events?after=${old}`, call), 410, 'events_expired')
    const stream = await openStream(`${gateway.url}/pay/v1/events/stream`, {
      authorization: basic(call.credentials),
      'last-event-id': String(old),
    })
    expect(stream.status).toBe(410)
    await gateway.database.pool.query('update event set id = $1 where provider_id = $2', [
      old - 5n,
      provider.id,
    ])
    expect((await gateway.api(`/pay/v1/events?after=${old}`, call)).status).toBe(200)
  })

  it('shows only the provider’s own', async () => {
    const first = await newBiller()
    await createLink(gateway.api, {}, first.call)
    expect(await (await newBiller()).events()).toEqual([])
  })
})

describe('events as a stream', () => {
  it('without Last-Event-ID starts now', async () => {
    const { call, stream } = await newBiller()
    await createLink(gateway.api, { title: 'before' }, call)
    const open = await stream()
    expect(open.status).toBe(200)
    expect(open.headers.get('content-type')).toMatch(/^text\/event-stream/)
    expect(open.headers.get('cache-control')).toContain('no-store')
    await createLink(gateway.api, { title: 'after' }, call)
    expect(await open.next()).toMatchObject({ type: 'link.created', data: { links: [{ title: 'after' }] } })
    open.close()
  })

  it('with Last-Event-ID resumes without loss; the ids of the stream are the events’ ids', async () => {
    const { call, stream, events } = await newBiller()
    for (let made = 0; made < 120; made++) await createLink(gateway.api, {}, call)
    const all = await events()
    const open = await stream(all[9]?.id)
    const seen = []
    for (let count = 0; count < 110; count++) seen.push(await open.next())
    expect(seen).toEqual(all.slice(10))
    expect(open.ids).toEqual(all.slice(10).map((event) => event.id))
    const { token } = await createLink(gateway.api, {}, call)
    expect(await open.next()).toMatchObject({ data: { links: [{ token }] } })
    open.close()
  })

  it('Last-Event-ID 0 gives all', async () => {
    const { call, stream } = await newBiller()
    const { token } = await createLink(gateway.api, {}, call)
    const open = await stream('0')
    expect(await open.next()).toMatchObject({ data: { links: [{ token }] } })
    open.close()
  })

  it.each(['abc', '-1', '1234567890123456789', '1.5'])('Last-Event-ID %s is 400', async (id) => {
    expect((await (await newBiller()).stream(id)).status).toBe(400)
  })

  it('needs a key', async () => {
    expect((await openStream(`${gateway.url}/pay/v1/events/stream`, {})).status).toBe(401)
  })

  it('a revoked key’s open streams close at once, other keys’ stay', async () => {
    const { provider, credentials, call, stream } = await newBiller()
    const other = await newBiller()
    const [revoked, kept] = [await stream(), await other.stream()]
    await revokeKey(gateway.platform.db, provider.id, credentials.apiKey)
    expect(await revoked.ended()).toEqual([])
    expectProblem(await gateway.api('/pay/v1/events', call), 401)
    await createLink(gateway.api, {}, other.call)
    expect(await kept.next()).toMatchObject({ type: 'link.created' })
    kept.close()
  })

  it('a disabled provider’s open streams close', async () => {
    const { provider, stream } = await newBiller()
    const open = await stream()
    await updateProvider(gateway.platform.db, provider.id, { disabled: true })
    expect(await open.ended()).toEqual([])
    expect((await stream()).status).toBe(403)
  })

  it('many readers each get every event', async () => {
    const { call, stream } = await newBiller()
    const readers = await Promise.all(Array.from({ length: 20 }, () => stream()))
    const links = await createLinks(gateway.api, [bill(), bill()], call)
    const seen = await Promise.all(readers.map((reader) => reader.next()))
    for (const event of seen)
      expect(event).toMatchObject({ data: { links: links.map(({ token }) => ({ token })) } })
    for (const reader of readers) reader.close()
  })
})
