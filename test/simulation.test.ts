import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../gateway/testing/gateway.ts'
import { faultsOf } from './simulation/faults.ts'
import { simulate } from './simulation/run.ts'

/** SIMULATION_SEED repeats one run; SIMULATION_RUNS is how many there are, 10,000 in the nightly form. */
const runs = Number(process.env.SIMULATION_RUNS ?? 200)
const first = Number(process.env.SIMULATION_SEED ?? Math.floor(Math.random() * 2 ** 31))
/** Runs at the same time, each lane with a gateway and a database of its own: connections break in its own only. */
const lanes = 3

let gateways: TestGateway[] = []
beforeAll(async () => {
  gateways = await Promise.all(Array.from({ length: lanes }, () => startTestGateway()))
})
afterAll(() => Promise.all(gateways.map((gateway) => gateway.close())))

describe('payers, a payment provider that does everything wrong, refunds, broken connections', () => {
  it(`leave the books right after each of ${runs} runs`, { timeout: 300_000 + runs * 3_000 }, async () => {
    console.log(`SIMULATION_SEED=${first} SIMULATION_RUNS=${runs}`)
    let next = 0
    const lane = async (gateway: TestGateway) => {
      while (next < runs) {
        const seed = (first + next++) % 2 ** 31
        const world = await simulate(gateway, seed).catch((error: unknown) => {
          throw new Error(`SIMULATION_SEED=${seed} SIMULATION_RUNS=1 repeats this`, { cause: error })
        })
        const faults = await faultsOf(world)
        expect({ seed, faults, log: faults.length > 0 ? world.log : [] }).toEqual({
          seed,
          faults: [],
          log: [],
        })
      }
    }
    await Promise.all(gateways.map(lane))
  })
})
