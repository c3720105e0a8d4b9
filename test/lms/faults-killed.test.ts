import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../connector/testing/index.ts'
import { randomOf } from '../crash/random.ts'
import type { Running } from './support/connector-process.ts'
import { type FakeInstallation, startFakeInstallation } from './support/fake-installation.ts'
import { isQuiet, type Troubled, troubledCustomers } from './support/troubles.ts'

/** How often a process is killed on each engine. */
const rounds = Number(process.env.FAULT_ROUNDS ?? 4)
const seed = Number(process.env.FAULT_SEED ?? Math.floor(Math.random() * 2 ** 31))
/** A pass makes some requests; each is an instant to start from. */
const requestsOfPass = 6
const laterMs = 60

describe.each(engines)('connectors that are killed, on %s', (engine) => {
  let all: FakeInstallation
  beforeAll(async () => {
    all = await startFakeInstallation(engine)
  })
  afterAll(() => all.close())

  it(`kill -9 at ${rounds} random instants loses and doubles nothing`, {
    timeout: 300_000 + rounds * 15_000,
  }, async () => {
    console.log(`FAULT_SEED=${seed} FAULT_ROUNDS=${rounds}`)
    const random = randomOf(seed)
    const customers = await troubledCustomers(all.world, all.gateway, all.context, rounds)
    const killed: string[] = []
    for (const [round, { happens }] of customers.entries()) {
      await happens()
      // Commands may end before they are killed, watch does not.
      const command = round === 0 ? 'watch' : random.pick(['watch', 'update-links', 'update-payments'])
      const running = all.program.start([command])
      killed.push(`${command}: ${await killAt(running, random.below(requestsOfPass), random.below(laterMs))}`)
      await all.ageLeases()
    }
    expect(killed.some((how) => how.endsWith('killed'))).toBe(true)
    await all.passByCron()
    expect(await all.faultsAmong(customers), killed.join(', ')).toEqual([])
    expect(await isQuiet(all.context)).toBe(true)
  })

  it('two at once, one of them killed: the other goes on', { timeout: 600_000 }, async () => {
    const customers: Troubled[] = await troubledCustomers(all.world, all.gateway, all.context, 6)
    const both = [all.program.start(['watch']), all.program.start(['watch'])]
    await Promise.all(both.map((watch) => watch.says('watching')))
    for (const [number, { happens }] of customers.entries()) {
      await happens()
      if (number === 3) await both[0]?.end('SIGKILL')
    }
    await sleep(300)
    const { status, output } = (await both[1]?.end('SIGTERM')) ?? {}
    expect(status, output).toBe(0)
    await all.ageLeases()
    await all.passByCron()
    expect(await all.faultsAmong(customers), output).toEqual([])
    expect(await isQuiet(all.context)).toBe(true)
  })

  /** Kills it some milliseconds after it has made so many requests; a command may have ended by then. */
  async function killAt(running: Running, request: number, afterMs: number): Promise<'killed' | 'ended'> {
    let asked = 0
    all.gateway.fault = () => {
      if (asked++ === request) setTimeout(() => running.child.kill('SIGKILL'), afterMs)
      return undefined
    }
    const ended = await Promise.race([running.end(), sleep(8_000, undefined)])
    all.gateway.fault = undefined
    const { signal } = ended ?? (await running.end('SIGKILL'))
    return signal === 'SIGKILL' ? 'killed' : 'ended'
  }
})
