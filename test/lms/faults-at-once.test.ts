import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Context } from '../../connector/src/sync/links/index.ts'
import { type LinksWorld, startLinksWorld } from '../../connector/testing/fake-gateway-context.ts'
import { engines } from '../../connector/testing/index.ts'
import { randomOf } from '../crash/random.ts'
import { faultsOf } from './support/proofs.ts'
import { isQuiet, pass, switchOnMoney, type Troubled, troubledCustomers } from './support/troubles.ts'

const rounds = Number(process.env.FAULT_ROUNDS ?? 5)
const seed = Number(process.env.FAULT_SEED ?? Math.floor(Math.random() * 2 ** 31))
const customersPerRound = 5
const slowestMs = 15

/** Without the leases, which would let only one of them work: what holds here holds for any mix. */
describe.each(engines)('three connectors and LMS at once, on %s', (engine) => {
  let all: LinksWorld
  let contexts: Context[]
  beforeAll(async () => {
    all = await startLinksWorld(engine)
    await switchOnMoney(all.world)
    contexts = []
    for (let made = 0; made < 3; made++) {
      contexts.push({ ...(await all.anotherContext()), lms: await all.world.open(4) })
    }
    await all.context.refresh()
  })
  afterAll(() => all.close())

  it('nothing is doubled or lost', { timeout: 300_000 + rounds * 10_000 }, async () => {
    console.log(`FAULT_SEED=${seed} FAULT_ROUNDS=${rounds}`)
    const { world, gateway, context } = all
    const random = randomOf(seed)
    const customers: Troubled[] = []
    for (let round = 0; round < rounds; round++) {
      const some = await troubledCustomers(world, gateway, context, customersPerRound)
      customers.push(...some)
      gateway.fault = () => ({ kind: 'slow', ms: random.below(slowestMs) })
      const lmsWorks = async () => {
        for (const { happens } of some) await happens()
      }
      const connectorWorks = async (own: Context) => {
        for (let passes = 0; passes < 3; passes++) await pass(own)
      }
      await Promise.all([lmsWorks(), ...contexts.map(connectorWorks)])
      gateway.fault = undefined
      await pass(context)
      expect(await faultsAmong(some), `round ${round}`).toEqual([])
    }
    expect(await isQuiet(context)).toBe(true)
    expect(await faultsAmong(customers)).toEqual([])
  })

  function faultsAmong(some: readonly Troubled[]) {
    const byHand = new Map(some.map(({ customerId, byHand }) => [customerId, byHand]))
    return faultsOf(all.world, all.gateway, [...byHand.keys()], byHand)
  }
})
