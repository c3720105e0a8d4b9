import {
  BillGatewayError,
  type Client,
  type ClientOptions,
  createClient,
  type GatewayEvent,
} from '@bill-gateway/contract'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createPin, revokeKey } from '../../gateway/src/provider/index.ts'
import { startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'
import { nrb } from '../support/bill.ts'

let gateway: TestGateway
let made: Awaited<ReturnType<TestGateway['newProvider']>>
let client: Client
beforeAll(async () => {
  gateway = await startTestGateway()
})
beforeEach(async () => {
  made = await gateway.newProvider()
  client = clientWith({})
})
afterAll(() => gateway?.close())

const clientWith = (options: Partial<ClientOptions>) =>
  createClient({ baseUrl: gateway.url, ...made.credentials, ...options })
const item = (n: number) => ({
  userId: `user-${n}`,
  operationId: `op-${n}`,
  amount: 10,
  nrb,
  title: `FV ${n}`,
  paymentDue: '2030-01-01',
})
const items = (count: number) => Array.from({ length: count }, (_, index) => item(index + 1))

/** A network that loses the answer of every request but sends the request. */
function losingAnswers(times: number): typeof fetch {
  let left = times
  return async (input, init) => {
    const response = await fetch(input, init)
    if (left-- <= 0) return response
    await response.text()
    throw new TypeError('fetch failed', { cause: new Error('socket hang up') })
  }
}

/** A network that cuts each of the first answers off after so many chunks, and says that one came. */
function cuttingAnswers(chunks: number[], came: () => void): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init)
    const most = chunks.shift()
    if (most === undefined || !response.body) return response
    let passed = 0
    const cut = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        controller.enqueue(chunk)
        came()
        if (++passed >= most) controller.error(new Error('cut off'))
      },
    })
    return new Response(response.body.pipeThrough(cut), response)
  }
}

describe('payment links', () => {
  it('are made once although the answer was lost, also where nothing else would tell', async () => {
    const losing = clientWith({ fetch: losingAnswers(2) })
    const { operationId: _, ...unnamed } = item(1)
    const [{ token }] = await losing.paymentLinks.create([unnamed])
    const { events } = await client.events.list()
    expect(events.flatMap((event) => ('links' in event.data ? event.data.links : []))).toHaveLength(1)
    expect((await client.paymentLinks.get(token)).status).toBe('active')
  })

  it('are cancelled although the answer was lost', async () => {
    const [{ token }] = await client.paymentLinks.create([item(1)])
    await clientWith({ fetch: losingAnswers(1) }).paymentLinks.cancel(token, { resolution: 'CANCELLED' })
    expect(await client.paymentLinks.get(token)).toMatchObject({
      status: 'cancelled',
      resolution: 'CANCELLED',
    })
    const again = client.paymentLinks.cancel(token, { resolution: 'PAID' })
    await expect(again).rejects.toMatchObject({ status: 409, code: 'link_not_active' })
  })

  it('of one idempotency key are the same ones; another body is refused', async () => {
    const first = await client.paymentLinks.create([item(1)], { idempotencyKey: 'july' })
    expect(await client.paymentLinks.create([item(1)], { idempotencyKey: 'july' })).toEqual(first)
    const other = client.paymentLinks.create([item(2)], { idempotencyKey: 'july' })
    await expect(other).rejects.toMatchObject({ status: 422, code: 'idempotency_key_reused' })
  })

  it('are refused with every bad field by name', async () => {
    const bad = { ...item(1), amount: 12.345, title: '' }
    const error = await client.paymentLinks.create([item(2), bad]).catch((reason: unknown) => reason)
    if (!(error instanceof BillGatewayError)) throw error
    expect(error).toMatchObject({ status: 400, code: 'validation_failed' })
    expect(error.requestId).toMatch(/^[0-9a-f-]{36}$/)
    expect(error.fieldErrors.map(({ pointer }) => pointer).sort()).toEqual([
      '/payments/1/amount',
      '/payments/1/title',
    ])
  })

  it('by the thousand come in order, and bad ones fail alone', async () => {
    const bills = items(2_500).map((bill, index) => (index % 500 === 7 ? { ...bill, amount: 0 } : bill))
    const tokens = new Set<string>()
    const refused: number[] = []
    for await (const result of client.paymentLinks.createMany(bills)) {
      expect(result.item).toBe(bills[result.line - 1])
      if ('error' in result) refused.push(result.line)
      else tokens.add(result.token)
    }
    expect(refused).toEqual([8, 508, 1008, 1508, 2008])
    expect(tokens.size).toBe(2_495)
  })

  it('come back while the source is still being asked', async () => {
    let last = 0
    async function* source() {
      for (const bill of items(5)) {
        yield bill
        while (last < Number(bill.operationId.slice(3)))
          await new Promise((resolve) => setTimeout(resolve, 5))
      }
    }
    for await (const { line } of client.paymentLinks.createMany(source())) last = line
    expect(last).toBe(5)
  })
})

