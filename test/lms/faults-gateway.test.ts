import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Context, createContext } from '../../connector/src/sync/links/index.ts'
import type { Fault } from '../../connector/testing/fake-gateway.ts'
import { type LinksWorld, startLinksWorld } from '../../connector/testing/fake-gateway-context.ts'
import { engines } from '../../connector/testing/index.ts'
import { randomOf } from '../crash/random.ts'
import { faultsOf } from './support/proofs.ts'
import { isQuiet, pass, switchOnMoney, type Troubled, troubledCustomers } from './support/troubles.ts'

/** How many cases are tried on each engine, out of every fault at every request. FAULT_ROUNDS=1000 tries all. */
const rounds = Number(process.env.FAULT_ROUNDS ?? 16)
const seed = Number(process.env.FAULT_SEED ?? Math.floor(Math.random() * 2 ** 31))

/** Longer than a slow gateway needs for an answer would be too long for a test: the patience is cut instead. */
const patienceMs = 250
const kinds: Fault[] = [
  { kind: 'slow', ms: 3 * patienceMs },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503 },
  { kind: 'status', status: 429, retryAfter: 30 },
  { kind: 'status', status: 401 },
  { kind: 'garbage' },
  { kind: 'die' },
  { kind: 'lost' },
]
/** A pass asks for events and for payments, makes links, and cancels some. */
const requestsOfPass = 6
const cases = kinds.flatMap((fault) =>
  Array.from({ length: requestsOfPass }, (_, from) =>
    [true, false].map((lasts) => ({ fault, from, lasts })),
  ).flat(),
)

describe.each(engines)('a gateway in trouble, on %s', (engine) => {
  let all: LinksWorld
  let impatient: Context
  beforeAll(async () => {
    all = await startLinksWorld(engine)
    await switchOnMoney(all.world)
    await all.context.refresh()
    const { lms, ini, log } = all.context
    impatient = await createContext({
      lms,
      ini,
      log,
      zone: 'Europe/Warsaw',
      timeoutMs: patienceMs,
      retries: 0,
    })
  })
  afterAll(() => all.close())

  it('loses and doubles nothing, and the next pass puts all right', {
    timeout: 300_000 + rounds * 3_000,
  }, async () => {
    console.log(`FAULT_SEED=${seed} FAULT_ROUNDS=${rounds}`)
    const { world, gateway, context } = all
    const random = randomOf(seed)
    const chosen = cases.map((each) => ({ each, order: random.below(2 ** 31) }))
    const tried = chosen.sort((a, b) => a.order - b.order).slice(0, rounds)
    const customers = await troubledCustomers(world, gateway, context, tried.length)
    for (const [round, { each }] of tried.entries()) {
      const customer = customers[round] as Troubled
      await customer.happens()
      let asked = 0
      gateway.fault = () => {
        const number = asked++
        return number === each.from || (each.lasts && number > each.from) ? each.fault : undefined
      }
      await pass(impatient).catch(() => undefined)
      gateway.fault = undefined
      await pass(context)
      const { customerId, byHand } = customer
      const faults = await faultsOf(world, gateway, [customerId], new Map([[customerId, byHand]]))
      expect(faults, JSON.stringify(each)).toEqual([])
    }
    expect(await isQuiet(context)).toBe(true)
    const byHand = new Map(customers.map(({ customerId, byHand }) => [customerId, byHand]))
    expect(await faultsOf(world, gateway, [...byHand.keys()], byHand)).toEqual([])
  })

  it('a gateway that is away stops neither settling nor expiry, and all links come when it is back', async () => {
    const { world, gateway, context } = all
    const customers = await troubledCustomers(world, gateway, context, 3)
    for (const { happens } of customers) await happens()
    await gateway.stop()
    await pass(context).catch(() => undefined)
    const states = await world.lms.db
      .selectFrom('billtech_payments')
      .select('state')
      .where(
        'customerid',
        'in',
        customers.map(({ customerId }) => customerId),
      )
      .orderBy('state')
      .execute()
    expect(states.map(({ state }) => state)).toEqual([
      ...Array(3).fill('expired'),
      ...Array(3).fill('settled'),
    ])
    await gateway.start()
    await pass(context)
    const byHand = new Map(customers.map(({ customerId, byHand }) => [customerId, byHand]))
    expect(await faultsOf(world, gateway, [...byHand.keys()], byHand)).toEqual([])
    expect(await isQuiet(context)).toBe(true)
  })
})
