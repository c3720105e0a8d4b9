import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import { listenForSignals } from '../src/platform/db/signals.ts'
import { registerOpenApi } from '../src/platform/http/openapi.ts'
import { buildServer } from '../src/platform/http/server.ts'
import { createLog } from '../src/platform/log.ts'
import type { Platform } from '../src/platform/platform.ts'
import { newSealingKey, readKeyring } from '../src/platform/sealing.ts'
import { createKey, createProvider, type NewKey, type Provider } from '../src/provider/index.ts'
import { readSettings } from '../src/settings.ts'
import { conformanceTo, type OpenApiDocument } from './conformance.ts'
import type { TestDatabase } from './database.ts'

export interface RoomServer {
  url: string
  app: FastifyInstance
  platform: Platform
  /** Calls over HTTP and holds the answer to the OpenAPI document of the rooms. */
  call(path: string, init?: RequestInit): Promise<{ status: number; headers: Headers; text: string }>
  close(): Promise<void>
}

/** A part of the gateway: the rooms given, and routes of the test itself, on a loopback port. */
export async function startRooms(
  database: TestDatabase,
  rooms: (platform: Platform) => FastifyPluginAsync[],
  environment: Record<string, string> = {},
): Promise<RoomServer> {
  const settings = readSettings({ LOG_LEVEL: 'silent', ...environment })
  const signals = listenForSignals(database.url, () => undefined)
  const keyring = readKeyring(settings.encryptionKey ?? newSealingKey())
  const platform: Platform = {
    ...database,
    settings,
    signals,
    log: createLog(settings.logLevel),
    keyring,
  }
  const app = await buildServer(platform)
  await registerOpenApi(app, settings.publicUrl)
  for (const room of rooms(platform)) await app.register(room)
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const openapi = await fetch(`${url}/openapi.json`)
  const check = conformanceTo((await openapi.json()) as OpenApiDocument)
  return {
    url,
    app,
    platform,
    async call(path, init = {}) {
      const response = await fetch(`${url}${path}`, { redirect: 'manual', ...init })
      const text = await response.text()
      const type = response.headers.get('content-type')
      check(init.method ?? 'GET', `${url}${path}`, response.status, type, text)
      return { status: response.status, headers: response.headers, text }
    },
    async close() {
      await app.close()
      await signals.close()
    },
  }
}

export interface Biller {
  provider: Provider
  key: NewKey
  headers: { authorization: string }
}

/** A provider with a key. */
export async function newBiller({ db }: TestDatabase, values: { test?: boolean } = {}): Promise<Biller> {
  const code = `p${Math.random().toString(36).slice(2, 10)}`
  const provider = await createProvider(db, { code, name: 'NETIX', test: true, ...values })
  const key = await createKey(db, provider.id)
  return { provider, key, headers: { authorization: basicAuth(key.apiKey, key.apiSecret) } }
}

export function basicAuth(apiKey: string, apiSecret: string): string {
  return `Basic ${Buffer.from(`${apiKey}:${apiSecret}`).toString('base64')}`
}
