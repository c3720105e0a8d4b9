import type { FastifyInstance } from 'fastify'
import { buildApp, startWork } from '../src/app.ts'
import { listenForSignals } from '../src/platform/db/signals.ts'
import { createLog } from '../src/platform/log.ts'
import type { Platform } from '../src/platform/platform.ts'
import { newSealingKey, readKeyring } from '../src/platform/sealing.ts'
import { createKey, createProvider, type Provider } from '../src/provider/index.ts'
import { readSettings } from '../src/settings.ts'
import { conformanceTo } from './conformance.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { freePort } from './free-port.ts'

export { freePort } from './free-port.ts'

export interface Answer {
  status: number
  headers: Headers
  text: string
  /** The parsed JSON body; undefined where there is none. */
  body: unknown
}

export interface ApiCall {
  method?: string
  /** Sent as JSON; a string is sent as it is. */
  body?: unknown
  headers?: Record<string, string>
  credentials?: { apiKey: string; apiSecret: string } | null
}

export interface TestGateway {
  url: string
  platform: Platform
  database: TestDatabase
  app: FastifyInstance
  /** A test provider with a key; `credentials` are used where a call names none. */
  provider: Provider
  credentials: { apiKey: string; apiSecret: string }
  /** Calls the API over HTTP and holds the answer to /openapi.json. */
  api(path: string, call?: ApiCall): Promise<Answer>
  newProvider(values?: { code?: string; test?: boolean; [setting: string]: unknown }): Promise<{
    provider: Provider
    credentials: { apiKey: string; apiSecret: string }
  }>
  close(): Promise<void>
}

export interface TestGatewayOptions {
  environment?: Record<string, string>
  /** Run jobs in this process. Default true. */
  worker?: boolean
  database?: TestDatabase
  connections?: number
}

/** The whole gateway on a loopback port, on a database of its own. */
export async function startTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const database = options.database ?? (await createTestDatabase({ connections: options.connections ?? 10 }))
  const port = await freePort()
  const settings = readSettings({
    LOG_LEVEL: 'silent',
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    ...options.environment,
  })
  const log = createLog(settings.logLevel)
  const signals = listenForSignals(database.url, () => undefined)
  const keyring = readKeyring(settings.encryptionKey ?? newSealingKey())
  const platform: Platform = { ...database, settings, signals, log, keyring }
  const app = await buildApp(platform)
  await app.listen({ port, host: '127.0.0.1' })
  const worker = options.worker === false ? undefined : await startWork(platform)
  const url = `http://127.0.0.1:${port}`
  const newProvider = providerMaker(platform)
  const first = await newProvider()
  const api = await apiClient(url, first.credentials)
  return {
    url,
    platform,
    database,
    app,
    ...first,
    api,
    newProvider,
    async close() {
      const closed = app.close()
      // Clients open connections ahead of need, and one that has never carried a request counts as busy.
      app.server.closeAllConnections()
      await closed
      await worker?.stop()
      await signals.close()
      if (!options.database) await database.drop()
    },
  }
}

function providerMaker({ db }: Platform): TestGateway['newProvider'] {
  return async (values = {}) => {
    const code = values.code ?? `p${Math.random().toString(36).slice(2, 10)}`
    const provider = await createProvider(db, { name: 'NETIX Sp. z o.o.', test: true, ...values, code })
    const { apiKey, apiSecret } = await createKey(db, provider.id)
    return { provider, credentials: { apiKey, apiSecret } }
  }
}

async function apiClient(
  url: string,
  own: { apiKey: string; apiSecret: string },
): Promise<TestGateway['api']> {
  const openapi = await fetch(`${url}/openapi.json`)
  const check = conformanceTo((await openapi.json()) as Parameters<typeof conformanceTo>[0])
  return async (path, call = {}) => {
    const target = path.startsWith('http') ? path : `${url}${path}`
    const credentials = call.credentials === undefined ? own : call.credentials
    const method = call.method ?? (call.body === undefined ? 'GET' : 'POST')
    const response = await fetch(target, {
      method,
      redirect: 'manual',
      headers: {
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(credentials ? { authorization: basic(credentials) } : {}),
        ...call.headers,
      },
      ...(call.body === undefined
        ? {}
        : { body: typeof call.body === 'string' ? call.body : JSON.stringify(call.body) }),
    })
    const text = await response.text()
    const contentType = response.headers.get('content-type')
    check(method, target, response.status, contentType, text)
    return { status: response.status, headers: response.headers, text, body: jsonOf(contentType, text) }
  }
}

export function basic({ apiKey, apiSecret }: { apiKey: string; apiSecret: string }): string {
  return `Basic ${Buffer.from(`${apiKey}:${apiSecret}`).toString('base64')}`
}

function jsonOf(contentType: string | null, text: string): unknown {
  return contentType?.includes('json') && !contentType.includes('ndjson') && text
    ? JSON.parse(text)
    : undefined
}
