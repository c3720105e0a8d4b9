import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createSecret } from '../connector/src/bridge/index.ts'
import { writeSetting } from '../connector/src/lms/index.ts'
import { type DatabaseAccess, type Engine, type Lms, transact } from '../connector/src/platform/index.ts'
import { type Entries, entriesOf } from '../connector/testing/entries/index.ts'
import { openLmsBench, startLmsServer } from './lms-database.ts'
import type { Comparison } from './report.ts'
import type { BenchGateway, World } from './world.ts'

const engines: Engine[] = ['postgres', 'mysql']
const payments = Number(process.env.LMS_PAYMENTS ?? 100)
/** Who else is in that LMS. */
const customers = 2_000
const warmUp = 5
const lookEveryMs = 1
const giveUpMs = 60_000
const connector = fileURLToPath(new URL('../connector/dist/main.js', import.meta.url))

interface Latency {
  engine: Engine
  /** Milliseconds, ascending. */
  fromPress: number[]
  fromPaid: number[]
}

/**
 * How long after a payment in the sandbox the payer's block is lifted in LMS, with the connector in `watch`: from
 * the press of the button, and from the gateway's answer that it is paid.
 */
export async function benchLatency(world: World): Promise<Comparison[]> {
  const measured: Latency[] = []
  for (const engine of engines) {
    const found = await benchEngine(world, engine)
    measured.push(found)
    console.error(`${engine}: ${payments} payments, block lifted after ${line(found.fromPress)} ms`)
  }
  await writeLatencies(measured)
  return []
}

async function benchEngine(world: World, engine: Engine): Promise<Latency> {
  const server = await startLmsServer(engine)
  const gateway = await world.open(`bench_latency_${engine}`)
  const access = await server.create('lms_latency')
  const folder = await mkdtemp(join(tmpdir(), 'bill-gateway-bench-latency-'))
  const { lms, close } = await openLmsBench(access, gateway, customers)
  const entries = entriesOf(lms)
  const debtors: number[] = []
  for (let made = 0; made < warmUp + payments; made++) debtors.push(await addDebtor(entries))
  const watch = await startWatch(lms, access, folder)
  try {
    const times = []
    for (const debtor of debtors) times.push(await payAndWait(lms, gateway, debtor))
    const kept = times.slice(warmUp)
    const ascending = (name: 'fromPress' | 'fromPaid') => kept.map((one) => one[name]).sort((a, b) => a - b)
    return { engine, fromPress: ascending('fromPress'), fromPaid: ascending('fromPaid') }
  } finally {
    const ended = once(watch, 'exit')
    watch.kill('SIGTERM')
    await ended
    await close()
    await gateway.close()
    await server.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function startWatch(lms: Lms, access: DatabaseAccess, folder: string): Promise<ChildProcess> {
  const secretFile = join(folder, 'bridge.secret')
  await createSecret(secretFile)
  const settings = {
    allow_test: 'true',
    manage_cutoff: 'true',
    cashimport_enabled: 'true',
    payment_expiration: '5',
    links_interval: '1',
    bridge_socket: join(folder, 'bridge.sock'),
    bridge_secret_file: secretFile,
  }
  await transact(lms, async (tx) => {
    for (const [variable, value] of Object.entries(settings))
      await writeSetting(lms, tx, { section: 'billtech', variable }, value)
  })
  const ini = join(folder, 'lms.ini')
  const { engine, host, port, socket, user, password, database } = access
  const place = socket ?? `${host}:${port}`
  const type = engine === 'postgres' ? 'postgres' : 'mysqli'
  const lines = [`type = ${type}`, `host = "${place}"`, `user = "${user}"`, `password = "${password}"`]
  await writeFile(ini, `[database]\n${lines.join('\n')}\ndatabase = "${database}"\n`)
  const args = [connector, 'watch', '--lms-ini', ini, '--log-level', 'error']
  return spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] })
}

/** Owes one bill and is blocked for it. */
async function addDebtor(entries: Entries): Promise<number> {
  const customerId = await entries.addCustomer({ account: '61109010140000071219812874', nodes: 1 })
  await entries.addInvoice({ customerId, lines: ['69.00'] })
  await entries.block(customerId, 'notify')
  return customerId
}

async function payAndWait(lms: Lms, gateway: BenchGateway, customerId: number) {
  const { token } = await waitFor('a link', () =>
    lms.db
      .selectFrom('billtech_payment_links')
      .select('token')
      .where('customer_id', '=', customerId)
      .where('state', '=', 'active')
      .executeTakeFirst(),
  )
  const pressedAt = performance.now()
  const answer = await fetch(`http://127.0.0.1:${gateway.port}/pay/v1/test/payments/${token}/pay`, {
    method: 'POST',
    headers: { authorization: gateway.authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ scope: 'link', method: 'blik' }),
  })
  if (!answer.ok) throw new Error(`test pay answered ${answer.status}: ${await answer.text()}`)
  const paidAt = performance.now()
  await waitFor('the lifted block', () =>
    lms.db
      .selectFrom('nodes')
      .select('id')
      .where('ownerid', '=', customerId)
      .where('access', '=', 1)
      .executeTakeFirst(),
  )
  const liftedAt = performance.now()
  return { fromPress: liftedAt - pressedAt, fromPaid: liftedAt - paidAt }
}

async function waitFor<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const startedAt = performance.now(); performance.now() - startedAt < giveUpMs; ) {
    const found = await look()
    if (found !== undefined) return found
    await sleep(lookEveryMs)
  }
  throw new Error(`waited in vain for ${what}: does the connector run?`)
}

/** The value below which this share of them lies. */
function quantile(ascending: number[], share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.ceil(share * ascending.length) - 1)] ?? Number.NaN
}

function figures(ascending: number[]): string[] {
  const values = [0, 0.5, 0.9, 0.95, 0.99, 1].map((share) => quantile(ascending, Math.max(share, 1e-9)))
  return values.map((value) => String(Math.round(value)))
}

function line(ascending: number[]): string {
  const [least, p50, p90, p95, p99, most] = figures(ascending)
  return `${least} (least), ${p50} (p50), ${p90} (p90), ${p95} (p95), ${p99} (p99), ${most} (most)`
}

const file = new URL('../bench/LMS-LATENCY.md', import.meta.url)

async function writeLatencies(measured: Latency[]): Promise<void> {
  const rows = measured.flatMap(({ engine, fromPress, fromPaid }) => {
    const name = engine === 'mysql' ? 'MariaDB' : 'PostgreSQL'
    return [
      `| ${name} | the press of the button | ${figures(fromPress).join(' | ')} |`,
      `| ${name} | the gateway’s answer that it is paid | ${figures(fromPaid).join(' | ')} |`,
    ]
  })
  await writeFile(
    file,
    `# From payment to lifted block

${payments} payments in the sandbox on each engine, one after the other, in an LMS of ${customers} customers; the
connector runs as \`watch\`. Milliseconds until the payer's node is on again. Connector, gateway and both databases
share one machine. Written by \`npm run bench -- latency\` on ${new Date().toISOString().slice(0, 10)}.

| LMS's database | from | least | p50 | p90 | p95 | p99 | most |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
${rows.join('\n')}
`,
  )
}
