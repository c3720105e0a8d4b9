import { pino } from 'pino'
import { readLmsIni } from '../src/lms/index.ts'
import type { Engine } from '../src/platform/index.ts'
import { type Context, createContext } from '../src/sync/links/index.ts'
import { type FakeGateway, startFakeGateway } from './fake-gateway.ts'
import { startLmsWorld, type World, type WorldOptions } from './world.ts'

export type TestContext = Context & { refresh(): Promise<void> }

export interface LinksWorld {
  world: World
  gateway: FakeGateway
  context: TestContext
  /** One more context on the same database, as of another process. @param timeoutMs how long it waits for an answer */
  anotherContext(changes?: Partial<Context>, timeoutMs?: number): Promise<TestContext>
  close(): Promise<void>
}

/** An LMS database whose settings lead to a fake gateway, with the plugin switched on. */
export async function startLinksWorld(engine: Engine, options: WorldOptions = {}): Promise<LinksWorld> {
  const world = await startLmsWorld(engine, options)
  const gateway = await startFakeGateway()
  await pointTo(world, gateway)
  await world.setSetting('append_customer_info', 'true')
  await world.enablePlugin()
  const ini = await readLmsIni(world.ini)
  const log = pino({ level: 'silent' })
  const anotherContext = async (changes: Partial<Context> = {}, timeoutMs = 6_000) => {
    const made = await createContext({
      lms: world.lms,
      ini,
      log,
      zone: 'Europe/Warsaw',
      timeoutMs,
      retries: 0,
    })
    return Object.assign(made, changes)
  }
  return {
    world,
    gateway,
    context: await anotherContext(),
    anotherContext,
    async close() {
      await gateway.close()
      await world.close()
    },
  }
}

/** Enters the gateway’s address and key into LMS’s settings. */
export async function pointTo(world: World, gateway: FakeGateway): Promise<void> {
  await world.setSetting('api_url', gateway.url)
  await world.setSetting('api_key', gateway.credentials.apiKey)
  await world.setSetting('api_secret', gateway.credentials.apiSecret)
  await world.setSetting('isp_id', 'netix')
}
