import { join } from 'node:path'
import { createSecret } from '../../../connector/src/bridge/index.ts'
import type { Engine } from '../../../connector/src/platform/index.ts'
import { startLmsWorld, type World } from '../../../connector/testing/index.ts'
import type { Answer, ApiCall, TestGateway } from '../../../gateway/testing/gateway.ts'
import { bundleConnector, type ConnectorProgram } from './connector-process.ts'

export interface Installation {
  world: World
  program: ConnectorProgram
  place: { socket: string; secretFile: string }
  /** Calls the gateway's API as this LMS's provider. */
  api(path: string, call?: ApiCall): Promise<Answer>
  close(): Promise<void>
}

/** Enters what an operator enters: how to reach the gateway, and what is to be done with money. */
export async function configure(
  world: World,
  apiUrl: string,
  { apiKey, apiSecret }: { apiKey: string; apiSecret: string },
): Promise<{ socket: string; secretFile: string }> {
  const place = { socket: join(world.folder, 'bridge.sock'), secretFile: join(world.folder, 'bridge.secret') }
  await createSecret(place.secretFile)
  const settings = {
    api_url: apiUrl,
    api_key: apiKey,
    api_secret: apiSecret,
    isp_id: 'netix',
    payment_expiration: '5',
    manage_cutoff: 'true',
    append_customer_info: 'true',
    cashimport_enabled: 'true',
    allow_test: 'true',
    bridge_socket: place.socket,
    bridge_secret_file: place.secretFile,
  }
  for (const [name, value] of Object.entries(settings)) await world.setSetting(name, value)
  await world.enablePlugin()
  return place
}

/** An LMS with the connector installed, whose provider is a new one of this gateway. */
export async function installAt(gateway: TestGateway, engine: Engine): Promise<Installation> {
  const { credentials } = await gateway.newProvider()
  const world = await startLmsWorld(engine)
  const place = await configure(world, gateway.url, credentials)
  const program = await bundleConnector(world.ini)
  return {
    world,
    program,
    place,
    api: (path, call) => gateway.api(path, { credentials, ...call }),
    async close() {
      await program.remove()
      await world.close()
    },
  }
}
