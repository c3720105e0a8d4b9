import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { updateProvider } from '../gateway/src/provider/index.ts'
import { startTestGateway, type TestGateway } from '../gateway/testing/gateway.ts'
import {
  type Received,
  type Receiver,
  startReceiver,
  titleOf,
  userIdsOf,
} from '../gateway/testing/webhook-receiver.ts'
import { until } from './support/until.ts'
import { deliveriesOf, hookedBiller, newHook, received, webhookEnvironment } from './support/webhook.ts'

let gateway: TestGateway
const receivers: Receiver[] = []
beforeAll(async () => {
  gateway = await startTestGateway({ environment: webhookEnvironment })
})
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.close()
})
afterAll(() => gateway?.close())

/** With an address that mails go to. */
async function world({ path = '' } = {}) {
  const biller = await hookedBiller(gateway, { path })
  receivers.push(biller.receiver)
  const { id: providerId } = biller.provider
  await updateProvider(gateway.platform.db, providerId, { contactEmail: 'biller@example.com' })
  return {
    ...biller,
    advance: async (advance: string) => {
      const answer = await gateway.api('/pay/v1/test/clock', { ...biller.call, body: { advance } })
      expect(answer.status, answer.text).toBe(200)
    },
    mails: async () => {
      const { rows } = await gateway.database.pool.query(
        `select template from mail where provider_id = $1 and template like 'webhook-%' order by id`,
        [providerId],
      )
      return rows.map(({ template }) => template as string)
    },
  }
}

const always =
  (status: number, headers: Record<string, string> = {}) =>
  () => ({ status, headers })

/** Minutes from the first try to each. */
function minutesOf(attempts: { at: string }[]): number[] {
  const [first = 0, ...rest] = attempts.map(({ at }) => Date.parse(at))
  return rest.map((at) => Math.round((at - first) / 60_000))
}

describe('an endpoint that is down for a day', () => {
  it('gets everything in order when it is back, each once more than it was refused', async () => {
    const { receiver, link, advance, deliveries, show, tried, mails } = await world()
    await receiver.down()
    for (const title of ['a', 'b', 'c']) await link(title)
    await until('the first try', async () => ((await deliveries()).at(-1)?.attempts.length ?? 0) > 0)
    await advance('P1D')
    const [, , first] = await deliveries(['pending', 'pending', 'pending'])
    expect(first?.attempts.map(({ failure }) => failure)).toEqual(Array(7).fill('unreachable'))
    // 0, 5 s, then 5 min, 30 min, 2 h, 5 h and 10 h later, each up to a tenth or ten minutes late.
    const [, second, third, fourth, fifth, sixth] = minutesOf(first?.attempts ?? [])
    expect(second).toBeGreaterThanOrEqual(5)
    expect(third).toBeGreaterThanOrEqual(35)
    expect(fourth).toBeGreaterThanOrEqual(155)
    expect(fifth).toBeGreaterThanOrEqual(455)
    expect(sixth).toBeGreaterThanOrEqual(1055)
    expect(sixth).toBeLessThanOrEqual(1105)
    expect((await show()).failingSince).not.toBeNull()
    expect(await mails()).toEqual(['webhook-failing'])
    await receiver.up()
    await advance('PT15H')
    await received(receiver, 3)
    expect(receiver.titles()).toEqual(['a', 'b', 'c'])
    await tried(1)
    await deliveries(['delivered', 'delivered', 'delivered'])
    expect(await show()).toMatchObject({ failingSince: null, pending: 0, parked: 0 })
  })

  it('gets what waits at once when its owner gives another address', async () => {
    const { receiver, link, advance, change, tried } = await world()
    receiver.answer = always(500)
    await link('a')
    await tried(1)
    await advance('PT10H')
    const other = await startReceiver()
    receivers.push(other)
    await change({ url: other.url })
    await received(other, 1)
  })
})

it('an endpoint that begins after an event that nobody has seen misses nothing', async () => {
  const { link, call, receiver } = await world()
  const { id } = await newHook(gateway.api, { url: receiver.url, after: '9'.repeat(18) }, call)
  await link('a')
  await deliveriesOf(gateway.api, id, { ...call, states: ['delivered'] })
})

describe('an endpoint that stays down', () => {
  it('has it parked after ten tries in three days, is told by mail, and can have it replayed', async () => {
    const { receiver, link, advance, deliveries, tried, show, replay, mails } = await world()
    receiver.answer = always(500)
    await link('a')
    await tried(1)
    await advance('P3D')
    await deliveries(['pending'])
    await link('b')
    await advance('P1D')
    const [, parked] = await deliveries(['pending', 'parked'])
    expect(parked?.attempts).toHaveLength(10)
    expect(minutesOf(parked?.attempts ?? []).at(-1)).toBeGreaterThanOrEqual(72 * 60)
    expect(await show()).toMatchObject({ pending: 1, parked: 1 })
    expect((await mails()).filter((template) => template === 'webhook-parked')).toHaveLength(1)

    receiver.answer = always(204)
    receiver.received.splice(0)
    expect((await replay({ after: '0', only: 'parked' })).status).toBe(202)
    await deliveries(['delivered', 'delivered'])
    expect(receiver.titles()).toEqual(['a', 'b'])
    expect(await show()).toMatchObject({ parked: 0, pending: 0 })
  })
})

