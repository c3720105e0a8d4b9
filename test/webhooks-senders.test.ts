import { signWebhook } from '@bill-gateway/contract'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { newSealingKey, readKeyring } from '../gateway/src/platform/sealing.ts'
import {
  lostWebhookSecrets,
  purgeWebhooks,
  resealWebhooks,
  startWebhookSender,
} from '../gateway/src/webhook/index.ts'
import { startTestGateway, type TestGateway } from '../gateway/testing/gateway.ts'
import { type Received, userIdsOf } from '../gateway/testing/webhook-receiver.ts'
import { until } from './support/until.ts'
import { hookedBiller, received, webhookEnvironment } from './support/webhook.ts'

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
  const biller = await hookedBiller(gateway)
  stops.push(() => biller.receiver.close())
  return biller
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
    const [{ receiver, link, deliveries, id }, other] = [await hook(), await hook()]
    // As a process that was killed leaves it: sent, not noted, and leased.
    await link('a')
    const lease = (until: string) =>
      gateway.database.pool.query(
        `update webhook_endpoint set leased_by = 'dead', leased_until = ${until} where public_id = $1`,
        [id],
      )
    await lease(`now() + interval '1 hour'`)
    startSender()
    await other.link('b')
    await received(other.receiver, 1)
    expect(receiver.received).toEqual([])
    await lease('now()')
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
    // The same request again, for the first may have been done.
    const again = { headers: { 'idempotency-key': 'b' } }
    await until('the second link', () => link('b', 'anna', again).catch(() => undefined))
    await deliveries(['delivered', 'delivered'])
    expect(new Set(receiver.titles())).toEqual(new Set(['a', 'b']))
  })
})

/** The secrets of which each of the newest request's signatures is one. */
function signersOf({ headers, body }: Received, secrets: string[]): string[] {
  const [id, timestamp] = [String(headers['webhook-id']), Number(headers['webhook-timestamp'])]
  const given = String(headers['webhook-signature']).split(' ')
  return given.map(
    (each) => secrets.find((secret) => signWebhook(secret, id, timestamp, body) === each) ?? '',
  )
}

describe('secrets', () => {
  const fresh = newSealingKey()
  const [both, alone] = [readKeyring(`${fresh}\n${key}`), readKeyring(fresh)]
  // The gateway has the first key alone.
  afterEach(() => resealWebhooks(gateway.database.db, readKeyring(`${key}\n${fresh}`)))

  it('are sealed anew with the first key, and both in use then sign without the old one', async () => {
    const { secret, rotate, receiver, link } = await hook()
    const { secret: newest } = await rotate()
    const { db } = gateway.database
    expect(await resealWebhooks(db, both)).toMatchObject({ lost: [] })
    expect(await resealWebhooks(db, both)).toEqual({ resealed: 0, lost: [] })
    expect(await lostWebhookSecrets(db, alone)).toEqual([])
    expect((await lostWebhookSecrets(db, readKeyring(key))).length).toBeGreaterThan(0)
    startSender({ ...gateway.platform, keyring: alone })
    await link('a')
    const [first] = await received(receiver, 1)
    expect(first && signersOf(first, [newest, secret])).toEqual([newest, secret])
  })

  it.each([
    ['was sealed with a key that is gone', readKeyring(newSealingKey()).seal('whsec_', 'gone')],
    ['is no sealed secret', Buffer.from('mangled')],
    ['was changed', Buffer.concat([readKeyring(fresh).seal('whsec_', 'other'), Buffer.of(0)])],
  ])('are all sealed anew but the one that %s, which is named', async (_what, lost) => {
    const [biller, other] = [await hook(), await hook()]
    const { db, pool } = gateway.database
    await pool.query('update webhook_endpoint set secret = $2 where public_id = $1', [biller.id, lost])
    const name = `webhook_endpoint ${biller.provider.id} ${biller.id}`
    expect((await resealWebhooks(db, both)).lost).toEqual([name])
    expect(await lostWebhookSecrets(db, alone)).toEqual([name])
    expect(await lostWebhookSecrets(db, both)).toEqual([name])
    startSender({ ...gateway.platform, keyring: alone })
    await other.link('a')
    await received(other.receiver, 1)
    await biller.remove()
    await pool.query('delete from webhook_endpoint where public_id = $1', [biller.id])
  })

  it('that were lost are replaced by a new one, which signs at once', async () => {
    const { id, rotate, receiver, link } = await hook()
    const { db, pool } = gateway.database
    const lost = readKeyring(newSealingKey()).seal('whsec_', 'gone')
    await pool.query('update webhook_endpoint set secret = $2 where public_id = $1', [id, lost])
    const { secret } = await rotate()
    startSender()
    await link('a')
    const [first] = await received(receiver, 1)
    expect(first && signersOf(first, [secret])).toEqual([secret])
    // The lost one is named as long as it would sign too, and dropped then.
    expect((await resealWebhooks(db, both)).lost).toHaveLength(1)
    await pool.query('update webhook_endpoint set old_secret_until = now() where public_id = $1', [id])
    expect((await resealWebhooks(db, both)).lost).toEqual([])
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
    const { receiver, link, deliveries, replay, id, remove } = await hook()
    receiver.answer = ({ event }) => (userIdsOf(event).includes('bad') ? { status: 500 } : {})
    startSender()
    await link('a')
    await link('b', 'bad')
    await until('tries of both', async () => {
      const both = await deliveries()
      return both.length === 2 && both.every(({ attempts }) => attempts.length > 0)
    })
    const day = 86_400_000
    const { db, pool } = gateway.database
    await replay({ from: '1', to: '1' })
    const replays = async () => {
      const { rows } = await pool.query(
        'select done_at from webhook_replay join webhook_endpoint as endpoint on endpoint.id = endpoint_id where public_id = $1',
        [id],
      )
      return rows
    }
    await until('the replay is done', async () => (await replays())[0]?.done_at)
    await purgeWebhooks(db, Date.now() + 29 * day)
    expect(await deliveries()).toHaveLength(2)
    expect(await replays()).toHaveLength(1)
    await purgeWebhooks(db, Date.now() + 31 * day)
    expect(await replays()).toEqual([])
    expect((await deliveries()).map(({ state }) => state)).toEqual(['pending'])
    await purgeWebhooks(db, Date.now() + 400 * day)
    expect(await deliveries()).toEqual([])
    const left = async () =>
      (await gateway.database.pool.query('select from webhook_endpoint where public_id = $1', [id])).rowCount
    await remove()
    expect(await left()).toBe(1)
    await purgeWebhooks(db)
    expect(await left()).toBe(0)
  })
})
