import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { newSealingKey, readKeyring } from '../gateway/src/platform/sealing.ts'
import {
  lostWebhookSecrets,
  purgeWebhooks,
  resealWebhooks,
  startWebhookSender,
} from '../gateway/src/webhook/index.ts'
import { startTestGateway, type TestGateway } from '../gateway/testing/gateway.ts'
import { type Receiver, startReceiver, userIdsOf } from '../gateway/testing/webhook-receiver.ts'
import { createLink } from './support/bill.ts'
import { until } from './support/until.ts'
import { deliveriesOf, newHook, received, webhookEnvironment } from './support/webhook.ts'

/** Nobody sends but the senders of the test. */
let gateway: TestGateway
const key = newSealingKey()
const stops: (() => Promise<unknown>)[] = []
beforeAll(async () => {
  const environment = { ...webhookEnvironment, ENCRYPTION_KEY: key }
  gateway = await startTestGateway({ environment, worker: false })
})
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})
afterAll(() => gateway?.close())

function startSender(platform = gateway.platform) {
  const sender = startWebhookSender(platform)
  stops.push(() => sender.stop())
  return sender
}

async function hook() {
  const { credentials } = await gateway.newProvider()
  const receiver: Receiver = await startReceiver()
  stops.push(() => receiver.close())
  const made = await newHook(gateway.api, { url: receiver.url }, { credentials })
  const link = (title: string, userId = 'anna') => createLink(gateway.api, { title, userId }, { credentials })
  const deliveries = (states?: string[]) =>
    deliveriesOf(gateway.api, made.id, { credentials, ...(states ? { states } : {}) })
  return { ...made, receiver, link, deliveries, credentials }
}

describe('several senders', () => {
  it('send each event once, and keep the order of each payer', async () => {
    const { receiver, link, deliveries } = await hook()
    const wrong: string[] = []
    const last = new Map<string, bigint>()
    receiver.answer = ({ event }) => {
      for (const userId of userIdsOf(event)) {
        if (BigInt(event.id) <= (last.get(userId) ?? 0n)) wrong.push(`${userId} ${event.id}`)
        last.set(userId, BigInt(event.id))
      }
      return { delayMs: 5 }
    }
    for (let count = 0; count < 3; count++) startSender()
    for (let count = 0; count < 40; count++) await link(`${count}`, `user-${count % 4}`)
    await received(receiver, 40)
    await deliveries(Array(40).fill('delivered'))
    expect(wrong).toEqual([])
  })

  it('take over from one that died: what it had not noted comes again under the same id', async () => {
    const { receiver, link, deliveries, id } = await hook()
    // As a process that was killed leaves it: sent, not noted, and leased.
    await link('a')
    const dead = { owner: 'dead', db: gateway.database.db }
    await sql`update webhook_endpoint set leased_by = ${dead.owner}, leased_until = now() + interval '2 seconds'
      where public_id = ${id}`.execute(dead.db)
    startSender()
    await sleep(1_000)
    expect(receiver.received).toEqual([])
    await received(receiver, 1)
    await deliveries(['delivered'])
  })

  it('that stop give back what they have, and note what was answered', async () => {
    const { receiver, link, deliveries } = await hook()
    receiver.answer = () => ({ delayMs: 300 })
    const sender = startSender()
    await link('a')
    await received(receiver, 1)
    await sender.stop()
    expect((await deliveries(['delivered']))[0]?.attempts).toHaveLength(1)
    const { rows } = await gateway.database.pool.query(
      'select count(*)::int as leased from webhook_endpoint where leased_by is not null',
    )
    expect(rows[0].leased).toBe(0)
  })

  it('that stop before an answer leave the event to the next one, and count no try', async () => {
    const { receiver, link, deliveries } = await hook()
    receiver.answer = () => ({ hang: true })
    const sender = startSender()
    await link('a')
    await received(receiver, 1)
    await sender.stop()
    expect((await deliveries(['pending']))[0]?.attempts).toEqual([])
    receiver.answer = () => ({})
    startSender()
    const [first, second] = await received(receiver, 2)
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    await deliveries(['delivered'])
  })

  it('survive an outage of the database', async () => {
    const { receiver, link, deliveries } = await hook()
    startSender()
    receiver.answer = () => ({ delayMs: 200 })
    await link('a')
    await received(receiver, 1)
    await gateway.database.pool.query(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    )
    await link('b').catch(() => link('b'))
    await deliveries(['delivered', 'delivered'])
    expect(new Set(receiver.titles())).toEqual(new Set(['a', 'b']))
  })
})

describe('secrets', () => {
  it('are sealed anew with the first key, and then open without the old one', async () => {
    const { secret, credentials, id } = await hook()
    await gateway.api(`/pay/v1/webhooks/${id}/secret`, { credentials, method: 'POST' })
    const fresh = newSealingKey()
    const { db } = gateway.database
    const both = readKeyring(`${fresh}\n${key}`)
    expect((await resealWebhooks(db, both)).lost).toEqual([])
    expect(await resealWebhooks(db, both)).toEqual({ resealed: 0, lost: [] })
    expect(await lostWebhookSecrets(db, readKeyring(fresh))).toEqual([])
    expect((await lostWebhookSecrets(db, readKeyring(key))).length).toBeGreaterThan(0)
    // Both secrets still sign, for a sender that has the new key alone.
    const receiver = await startReceiver()
    stops.push(() => receiver.close())
    const other = await hook()
    await resealWebhooks(db, both)
    startSender({ ...gateway.platform, keyring: readKeyring(fresh) })
    await other.link('a')
    await received(other.receiver, 1)
    await resealWebhooks(db, readKeyring(`${key}\n${fresh}`))
    expect(secret).toMatch(/^whsec_/)
  })

  it('that do not open are a failure that is shown, and sent is nothing', async () => {
    const { receiver, link, deliveries } = await hook()
    startSender({ ...gateway.platform, keyring: readKeyring(newSealingKey()) })
    await link('a')
    await until('a try', async () => (await deliveries())[0]?.attempts[0]?.failure === 'secret_unreadable')
    expect(receiver.received).toEqual([])
  })
})

describe('what is old', () => {
  it('goes: deliveries that ended after 30 days, others before their events, deleted endpoints wholly', async () => {
    const { receiver, link, deliveries, id, credentials } = await hook()
    receiver.answer = ({ event }) => (userIdsOf(event).includes('bad') ? { status: 500 } : {})
    startSender()
    await link('a')
    await link('b', 'bad')
    await until('tries of both', async () => {
      const both = await deliveries()
      return both.length === 2 && both.every(({ attempts }) => attempts.length > 0)
    })
    const day = 86_400_000
    const { db } = gateway.database
    await purgeWebhooks(db, Date.now() + 29 * day)
    expect(await deliveries()).toHaveLength(2)
    await purgeWebhooks(db, Date.now() + 31 * day)
    expect((await deliveries()).map(({ state }) => state)).toEqual(['pending'])
    await purgeWebhooks(db, Date.now() + 400 * day)
    expect(await deliveries()).toEqual([])
    const left = async () =>
      (await gateway.database.pool.query('select from webhook_endpoint where public_id = $1', [id])).rowCount
    await gateway.api(`/pay/v1/webhooks/${id}`, { method: 'DELETE', credentials })
    expect(await left()).toBe(1)
    await purgeWebhooks(db)
    expect(await left()).toBe(0)
  })
})
