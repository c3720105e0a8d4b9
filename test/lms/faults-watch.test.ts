import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Fault } from '../../connector/testing/fake-gateway.ts'
import { engines } from '../../connector/testing/index.ts'
import { until } from '../support/until.ts'
import { awaken } from './support/broken-database.ts'
import { type FakeInstallation, startFakeInstallation } from './support/fake-installation.ts'
import { isQuiet, type Troubled, troubledCustomers } from './support/troubles.ts'

const hourSeconds = 3_600

describe.each(engines)('one watch through all troubles, on %s', (engine) => {
  let all: FakeInstallation
  beforeAll(async () => {
    all = await startFakeInstallation(engine)
  })
  afterAll(() => all.close())

  it('goes on by itself after each of them, without being started again', { timeout: 600_000 }, async () => {
    const { world, gateway, program, context } = all
    const during = (fault: Fault) => async () => {
      gateway.fault = () => fault
      await gateway.stop()
      await gateway.start()
      await sleep(500)
    }
    const troubles: Record<string, () => Promise<void>> = {
      'connections cut': async () => {
        await world.cutConnections()
        await awaken(world)
      },
      'gateway away': () => gateway.stop(),
      'gateway dies over each request': during({ kind: 'die' }),
      'gateway answers 500': during({ kind: 'status', status: 500 }),
      'gateway answers 429': during({ kind: 'status', status: 429, retryAfter: 1 }),
      'a proxy answers for it': during({ kind: 'garbage' }),
    }
    const customers: Troubled[] = await troubledCustomers(
      world,
      gateway,
      context,
      Object.keys(troubles).length,
    )
    const watch = program.start(['watch'])
    await watch.says('watching')
    for (const [number, [name, begin]] of Object.entries(troubles).entries()) {
      const customer = customers[number] as Troubled
      await begin()
      await customer.happens()
      gateway.fault = undefined
      if (name === 'gateway away') await gateway.start()
      await until(`paid after "${name}":\n${watch.output()}`, () => isBooked(customer.customerId, 3))
    }
    const { status, output } = await watch.end('SIGTERM')
    expect(status, output).toBe(0)
    await all.ageLeases()
    await all.passByCron()
    expect(await all.faultsAmong(customers), output).toEqual([])
    expect(await isQuiet(context)).toBe(true)
  })

  it.each([
    ['ahead', hourSeconds],
    ['behind', -hourSeconds],
  ])(
    'its clock is an hour %s: nothing expires early, nothing is lost',
    { timeout: 600_000 },
    async (_, clockAhead) => {
      const { world, gateway, program, context } = all
      const [customer, other] = (await troubledCustomers(world, gateway, context, 2)) as [Troubled, Troubled]
      await customer.happens()
      const soon = (await world.now()) + hourSeconds / 2
      await world.lms.db
        .updateTable('billtech_payments')
        .set({ expires_at: soon })
        .where('customerid', '=', other.customerId)
        .execute()
      for (const command of ['update-payments', 'update-links']) await program.run([command], { clockAhead })
      expect(await all.faultsAmong([customer, { ...other, byHand: 0n }])).toEqual([])
      await other.happens()
      const watch = program.start(['watch'], { clockAhead })
      await until('the wrong clock books', () => isBooked(other.customerId, 3))
      expect((await watch.end('SIGTERM')).status).toBe(0)
      await all.passByCron()
      expect(await all.faultsAmong([customer, other])).toEqual([])
      expect(await isQuiet(context)).toBe(true)
    },
  )

  it.each([
    ['ahead', hourSeconds],
    ['behind', -hourSeconds],
  ])('the gateway’s clock is an hour %s of the database’s: nothing is lost', async (_, seconds) => {
    const { world, gateway, context } = all
    const customers = await withClock(seconds, () => troubledCustomers(world, gateway, context, 2))
    for (const { happens } of customers) await withClock(seconds, happens)
    await all.passByCron()
    expect(await all.faultsAmong(customers)).toEqual([])
    expect(await isQuiet(context)).toBe(true)
  })

  /** So many payments of his are in our book. */
  async function isBooked(customerId: number, count: number): Promise<boolean> {
    const rows = await all.world.lms.db
      .selectFrom('billtech_payments')
      .select('id')
      .where('customerid', '=', customerId)
      .execute()
      .catch(() => [])
    return rows.length === count
  }
})

/** Whatever is done in this process meanwhile takes another time for now: here that is the fake gateway. */
async function withClock<T>(secondsAhead: number, work: () => Promise<T>): Promise<T> {
  const Right = Date
  const ahead = secondsAhead * 1000
  const Wrong = new Proxy(Right, {
    construct: (_, given: unknown[]) =>
      given.length === 0 ? new Right(Right.now() + ahead) : Reflect.construct(Right, given),
    get: (_, name) => (name === 'now' ? () => Right.now() + ahead : Reflect.get(Right, name)),
  })
  globalThis.Date = Wrong
  try {
    return await work()
  } finally {
    globalThis.Date = Right
  }
}
