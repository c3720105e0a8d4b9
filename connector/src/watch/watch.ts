import { setMaxListeners } from 'node:events'
import { type Bridge, placeOf, startBridge } from '../bridge/index.ts'
import { gatewayId } from '../gateway/index.ts'
import { databaseTime } from '../platform/index.ts'
import { keepGateway, writeInfo } from '../store/index.ts'
import { type Context, updateLinks } from '../sync/links/index.ts'
import { type Job, type JobOptions, startJob } from './job.ts'
import { linksPass, logsPass, paymentsPass } from './passes.ts'
import { followEvents, withoutEventsMs } from './stream.ts'

const settingsEveryDefaultMs = 15_000
const aliveEveryMs = 30_000
const minuteMs = 60_000
const dayMs = 86_400_000

export interface WatchOptions {
  context: Context & { refresh(): Promise<void> }
  /** Told to stop. */
  signal: AbortSignal
  /** Day files that the log clean-up looks after. */
  logDirectory?: string | undefined
  /** Milliseconds after which the settings are read again. Default 15,000. */
  settingsEveryMs?: number
}

/** Does everything until the signal ends it; resolves when nothing is under way any more. */
export async function watch(options: WatchOptions): Promise<void> {
  const { context, signal, settingsEveryMs = settingsEveryDefaultMs } = options
  // Each job and each pass listens for the end.
  setMaxListeners(0, signal)
  await remember(context).catch(() => undefined)
  const jobs: Job[] = [...workOf(options), bridgeJob(context, signal, settingsEveryMs)]
  await Promise.all(jobs.map(({ done }) => done))
}

function workOf(options: WatchOptions): Job[] {
  const stream = createRestarter()
  const work = gatewayJobs(options, stream)
  const mended = () => {
    for (const each of work) each.again()
  }
  return [...work, ...otherJobs(options, stream, mended)]
}

type MakeJob = (
  name: string,
  everyMs: () => number,
  run: () => Promise<void>,
  more?: Partial<JobOptions>,
) => Job

function maker({ context: { log }, signal }: WatchOptions): MakeJob {
  return (name, everyMs, run, more = {}) => startJob({ name, log, signal, everyMs, run, ...more })
}

/** What needs the gateway, and is begun again at once where a setting was mended. */
function gatewayJobs(options: WatchOptions, stream: Restarter): Job[] {
  const { context, signal } = options
  const job = maker(options)
  const customers = new Set<number>()
  const everyLinksMs = () => context.settings().linksEveryMinutes * minuteMs
  const links = job('links', everyLinksMs, async () => {
    const leased = await linksPass(context)
    if (leased.held && leased.result.failed) throw new Error(leased.result.failed.says)
  })
  const refreshSome = () => refreshLinks(context, customers)
  const some = job('links of payers', () => dayMs, refreshSome, { firstMs: dayMs })
  const book = async () => {
    const leased = await paymentsPass(context)
    if (leased.held) addAll(customers, leased.result.customers, some)
  }
  const payments = job('payments', () => minuteMs, book, { pauseAtMostMs: minuteMs })
  const events = job(
    'events',
    () => stream.everyMs,
    async () => {
      const ended = await followEvents(context, stream.next(signal), (ids) => addAll(customers, ids, some))
      stream.everyMs = ended === 'no-events' ? withoutEventsMs : 0
    },
  )
  return [links, some, payments, events]
}

/** @param mended called where what made other jobs fail may be over */
function otherJobs(options: WatchOptions, stream: Restarter, mended: () => void): Job[] {
  const { context, logDirectory, settingsEveryMs = settingsEveryDefaultMs } = options
  const job = maker(options)
  const readSettings = async () => {
    const changed = await refresh(context)
    if (changed.gateway) stream.restart()
    if (changed.gateway || changed.plugin) mended()
  }
  const clearLogs = async () => {
    await logsPass(context, logDirectory)
  }
  let away = false
  const tellAlive = async () => {
    const wasAway = away
    away = true
    await sayAlive(context)
    away = false
    if (wasAway) mended()
  }
  return [
    job('settings', () => settingsEveryMs, readSettings, { firstMs: settingsEveryMs }),
    job('logs', () => dayMs, clearLogs, { firstMs: minuteMs }),
    job('alive', () => aliveEveryMs, tellAlive, { pauseAtMostMs: aliveEveryMs }),
  ]
}

interface Restarter {
  /** Until the stream is begun again after it ended. */
  everyMs: number
  /** For the next stream: aborted by restart. */
  next(signal: AbortSignal): AbortSignal
  /** Ends the stream that runs: the settings name another gateway. */
  restart(): void
}

function createRestarter(): Restarter {
  let controller = new AbortController()
  return {
    everyMs: 0,
    next(signal) {
      controller = new AbortController()
      return AbortSignal.any([signal, controller.signal])
    },
    restart: () => controller.abort(),
  }
}

function addAll(customers: Set<number>, ids: readonly number[], job: Job): void {
  for (const id of ids) customers.add(id)
  if (ids.length > 0) job.ring()
}

/** Whoever has just paid gets links for what is left; what fails stays for the next ring and the next pass. */
async function refreshLinks(context: Context, customers: Set<number>): Promise<void> {
  const ids = [...customers]
  if (ids.length === 0) return
  const { failed } = await updateLinks(context, { customers: ids })
  if (failed) throw new Error(failed.says)
  for (const id of ids) customers.delete(id)
}

/** Reads the settings again. @returns whether they name another gateway or key, or the plugin was switched */
async function refresh(
  context: Context & { refresh(): Promise<void> },
): Promise<{ gateway: boolean; plugin: boolean }> {
  const keyOf = ({ apiUrl, apiKey, apiSecret }: ReturnType<Context['settings']>) =>
    JSON.stringify([apiUrl, apiKey, apiSecret])
  const before = context.settings()
  await context.refresh()
  const now = context.settings()
  const changed = {
    gateway: keyOf(before) !== keyOf(now),
    plugin: before.pluginEnabled !== now.pluginEnabled,
  }
  if (changed.gateway || changed.plugin) {
    context.log.info({ gateway: now.apiUrl, plugin: now.pluginEnabled }, 'settings have changed')
    await remember(context)
  }
  return changed
}

/** Once the settings name another gateway, the one before is still looked after. */
export async function remember({ lms, settings }: Context): Promise<void> {
  const { apiUrl, apiKey, apiSecret, ispId } = settings()
  if (apiUrl) await keepGateway(lms, { id: gatewayId(apiUrl), apiUrl, apiKey, apiSecret, ispId })
}

async function sayAlive({ lms }: Context): Promise<void> {
  await writeInfo(lms, lms.db, 'watch:alive', String(await databaseTime(lms.db, lms)))
}

/** Listens for the plugin; where it cannot, it says why and tries again, and all else goes on. */
function bridgeJob(context: Context, signal: AbortSignal, everyMs: number): Job {
  let bridge: { at: string; bridge: Bridge } | undefined
  const close = async () => {
    await bridge?.bridge.close().catch(() => undefined)
    bridge = undefined
  }
  const job = startJob({
    name: 'bridge',
    log: context.log,
    signal,
    everyMs: () => everyMs,
    run: async () => {
      const place = placeOf(context.settings())
      const at = JSON.stringify(place)
      if (bridge?.at === at) return
      await close()
      bridge = { at, bridge: await startBridge(context, place) }
    },
  })
  return { ...job, done: job.done.then(close) }
}
