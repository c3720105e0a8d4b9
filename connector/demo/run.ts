import { hooksOf } from './hooks.ts'
import { type GatewayAccess, openDemoLms } from './lms.ts'
import { serveDemo } from './server.ts'

export interface DemoOptions {
  /** The PostgreSQL server in which the LMS-like database is made. */
  databaseUrl: string
  /** Its name, letters and underscores. */
  database: string
  /** For lms.ini, the bridge's socket and secret. */
  folder: string
  gateway: GatewayAccess
  pin: string
  port: number
}

export interface RunningDemo {
  url: string
  /** What the connector is started with. */
  ini: string
  close(): Promise<void>
}

/** The database and the pages; whoever calls it starts the connector on `ini`. */
export async function openDemo(options: DemoOptions): Promise<RunningDemo> {
  const { databaseUrl, database, folder, gateway, pin, port } = options
  const lms = await openDemoLms(databaseUrl, database, folder, gateway)
  const server = await serveDemo({ lms, hooks: hooksOf(lms.place), gateway, pin }, port).catch(
    async (error: unknown) => {
      await lms.lms.close()
      throw error
    },
  )
  return {
    url: server.url,
    ini: lms.ini,
    async close() {
      await server.close()
      await lms.lms.close()
    },
  }
}