describe('an endpoint that answers', () => {
  it('410 is switched off, says so by mail, loses nothing, and goes on when it is on again', async () => {
    const { receiver, link, show, change, deliveries, mails } = await world()
    receiver.answer = always(410)
    await link('a')
    await until('it is off', async () => !(await show()).enabled)
    await link('b')
    expect(await mails()).toEqual(['webhook-off'])
    expect((await deliveries())[0]?.attempts).toMatchObject([{ status: 410, failure: 'gone' }])
    receiver.received.splice(0)
    receiver.answer = always(200)
    await change({ enabled: true })
    await received(receiver, 2)
    expect(receiver.titles()).toEqual(['a', 'b'])
  })

  it.each([429, 503])('%i with Retry-After is left alone until then', async (status) => {
    const { receiver, link, advance, tried } = await world()
    receiver.answer = always(status, { 'retry-after': '7200' })
    await link('a')
    const { attempts, nextAt } = await tried(1)
    expect(attempts).toMatchObject([{ status, failure: 'status' }])
    expect(Date.parse(nextAt ?? '') - Date.parse(attempts[0]?.at ?? '')).toBeGreaterThanOrEqual(7_200_000)
    await link('b', 'bartek')
    await advance('PT1H59M')
    expect(receiver.received).toHaveLength(1)
    receiver.answer = always(200)
    await advance('PT2M')
    await received(receiver, 3)
    expect(receiver.titles().slice(1).sort()).toEqual(['a', 'b'])
  })

  it.each([301, 302, 307, 308])('%i has failed: nobody follows it', async (status) => {
    const { receiver, link, tried } = await world()
    const elsewhere = await startReceiver()
    receivers.push(elsewhere)
    receiver.answer = always(status, { location: elsewhere.url })
    await link('a')
    expect((await tried(1)).attempts).toMatchObject([{ status, failure: 'redirect' }])
    expect(elsewhere.received).toEqual([])
  })

  it('with a long body and a slow one is still believed by its status', async () => {
    const { receiver, link, deliveries } = await world()
    receiver.answer = always(200, { 'content-length': '100000000' })
    await link('a')
    await deliveries(['delivered'])
  })
})

describe('trouble holds up nobody else', () => {
  it('of one payer at the same endpoint', async () => {
    const { receiver, link, deliveries } = await world()
    receiver.answer = ({ event }: Received) => (userIdsOf(event).includes('anna') ? { status: 500 } : {})
    await link('a1')
    await link('a2')
    for (let count = 0; count < 12; count++) await link(`b${count}`, 'bartek')
    await until('all of the other payer', async () => {
      const shown = await deliveries()
      return shown.filter(({ state }) => state === 'delivered').length === 12
    })
    const titles = receiver.titles()
    expect(titles.filter((title) => title.startsWith('b'))).toEqual(
      Array.from({ length: 12 }, (_, count) => `b${count}`),
    )
    // The payer's later event waits for the earlier one.
    expect(titles).toContain('a1')
    expect(titles).not.toContain('a2')
  })

  it('of one endpoint that hangs, neither another of the provider nor another payer', async () => {
    const { receiver: hanging, link, call, deliveries } = await world()
    hanging.answer = ({ event }) => (titleOf(event) === 'h' ? { hang: true } : {})
    const live = await startReceiver()
    receivers.push(live)
    await newHook(gateway.api, { url: live.url }, call)
    await link('h')
    await until('it hangs', async () => hanging.open().length === 1)
    for (let count = 0; count < 5; count++) await link(`l${count}`, `user-${count}`)
    await received(live, 6)
    // The one that hangs is given up and tried again by and by.
    await until('all others', async () => new Set(hanging.titles()).size === 6)
    await deliveries([...Array(5).fill('delivered'), 'pending'])
  })

  it('of an endpoint that is down: what is new is tried at once, even then', async () => {
    const { receiver, link, deliveries } = await world()
    receiver.answer = always(500)
    for (let count = 0; count < 12; count++) await link(`x${count}`, `user-${count}`)
    await until('it is down', async () => {
      const all = await deliveries()
      return all.length === 12 && all.every(({ attempts }) => attempts.length > 0)
    })
    receiver.answer = () => ({})
    receiver.received.splice(0)
    await link('new', 'nowak')
    await deliveries(Array.from({ length: 13 }, () => 'delivered'))
  })
})