describe('payments', () => {
  it('are found over many pages, each row once', async () => {
    const links = await client.paymentLinks.create(items(7))
    for (const { token } of links) await client.test.pay(token)
    const rows = await client.payments.searchAll({ fromDate: 0, pageSize: 2 })
    expect(rows.map((row) => row.token)).toEqual(links.map((link) => link.token))
    expect(await client.payments.searchAll({ fromDate: new Date(0) })).toEqual(rows)
    expect(await client.payments.searchAll({ fromDate: new Date(Date.now() + 60_000) })).toEqual([])
  })
})

describe('events', () => {
  it('are listed page by page', async () => {
    for (const bill of items(5)) await client.paymentLinks.create([bill])
    const seen: GatewayEvent[] = []
    for (let after = '0'; ; ) {
      const page = await client.events.list({ after, limit: 2 })
      if (page.events.length === 0) break
      seen.push(...page.events)
      after = page.next
    }
    expect(seen).toHaveLength(5)
  })

  it('are all heard although connections break, even before the first event', async () => {
    let begin: () => void = () => undefined
    const begun = new Promise<void>((resolve) => {
      begin = resolve
    })
    const breaking = clientWith({ fetch: cuttingAnswers([1, 2, 2], () => begin()) })
    const heard: string[] = []
    const hearing = (async () => {
      for await (const event of breaking.events.stream({ types: ['link.created'] })) {
        heard.push(event.data.links[0]?.title ?? '')
        if (heard.length === 4) break
      }
    })()
    await begun
    for (const bill of items(4)) await client.paymentLinks.create([bill])
    await hearing
    expect(heard).toEqual(['FV 1', 'FV 2', 'FV 3', 'FV 4'])
  })

  it('end with an error once the key is revoked', async () => {
    const next = client.events.stream()[Symbol.asyncIterator]().next()
    await revokeKey(gateway.platform.db, made.provider.id, made.credentials.apiKey)
    await expect(next).rejects.toMatchObject({ status: 401, code: 'unauthorized' })
  })
})

describe('short links, keys and test mode', () => {
  it('encodes parameters', async () => {
    const [{ shortLink = '' }] = await client.paymentLinks.create([{ ...item(1), name: 'Jan', surname: 'K' }])
    expect(await client.shortLinks.encode(shortLink, { type: 'connect', connectApp: 'MU' })).toBe(
      `${shortLink}/24`,
    )
    const unknown = client.shortLinks.encode(`${gateway.url}/s/0000000000`, {})
    await expect(unknown).rejects.toMatchObject({ status: 404 })
  })

  it('fetches a secret by a PIN, once, without a secret', async () => {
    const { apiKey } = made.credentials
    const { pin } = await createPin(gateway.platform.db, made.provider.id, apiKey)
    const { keys } = createClient({ baseUrl: gateway.url })
    const request = { providerCode: made.provider.code, apiKey, pin }
    const apiSecret = await keys.generate(request)
    expect((await clientWith({ apiKey, apiSecret }).events.list()).events).toEqual([])
    await expect(keys.generate(request)).rejects.toMatchObject({ code: 'generate_key_refused' })
  })

  it('pays and moves the clock for test providers only', async () => {
    const [{ token }] = await client.paymentLinks.create([item(1)])
    expect(await client.test.pay(token, { outcome: 'refused' })).toMatchObject({ status: 'failed' })
    const { now } = await client.test.advanceClock('P2D')
    expect(Date.parse(now)).toBeGreaterThan(Date.now() + 86_400_000)
    made = await gateway.newProvider({ test: false })
    const live = clientWith({})
    await expect(live.test.advanceClock('P1D')).rejects.toMatchObject({ status: 404, code: 'not_found' })
  })
})
