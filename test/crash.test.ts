import { setTimeout as sleep } from 'node:timers/promises'
import type { GatewayEvent, PaymentLinkStatus, PaymentRow } from '@bill-gateway/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../gateway/src/platform/db/database.ts'
import { ensureBuilt } from '../gateway/testing/command-line.ts'
import { basic } from '../gateway/testing/gateway.ts'
import { type GatewayProcess, startGatewayProcess } from './crash/gateway-process.ts'
import { faultsOf, type KnownLink, newJournal } from './crash/journal.ts'
import { startLoader } from './crash/loader.ts'
import { randomOf } from './crash/random.ts'
import { expectSoundBooks } from './support/books.ts'
import { until } from './support/until.ts'

/** CRASH_SEED repeats the choices of a run, though not its instants; CRASH_KILLS is how often something dies. */
const seed = Number(process.env.CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31))
const kills = Number(process.env.CRASH_KILLS ?? 10)
/** Longest pause between being ready and the next kill. */
const aliveMs = 1_500

const random = randomOf(seed)
const journal = newJournal()
let gateway: GatewayProcess
let database: Database

beforeAll(async () => {
  console.log(`CRASH_SEED=${seed} CRASH_KILLS=${kills}`)
  await ensureBuilt()
  gateway = await startGatewayProcess()
}, 900_000)
afterAll(async () => {
  console.log(
    `${JSON.stringify(journal.acknowledged)}, unanswered ${journal.unanswered}, 5xx`,
    journal.failures,
  )
  await database?.close()
  await gateway?.stop()
})

const deaths = {
  gateway: () => gateway.killGateway(),
  postmaster: () => gateway.killPostmaster(),
  backend: () => gateway.killBackend(random.pick),
  everything: () => Promise.all([gateway.killGateway(), gateway.killPostmaster()]).then(() => undefined),
}
/** After these it has to come back by itself. */
const survivors: (keyof typeof deaths)[] = ['postmaster', 'backend']

describe(`kill -9 at ${kills} random instants under load`, () => {
  it('loses nothing acknowledged', { timeout: 300_000 + kills * 60_000 }, async () => {
    const loader = startLoader(gateway, journal, random)
    const checked = new Set<KnownLink>()
    try {
      for (let killed = 1; killed <= kills; killed++) {
        await sleep(random.below(aliveMs))
        const death = random.pick(Object.keys(deaths) as (keyof typeof deaths)[])
        await deaths[death]()
        if (survivors.includes(death))
          expect(gateway.running(), `after kill of ${death}:\n${gateway.said()}`).toBe(true)
        await gateway.ready()
        const news = [...journal.links.values()].filter((link) => !checked.has(link))
        expect(await faultsIn(news), `after kill ${killed}, of ${death}`).toEqual([])
        for (const link of news) if (link.touched) checked.add(link)
      }
    } finally {
      await loader.stop()
    }
    expect(await faultsIn([...journal.links.values()])).toEqual([])
    expect(journal.acknowledged.payments).toBeGreaterThan(0)
    expect(journal.acknowledged.cancels).toBeGreaterThan(0)
  })

  it('pending checkouts finish by themselves', { timeout: 600_000 }, async () => {
    database = openDatabase(gateway.databaseUrl(), 2, () => undefined)
    await until(
      'what the payer decided is final',
      async () => (await pending('and charge.outcome is not null')) === 0,
      { atMostMs: 180_000, everyMs: 250 },
    ).catch(async (error: unknown) => {
      throw new Error(`${JSON.stringify(await unfinished(), undefined, 1)}\n${gateway.said()}`, {
        cause: error,
      })
    })
    // A code that never reached the sandbox ends when the checkout's time is up.
    const answer = await ask('/pay/v1/test/clock', {
      method: 'POST',
      body: JSON.stringify({ advance: 'P2D' }),
    })
    expect(answer.status).toBe(200)
    await until('nothing is pending', async () => (await pending('')) === 0)
  })

  it('each payment and its event are there exactly once, and the books are sound', {
    timeout: 300_000 + kills * 3_000,
  }, async () => {
    await expectSoundBooks(database.db)
    const rows = (await (await ask('/pay/v1/payments/search?fromDate=0')).json()) as PaymentRow[]
    const events = await allEvents()
    expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length)
    const told = events.flatMap((event) => (event.type === 'payment.succeeded' ? [event.data] : []))
    expect(told.flatMap((payment) => payment.rows.map((row) => row.id)).sort()).toEqual(
      rows.map((row) => row.id).sort(),
    )
    const toldOf = groupBy(told, ({ paymentId }) => paymentId)
    for (const link of journal.links.values()) {
      for (const { referenceNumber, paymentId } of link.payments)
        expect(toldOf.get(paymentId ?? '')).toMatchObject([{ referenceNumber }])
    }
    const created = events.flatMap((event) => (event.type === 'link.created' ? event.data.links : []))
    const times = new Map<string, number>()
    for (const { token } of created) times.set(token, (times.get(token) ?? 0) + 1)
    for (const token of journal.links.keys()) expect(times.get(token), token).toBe(1)
    const createdOf = groupBy(created, (link) => link.userId)
    for (const userId of journal.keyedUserIds) expect(createdOf.get(userId), userId).toHaveLength(1)
  })
})

function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const value of values) {
    const key = keyOf(value)
    const group = groups.get(key)
    if (group) group.push(value)
    else groups.set(key, [value])
  }
  return groups
}

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { 'content-type': 'application/json', authorization: basic(gateway.demo) }
  return fetch(`${gateway.url}${path}`, { headers, ...init })
}

async function faultsIn(links: KnownLink[]): Promise<string[]> {
  const faults: string[] = []
  for (const link of links) {
    // The loader goes on: what it is told while we ask must not count against the earlier answer.
    const before: KnownLink = { ...link, asked: new Set(link.asked), payments: [...link.payments] }
    const response = await ask(`/pay/v1/payments/${link.token}`)
    const status = response.status === 200 ? ((await response.json()) as PaymentLinkStatus) : undefined
    const asked = new Set([...before.asked, ...link.asked])
    faults.push(...faultsOf({ ...before, asked, touched: link.touched }, status))
  }
  return faults
}

async function pending(condition: string): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(
    `select count(*)::int as count from checkout left join sandbox_charge as charge
       on charge.provider_id = checkout.provider_id and charge.checkout_public_id = checkout.public_id
     where checkout.status = 'pending' ${condition}`,
  )
  return rows[0]?.count ?? 0
}

/** What is pending, and what the jobs say. */
async function unfinished(): Promise<object> {
  const checkouts = await database.pool.query(
    `select checkout.id::text, checkout.channel, submitted_at, next_check_at, checks, outcome, decided_at, notify_at, notified
     from checkout left join sandbox_charge as charge
       on charge.provider_id = checkout.provider_id and charge.checkout_public_id = checkout.public_id
     where checkout.status = 'pending' limit 5`,
  )
  const jobs = await database.pool.query(
    `select task_identifier, key, attempts, run_at, locked_at, locked_by, last_error from graphile_worker.jobs limit 20`,
  )
  return { now: new Date(), checkouts: checkouts.rows, jobs: jobs.rows }
}

async function allEvents(): Promise<GatewayEvent[]> {
  const events: GatewayEvent[] = []
  for (let after = '0'; ; ) {
    const page = (await (await ask(`/pay/v1/events?after=${after}&limit=1000`)).json()) as {
      events: GatewayEvent[]
      next: string
    }
    events.push(...page.events)
    if (page.events.length === 0) return events
    after = page.next
  }
}
