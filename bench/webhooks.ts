import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { recordEvents } from '../gateway/src/event/index.ts'
import { transact } from '../gateway/src/platform/db/transaction.ts'
import { newSealingKey, readKeyring } from '../gateway/src/platform/sealing.ts'
import { createProvider } from '../gateway/src/provider/index.ts'
import { createEndpoint } from '../gateway/src/webhook/index.ts'
import type { Comparison } from './report.ts'
import { type BenchGateway, freePort, startProcess, stopProcess, type World } from './world.ts'

const endpoints = 50
/** Two hang, two refuse the connection, one answers 500. */
const dead = 5
const eventsPerSecond = 1_000
const ticksPerSecond = 4
const warmUpSeconds = 10
const roundSeconds = 10
const rounds = 3
/** What a live endpoint may be behind. */
const lateMs = 2_000

/** Milliseconds from the recording of an event to its arrival, by the second of the recording. */
type Arrivals = Map<number, number[]>

/**
 * 1,000 events a second for 50 endpoints of 50 providers, five of them dead, and one process that sends: what
 * share of the events for live endpoints arrives within two seconds.
 */
export async function benchWebhooks(world: World): Promise<Comparison[]> {
  const gateway = await world.open('bench_webhooks')
  const arrivals: Arrivals = new Map()
  const { server, base } = await startReceivers(arrivals)
  const key = newSealingKey()
  const providers = await fillProviders(gateway, key, base)
  const worker = await startWorkerProcess(gateway, key)
  try {
    const from = await record(gateway, providers, warmUpSeconds)
    const until = await record(gateway, providers, rounds * roundSeconds)
    await sleep(2 * lateMs)
    return [comparisonOf(arrivals, Math.ceil(from / 1_000), Math.floor(until / 1_000))]
  } finally {
    await stopProcess(worker)
    server.closeAllConnections()
    server.close()
    await gateway.close()
  }
}

async function startReceivers(arrivals: Arrivals): Promise<{ server: Server; base: string }> {
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (part: string) => {
      body += part
    })
    request.on('end', () => {
      const nth = Number(request.url?.slice(1))
      if (nth < 2) return
      if (nth === 4) return response.writeHead(500).end()
      const at = Number(/"id":"(\d+)"/.exec(body)?.[1]) / 1_000
      const second = Math.floor(at / 1_000)
      const seen = arrivals.get(second) ?? []
      seen.push(Date.now() - at)
      arrivals.set(second, seen)
      return response.writeHead(204).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, base: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

async function fillProviders({ database }: BenchGateway, key: string, base: string): Promise<number[]> {
  const keyring = readKeyring(key)
  const refusing = `http://127.0.0.1:${await freePort()}`
  const ids: number[] = []
  for (let nth = 0; nth < endpoints; nth++) {
    const provider = await createProvider(database.db, { code: `hook${nth}`, name: 'NETIX', test: true })
    const url = `${nth === 2 || nth === 3 ? refusing : base}/${nth}`
    await transact(database.db, (tx) => createEndpoint(tx, keyring, provider, { url }))
    ids.push(provider.id)
  }
  return ids
}

async function startWorkerProcess({ url }: BenchGateway, key: string) {
  const port = await freePort()
  const main = fileURLToPath(new URL('../gateway/dist/main.js', import.meta.url))
  return startProcess(main, ['serve', '--with-worker'], port, {
    DATABASE_URL: url,
    ENCRYPTION_KEY: key,
    WEBHOOK_ALLOW_NETS: '127.0.0.0/8',
    LOG_LEVEL: 'warn',
  })
}

let recorded = 0

/** Records at the pace wanted. @returns when it ended, in milliseconds since 1970 */
async function record({ database }: BenchGateway, providers: number[], seconds: number): Promise<number> {
  const each = eventsPerSecond / ticksPerSecond / providers.length
  const began = Date.now()
  for (let tick = 0; tick < seconds * ticksPerSecond; tick++) {
    await Promise.all(
      providers.map((providerId) =>
        transact(database.db, async (tx) => {
          const data = Array.from({ length: each }, () => eventData())
          await recordEvents(tx, providerId, 'link.created', new Date(), data)
        }),
      ),
    )
    await sleep(Math.max(0, began + ((tick + 1) * 1_000) / ticksPerSecond - Date.now()))
  }
  return Date.now()
}

function eventData() {
  recorded++
  const title = `FV ${recorded}/11/2030`
  const token = String(recorded).padStart(128, '0')
  return { links: [{ token, userId: `user-${recorded % 5_000}`, operationId: null, amount: 123.45, title }] }
}

function comparisonOf(arrivals: Arrivals, from: number, until: number): Comparison {
  const live = (eventsPerSecond * (endpoints - dead)) / endpoints
  const shares = Array.from({ length: rounds }, (_, round) => {
    let inTime = 0
    const last = Math.min(from + (round + 1) * roundSeconds, until)
    for (let second = from + round * roundSeconds; second < last; second++)
      inTime += (arrivals.get(second) ?? []).filter((ms) => ms < lateMs).length
    return inTime / (live * (last - from - round * roundSeconds))
  })
  const all = [...arrivals]
    .filter(([second]) => second >= from && second < until)
    .flatMap(([, each]) => each)
    .sort((a, b) => a - b)
  const at = (share: number) => Math.round(all[Math.floor(all.length * share)] ?? Number.NaN)
  console.error(
    `webhooks: ${all.length} arrived; ms: median ${at(0.5)}, 99 % ${at(0.99)}, worst ${at(0.999999)}`,
  )
  const ratio = Math.min(...shares)
  return {
    name: `webhooks: events/s that reach live endpoints within 2 s, 5 of 50 endpoints dead (median ${at(0.5)} ms, worst ${at(0.999999)} ms)`,
    yardstick: 'events/s recorded for them',
    target: 1,
    measured: all.filter((ms) => ms < lateMs).length / (until - from),
    yardstickMeasured: live,
    ratio,
    ratios: shares,
  }
}
