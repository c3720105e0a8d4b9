import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { ensureInstalled } from './install.mjs'
import { runNode, top } from './run.mjs'

const gatewayReadyMs = 120_000
const stopMs = 9_000

/**
 * Starts the gateway's demo, an LMS-like database, the connector in watch and the pages that play LMS; stops them
 * in the other order. PORT (8080) is the gateway's, LMS_PORT (8081) that of the pages, DATA_DIR (./data/lms-demo)
 * keeps everything between two starts.
 */
export async function startLmsDemo() {
  await ensureInstalled()
  const status = await runNode([join(top, 'scripts/build.mjs'), '--if-needed'])
  if (status !== 0) process.exit(status)
  process.env.NODE_ENV ??= 'production'
  const closing = []
  let stopping = false
  const stop = async (exitStatus) => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(1), stopMs).unref()
    for (const close of closing.reverse()) await close().catch(() => undefined)
    process.exit(exitStatus)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void stop(0))
  try {
    await startAll(closing, (name, log) => {
      if (stopping) return
      console.error(`${name} has ended; ${log} says why.`)
      void stop(1)
    })
  } catch (error) {
    if (!stopping) console.error(error instanceof Error ? error.message : error)
    await stop(1)
  }
}

async function startAll(closing, onEnd) {
  const folder = resolve(process.env.DATA_DIR || 'data/lms-demo')
  // LMS's servers show Polish days.
  process.env.TZ ||= 'Europe/Warsaw'
  const environment = { ...process.env, DATA_DIR: folder }
  await mkdir(folder, { recursive: true })
  console.log('Starting the database and the gateway…')
  const database = await startDatabase(folder, closing)
  environment.DATABASE_URL = database
  const demoFile = join(folder, 'demo.json')
  await rm(demoFile, { force: true })
  const child = (name, args) => {
    const started = startChild(name, args, { folder, environment, onEnd })
    closing.push(started.stop)
    return started
  }
  const gatewayProcess = child('gateway', ['gateway/dist/main.js', 'demo'])
  const gateway = await readDemoFile(demoFile, gatewayProcess)
  const pin = await makePin(gateway, environment)
  console.log('Opening the LMS-like database…')
  const { openDemo, close } = await loadDemo()
  closing.push(close)
  const port = Number(process.env.LMS_PORT || 8081)
  const demo = await openDemo({
    databaseUrl: database,
    database: 'lms_demo',
    folder: join(folder, 'lms'),
    gateway,
    pin,
    port,
  })
  closing.push(demo.close)
  child('connector', ['connector/bin/bill-gateway-lms.js', 'watch', '--lms-ini', demo.ini])
  console.log(welcome(demo.url, gateway.gateway, folder))
}

async function startDatabase(folder, closing) {
  const module = join(top, 'gateway/dist/platform/embedded-postgres/index.js')
  const { startEmbeddedPostgres } = await import(pathToFileURL(module).href)
  const report = (problem, error) => console.error(problem, error ?? '')
  const server = await startEmbeddedPostgres({ dataDir: folder, role: 'gateway', report })
  closing.push(() => server.stop())
  return server.url
}

/** What it prints goes to a file in DATA_DIR, so that the terminal says only where to click. */
function startChild(name, args, { folder, environment, onEnd }) {
  const log = join(folder, `${name}.log`)
  const process_ = spawn(process.execPath, args, {
    cwd: top,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const file = createWriteStream(log, { flags: 'a', mode: 0o600 })
  process_.stdout.pipe(file, { end: false })
  process_.stderr.pipe(file, { end: false })
  const ended = new Promise((done) => process_.once('close', done))
  let told = false
  void ended.then(() => !told && onEnd(name, log))
  return {
    hasEnded: () => process_.exitCode !== null,
    async stop() {
      told = true
      process_.kill('SIGTERM')
      await ended
      file.end()
    },
  }
}

async function readDemoFile(file, gateway) {
  for (let waited = 0; waited < gatewayReadyMs && !gateway.hasEnded(); waited += 200) {
    const text = await readFile(file, 'utf8').catch(() => '')
    if (text.trim().endsWith('}')) return JSON.parse(text)
    await sleep(200)
  }
  throw new Error(`The gateway did not start: ${join(file, '../gateway.log')} says why.`)
}

/** For the button Generuj API secret; a new one at each start. */
function makePin({ providerCode, apiKey }, environment) {
  const args = [
    'gateway/dist/main.js',
    'pin',
    'create',
    '--provider',
    providerCode,
    '--key',
    apiKey,
    '--json',
  ]
  const child = spawn(process.execPath, args, {
    cwd: top,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part) => {
    text += part
  })
  return new Promise((done, fail) => {
    child.once('error', fail)
    child.once('close', (status) =>
      status === 0 ? done(JSON.parse(text).pin) : fail(new Error('The gateway made no PIN.')),
    )
  })
}

/** The demo's pages are not built: Vite reads their source. */
async function loadDemo() {
  const { createServer } = await import('vite')
  const vite = await createServer({
    root: top,
    configFile: false,
    logLevel: 'error',
    appType: 'custom',
    resolve: { alias: { '@bill-gateway/contract': join(top, 'contract/src/index.ts') } },
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
  })
  const { openDemo } = await vite.ssrLoadModule('/connector/demo/run.ts')
  return { openDemo, close: () => vite.close() }
}

function welcome(demo, gateway, folder) {
  return [
    '',
    `The LMS demo runs at ${demo}. Begin there: it leads through the circle.`,
    '',
    `  Gateway     ${gateway}`,
    `  Logs        ${join(folder, 'gateway.log')}, ${join(folder, 'connector.log')}`,
    '  BLIK code   777 123: paid after two seconds',
    '',
    'No money moves. Ctrl+C stops everything; started again, it goes on where it was.',
    '',
  ].join('\n')
}
