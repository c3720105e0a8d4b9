import { readLmsIni } from '../../../connector/src/lms/index.ts'
import { createLog, type Engine } from '../../../connector/src/platform/index.ts'
import { type Context, createContext } from '../../../connector/src/sync/links/index.ts'
import { type FakeGateway, startFakeGateway } from '../../../connector/testing/fake-gateway.ts'
import { startLmsWorld, type World } from '../../../connector/testing/index.ts'
import { bundleConnector, type ConnectorProgram } from './connector-process.ts'
import { configure } from './installation.ts'
import { faultsOf } from './proofs.ts'
import type { Troubled } from './troubles.ts'

/** An LMS whose connector runs as processes, at a gateway that can be told to fail. */
export interface FakeInstallation {
  world: World
  gateway: FakeGateway
  program: ConnectorProgram
  /** For what the test itself asks of the connector's parts. */
  context: Context
  /** Both cron commands, as they run once all is well again. */
  passByCron(): Promise<void>
  /** As once the half minute is over that leases of the dead are waited for. */
  ageLeases(): Promise<void>
  /** What is wrong now with these customers. */
  faultsAmong(customers: readonly Troubled[]): Promise<string[]>
  close(): Promise<void>
}

const silent = ['--log-level', 'silent']

export async function startFakeInstallation(engine: Engine): Promise<FakeInstallation> {
  const world = await startLmsWorld(engine)
  const gateway = await startFakeGateway()
  await configure(world, gateway.url, gateway.credentials)
  const program = await bundleConnector(world.ini)
  const ini = await readLmsIni(world.ini)
  const log = createLog({ level: 'silent', format: 'json', name: 'test' })
  const context = await createContext({ lms: world.lms, ini, log, zone: 'Europe/Warsaw', retries: 0 })
  return {
    world,
    gateway,
    program,
    context,
    async passByCron() {
      for (const command of ['update-payments', 'update-links']) {
        const output = await program.run([command, '--json', ...silent])
        if (!JSON.parse(output).done) throw new Error(`${command} did not run: ${output}`)
      }
    },
    async ageLeases() {
      await world.lms.db
        .updateTable('billtech_lease')
        .set(({ eb }) => ({ until_at: eb('until_at', '-', 60), since: eb('since', '-', 60) }))
        .execute()
    },
    async faultsAmong(customers) {
      const byHand = new Map(customers.map(({ customerId, byHand }) => [customerId, byHand]))
      return faultsOf(world, gateway, [...byHand.keys()], byHand)
    },
    async close() {
      await program.remove()
      await gateway.close()
      await world.close()
    },
  }
}
