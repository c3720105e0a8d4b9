import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LinksWorld, startLinksWorld } from '../../connector/testing/fake-gateway-context.ts'
import { engines } from '../../connector/testing/index.ts'
import { randomOf } from '../crash/random.ts'
import { awaken, type Break, breakingAt } from './support/broken-database.ts'
import { faultsOf } from './support/proofs.ts'
import { isQuiet, pass, switchOnMoney, type Troubled, troubledCustomers } from './support/troubles.ts'

/** How many instants are tried on each engine, spread over the pass. FAULT_ROUNDS=1000 tries each statement. */
const rounds = Number(process.env.FAULT_ROUNDS ?? 12)
const seed = Number(process.env.FAULT_SEED ?? Math.floor(Math.random() * 2 ** 31))
const breaks: Break[] = ['dies', 'cut']

describe.each(engines)('a pass that ends in the middle, on %s', (engine) => {
  let all: LinksWorld
  let customers: Troubled[]
  let statements: number
  beforeAll(async () => {
    all = await startLinksWorld(engine)
    await switchOnMoney(all.world)
    await all.context.refresh()
    customers = await troubledCustomers(all.world, all.gateway, all.context, rounds + 1)
    await customers[0]?.happens()
    const counting = breakingAt(all.world, all.world.lms, Number.POSITIVE_INFINITY, 'dies')
    await pass({ ...all.context, lms: counting.lms })
    statements = counting.statements()
  })
  afterAll(() => all.close())

  it('leaves nothing that the next pass does not put right', {
    timeout: 300_000 + rounds * 3_000,
  }, async () => {
    console.log(`FAULT_SEED=${seed} FAULT_ROUNDS=${rounds}: a pass has ${statements} statements`)
    const random = randomOf(seed)
    const { world, gateway, context } = all
    const checked: Troubled[] = customers.slice(0, 1)
    for (const [round, customer] of customers.slice(1).entries()) {
      const at =
        1 + Math.min(statements, Math.floor(((round + random.below(1000) / 1000) * statements) / rounds))
      const how = random.pick(breaks)
      await customer.happens()
      const broken = breakingAt(world, world.lms, at, how)
      await pass({ ...context, lms: broken.lms }).catch(() => undefined)
      expect(broken.statements()).toBeGreaterThanOrEqual(at)
      if (how === 'cut') await awaken(world)
      await pass(context)
      checked.push(customer)
      expect(await faultsAmong([customer]), `${how} at statement ${at} of ${statements}`).toEqual([])
    }
    expect(await isQuiet(context)).toBe(true)
    expect(await faultsAmong(checked)).toEqual([])
    expect(gateway.book.payments.length).toBe(customers.length * 3)
  })

  function faultsAmong(some: readonly Troubled[]) {
    const byHand = new Map(some.map(({ customerId, byHand }) => [customerId, byHand]))
    return faultsOf(
      all.world,
      all.gateway,
      some.map(({ customerId }) => customerId),
      byHand,
    )
  }
})
