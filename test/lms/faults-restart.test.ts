import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../connector/testing/index.ts'
import { until } from '../support/until.ts'
import { awaken } from './support/broken-database.ts'
import { type FakeInstallation, startFakeInstallation } from './support/fake-installation.ts'
import { type OwnServers, startOwnServers } from './support/own-servers.ts'
import { isQuiet, type Troubled, troubledCustomers } from './support/troubles.ts'

const restarts = 2

let servers: OwnServers
beforeAll(async () => {
  servers = await startOwnServers()
})
afterAll(() => servers.close())

describe.each(engines)('a restart of LMS’s database server, %s', (engine) => {
  let all: FakeInstallation
  beforeAll(async () => {
    all = await startFakeInstallation(engine)
  })
  afterAll(() => all.close())

  it('watch waits until it is back and loses nothing', { timeout: 600_000 }, async () => {
    const { world, gateway, program, context } = all
    const customers = (await troubledCustomers(world, gateway, context, 2 * restarts)) as Troubled[]
    const watch = program.start(['watch'])
    await watch.says('watching')
    for (let restarted = 0; restarted < restarts; restarted++) {
      const [during, after] = customers.slice(2 * restarted) as [Troubled, Troubled]
      await during.happens()
      await servers.restart(engine)
      await until('the database answers again', () =>
        world.now().then(
          () => true,
          () => false,
        ),
      )
      await awaken(world)
      await after.happens()
      for (const { customerId } of [during, after]) {
        await until(`paid:\n${watch.output()}`, async () => (await bookedOf(customerId)) === 3)
      }
    }
    const { status, output } = await watch.end('SIGTERM')
    expect(status, output).toBe(0)
    await all.ageLeases()
    await all.passByCron()
    expect(await all.faultsAmong(customers), output).toEqual([])
    expect(await isQuiet(context)).toBe(true)
  })

  async function bookedOf(customerId: number): Promise<number> {
    const rows = await all.world.lms.db
      .selectFrom('billtech_payments')
      .select('id')
      .where('customerid', '=', customerId)
      .execute()
      .catch(() => [])
    return rows.length
  }
})
