import { verifyWebhook, webhooksMax } from '@bill-gateway/contract'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'
import { type Receiver, startReceiver, userIdsOf } from '../../gateway/testing/webhook-receiver.ts'
import {
  bill,
  createLink,
  createLinks,
  eventsAfter,
  expectProblem,
  pay,
  pointersOf,
} from '../support/bill.ts'
import { deliveriesOf, newHook, received, webhookEnvironment } from '../support/webhook.ts'

let gateway: TestGateway
const receivers: Receiver[] = []
beforeAll(async () => {
  gateway = await startTestGateway({ environment: webhookEnvironment })
})
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.close()
})
afterAll(() => gateway?.close())

const receive = async () => {
  const receiver = await startReceiver()
  receivers.push(receiver)
  return receiver
}
const biller = async () => ({ credentials: (await gateway.newProvider()).credentials })

describe('an endpoint', () => {
  it('is made with a secret that is shown this once, listed, changed and deleted', async () => {
    const call = await biller()
    const { url } = await receive()
    const made = await newHook(gateway.api, { url, description: 'books', types: ['payment.succeeded'] }, call)
    expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    const { secret: _, ...shown } = made
    expect(shown).toMatchObject({ url, enabled: true, pending: 0, parked: 0, failingSince: null, test: true })
    expect((await gateway.api(`/pay/v1/webhooks/${made.id}`, call)).body).toEqual(shown)
    expect((await gateway.api('/pay/v1/webhooks', call)).body).toEqual({ webhooks: [shown] })

    const changed = await gateway.api(`/pay/v1/webhooks/${made.id}`, {
      ...call,
      method: 'PATCH',
      body: { types: [], description: '', enabled: false },
    })
    expect(changed.body).toEqual({ ...shown, types: [], description: '', enabled: false })
    const gone = await gateway.api(`/pay/v1/webhooks/${made.id}`, { ...call, method: 'DELETE' })
    expect(gone.status).toBe(204)
    expectProblem(await gateway.api(`/pay/v1/webhooks/${made.id}`, call), 404)
    expect((await gateway.api('/pay/v1/webhooks', call)).body).toEqual({ webhooks: [] })
  })

  it('of another provider is not there', async () => {
    const { url } = await receive()
    const { id } = await newHook(gateway.api, { url }, await biller())
    const other = await biller()
    const calls = [
      { path: '', method: 'GET' },
      { path: '', method: 'PATCH', body: { enabled: false } },
      { path: '', method: 'DELETE' },
      { path: '/deliveries', method: 'GET' },
      { path: '/secret', method: 'POST', body: {} },
      { path: '/replay', method: 'POST', body: { after: '0' } },
    ]
    for (const { path, ...call } of calls)
      expectProblem(await gateway.api(`/pay/v1/webhooks/${id}${path}`, { ...call, ...other }), 404)
  })

  it('made twice with one Idempotency-Key is one, and has the same secret; none is kept in clear', async () => {
    const call = { ...(await biller()), headers: { 'idempotency-key': 'once' } }
    const { url } = await receive()
    const first = await newHook(gateway.api, { url }, call)
    expect(await newHook(gateway.api, { url }, call)).toEqual(first)
    const stored = await gateway.database.pool.query(
      `select (select json_agg(e) from webhook_endpoint e)::text || (select json_agg(a) from idempotent_answer a)::text as text`,
    )
    expect(stored.rows[0].text).toContain(first.id)
    expect(stored.rows[0].text).not.toContain(first.secret.slice(6, 30))
    const hex = Buffer.from(first.secret).toString('hex')
    expect(stored.rows[0].text).not.toContain(hex.slice(12, 60))
  })

  it.each([
    [{}, '/url'],
    [{ url: 'ftp://example.pl/' }, '/url'],
    [{ url: 'not an address' }, '/url'],
    [{ url: 'http://example.pl/hook' }, '/url'],
    [{ url: 'https://example.pl:8443/hook' }, '/url'],
    [{ url: 'https://user:word@example.pl/hook' }, '/url'],
    [{ url: 'https://example.pl/#part' }, '/url'],
    [{ url: 'https://10.0.0.1/hook' }, '/url'],
    [{ url: 'https://[::1]/hook' }, '/url'],
    [{ url: 'https://[::ffff:169.254.169.254]/' }, '/url'],
    [{ url: 'https://2852039166/latest' }, '/url'],
    [{ url: 'https://example.pl/', types: ['payment.unknown'] }, '/types/0'],
    [{ url: 'https://example.pl/', after: 'now' }, '/after'],
    [{ url: 'https://example.pl/', description: 'x'.repeat(201) }, '/description'],
  ])('%j is refused and named', async (body, at) => {
    const answer = await gateway.api('/pay/v1/webhooks', { body })
    expectProblem(answer, 400, 'validation_failed')
    expect(pointersOf(answer)).toContain(at)
  })

  it('has at most fifty beside it, also of many made at once', async () => {
    const call = await biller()
    const made = await Promise.all(
      Array.from({ length: webhooksMax + 5 }, () =>
        gateway.api('/pay/v1/webhooks', { ...call, body: { url: 'https://example.pl/hook' } }),
      ),
    )
    expect(made.filter(({ status }) => status === 201)).toHaveLength(webhooksMax)
    for (const answer of made.filter(({ status }) => status !== 201))
      expectProblem(answer, 409, 'too_many_webhooks')
  })
})

