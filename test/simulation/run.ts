import type { Method } from '../../gateway/src/payment/method/method.ts'
import { methods } from '../../gateway/src/payment/method/methods.ts'
import { transact } from '../../gateway/src/platform/db/transaction.ts'
import { setWays } from '../../gateway/src/provider/index.ts'
import type { TestGateway } from '../../gateway/testing/gateway.ts'
import { type Random, randomOf } from '../crash/random.ts'
import { until } from '../support/until.ts'
import {
  breakConnection,
  call,
  cancelLink,
  decide,
  forge,
  makeLinks,
  notify,
  passTime,
  refund,
  startPaying,
  type World,
} from './acts.ts'
import { bring, bringStatement, lookIntoEntry, transfer } from './bank.ts'
import { newChaos } from './chaos.ts'
import { hurryJobs, jobsDue } from './queries.ts'

const acts = {
  makeLinks,
  cancelLink,
  startPaying,
  decide,
  forge,
  passTime,
  refund,
  transfer,
  bringStatement,
  lookIntoEntry,
}
type Act = keyof typeof acts
/** How often each comes. */
const bag: Act[] = [
  ...Array<Act>(4).fill('makeLinks'),
  ...Array<Act>(2).fill('cancelLink'),
  ...Array<Act>(8).fill('startPaying'),
  ...Array<Act>(8).fill('decide'),
  ...Array<Act>(3).fill('passTime'),
  ...Array<Act>(3).fill('refund'),
  ...Array<Act>(3).fill('transfer'),
  ...Array<Act>(2).fill('bringStatement'),
  'lookIntoEntry',
  'forge',
]
const stepsMin = 8
const stepsMore = 14

/** Does what the seed says, then lets everything come to its end. */
export async function simulate(gateway: TestGateway, seed: number): Promise<World> {
  const random = randomOf(seed)
  const code = `chaos${seed}`
  const chaos = newChaos(random, code)
  const { provider, credentials } = await gateway.newProvider({ test: true })
  const world: World = {
    gateway,
    random,
    chaos,
    providerId: provider.id,
    credentials,
    tokens: [],
    transfers: [],
    log: [],
  }
  const registry = methods as Record<string, Method>
  registry[code] = chaos.method
  try {
    await transact(gateway.database.db, (tx) =>
      setWays(tx, provider.id, () => ({ blik: code, bank: code, transfer: 'transfer' })),
    )
    await makeLinks(world)
    for (let steps = stepsMin + random.below(stepsMore); steps > 0; steps--) await step(world, random)
    await comeToAnEnd(world)
  } finally {
    delete registry[code]
  }
  return world
}

/** One act, or several at once, and now and then a connection breaks under them. */
async function step(world: World, random: Random): Promise<void> {
  const together = Array.from({ length: random.pick([1, 1, 1, 2, 4]) }, () => random.pick(bag))
  const breaks = random.below(6) === 0
  world.log.push(`${together.join(' + ')}${breaks ? ', and a connection breaks' : ''}`)
  const done = Promise.allSettled(together.map((act) => acts[act](world)))
  if (breaks) await breakConnection(world)
  for (const result of await done) if (result.status === 'rejected' && !breaks) throw result.reason
}

/** The payment provider tells the truth from now on, and time passes until nobody waits for anything. */
async function comeToAnEnd(world: World): Promise<void> {
  const { chaos } = world
  chaos.calm()
  for (const charge of chaos.charges.values())
    if (charge.money.length === 0 && charge.state !== 'failed') charge.state = 'expired'
  // What came after its last word, and what banks took back, nobody asks about: that is told until it is heard.
  const unasked = [...chaos.charges.values()].filter(
    ({ saidOver, money, takenBack }) =>
      takenBack.length > 0 || (money.length > 0 && (saidOver || money.length > 1)),
  )
  for (const charge of unasked) await until('it is heard', async () => (await notify(world, charge)) < 300)
  await bring(world, world.transfers)
  await untilNoJob(world)
  // A method is asked at least once a day, for 35 days: not every run has to wait for the last question.
  const longWait = world.random.below(5) === 0 ? ['P36D'] : []
  for (const advance of ['P2D', ...longWait, 'PT1H']) {
    const answer = await call(world, '/pay/v1/test/clock', { advance })
    if (answer.status !== 200) throw new Error(answer.text)
  }
}

/** Jobs that a broken connection left locked run again once their worker's beat is missed, after 30 s. */
async function untilNoJob({ gateway, providerId }: World): Promise<void> {
  const { db } = gateway.database
  let left: string[] = []
  const none = async () => {
    await hurryJobs(db, providerId)
    left = await jobsDue(db, providerId)
    return left.length === 0
  }
  await until('the jobs are done', none, { atMostMs: 150_000 }).catch((error: unknown) => {
    throw new Error(`jobs are left: ${left.join(', ')}`, { cause: error })
  })
}