describe('a delivery', () => {
  it('is the event as the stream has it, signed so that an independent library believes it', async () => {
    const call = await biller()
    const receiver = await receive()
    const { secret } = await newHook(gateway.api, { url: receiver.url }, call)
    const { token } = await createLink(gateway.api, { title: 'FV 1' }, call)
    await pay(gateway.api, token, {}, call)
    const [made, paid] = await received(receiver, 2)
    const events = await eventsAfter(gateway.api, '0', call)
    for (const [index, one] of [made, paid].entries()) {
      const { timestamp, ...event } = JSON.parse(one?.body ?? '')
      expect(event).toEqual(events[index])
      expect(timestamp).toBe(event.at)
      expect(one?.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'bill-gateway' })
      const headers = one?.headers as Record<string, string>
      expect(new StandardWebhook(secret).verify(one?.body ?? '', headers)).toMatchObject(event)
      expect(verifyWebhook(one?.headers ?? {}, one?.body ?? '', secret)).toMatchObject({ event })
      expect(headers['webhook-id']).not.toContain('.')
    }
  })

  it('is shown with its try', async () => {
    const call = await biller()
    const receiver = await receive()
    const { id } = await newHook(gateway.api, { url: receiver.url }, call)
    await createLink(gateway.api, {}, call)
    const [delivery] = await deliveriesOf(gateway.api, id, { ...call, states: ['delivered'] })
    expect(delivery).toMatchObject({ type: 'link.created', state: 'delivered', nextAt: null })
    expect(delivery?.attempts).toMatchObject([{ nth: 1, status: 204, failure: null }])
    expect((await gateway.api(`/pay/v1/webhooks/${id}`, call)).body).toMatchObject({ pending: 0, parked: 0 })
  })

  it('goes only to endpoints that want its type, to each that does, and to none that is off', async () => {
    const call = await biller()
    const [all, payments, off] = [await receive(), await receive(), await receive()]
    await newHook(gateway.api, { url: all.url }, call)
    await newHook(gateway.api, { url: payments.url, types: ['payment.succeeded'] }, call)
    const { id } = await newHook(gateway.api, { url: off.url }, call)
    const patch = (body: object) => gateway.api(`/pay/v1/webhooks/${id}`, { ...call, method: 'PATCH', body })
    await patch({ enabled: false })
    const { token } = await createLink(gateway.api, {}, call)
    await pay(gateway.api, token, {}, call)
    await received(all, 2)
    await received(payments, 1)
    expect(payments.received.map(({ event }) => event.type)).toEqual(['payment.succeeded'])
    expect(off.received).toEqual([])
    await patch({ enabled: true })
    expect((await received(off, 2)).map(({ event }) => event.type)).toEqual([
      'link.created',
      'payment.succeeded',
    ])
  })

  it('begins with what happens from now on, or after the event given', async () => {
    const call = await biller()
    const [now, some, all] = [await receive(), await receive(), await receive()]
    for (const title of ['a', 'b', 'c']) await createLink(gateway.api, { title }, call)
    const [first] = await eventsAfter(gateway.api, '0', call)
    await newHook(gateway.api, { url: now.url }, call)
    await newHook(gateway.api, { url: some.url, after: first?.id }, call)
    await newHook(gateway.api, { url: all.url, after: '0' }, call)
    await createLink(gateway.api, { title: 'd' }, call)
    await received(all, 4)
    await received(some, 3)
    await received(now, 1)
    expect(all.titles().sort()).toEqual(['a', 'b', 'c', 'd'])
    expect(some.titles().sort()).toEqual(['b', 'c', 'd'])
    expect(now.titles()).toEqual(['d'])
  })

  it('comes in the order of each payer, also of a request that is about many', async () => {
    const call = await biller()
    const receiver = await receive()
    await newHook(gateway.api, { url: receiver.url }, call)
    // Slow where it comes first, so that who does not wait overtakes.
    const together: string[] = []
    receiver.answer = ({ event }) => {
      const open = receiver
        .open()
        .flatMap((other) => (other.event.id === event.id ? [] : userIdsOf(other.event)))
      together.push(...userIdsOf(event).filter((userId) => open.includes(userId)))
      return { delayMs: receiver.received.length % 3 === 0 ? 60 : 10 }
    }
    const users = ['anna', 'bartek', 'celina']
    for (let round = 0; round < 8; round++) {
      const userId = users[round % 3]
      await createLink(gateway.api, { userId, title: `${round}`, operationId: round }, call)
      if (round % 3 === 2)
        await createLinks(
          gateway.api,
          users.map((each) => bill({ userId: each, title: `all ${round}` })),
          call,
        )
    }
    const seen = await received(receiver, 10)
    const ends = new Map<string, bigint>()
    for (const { event } of seen) {
      for (const userId of userIdsOf(event)) {
        expect(BigInt(event.id), userId).toBeGreaterThan(ends.get(userId) ?? 0n)
        ends.set(userId, BigInt(event.id))
      }
    }
    expect(together).toEqual([])
    expect(ends.size).toBe(3)
  })
})
