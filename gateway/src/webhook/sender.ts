import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Agent } from 'undici'
import { metrics } from '../platform/metrics.ts'
import type { Platform } from '../platform/platform.ts'
import { readNets } from './allowed-address.ts'
import type { Attempt } from './endpoint.ts'
import { guardedAgent } from './guarded-agent.ts'
import { keepLanes, type Lane, type Lanes, readAhead, runningOf } from './lanes.ts'
import { type Due, endLeases, leaseEndpoints, queueEvents } from './queries/queue.ts'
import { queueReplays } from './replay.ts'
import type { Resolve } from './resolve.ts'
import { isDown } from './schedule.ts'
import { messageOf, signedHeaders } from './secret.ts'
import { post } from './send.ts'
import { settleAll, type Tried } from './settle.ts'

/** Tries of one endpoint at the same time; of one that seems to be down, one. */
const atOnceMax = 8
/** Tries of one process at the same time. */
const allAtOnceMax = 512
const endpointsMax = 200
/** Before what could not be noted is noted again. */
const troublePauseMs = 500
const closeAtMostMs = 2_000
const closeLookMs = 10

export interface Sender {
  /** Notes what ended, takes what is due and begins to send it. @returns how many tries were noted */
  turn(): Promise<number>
  /** Whether something is being sent, or has ended and is not noted yet. */
  isBusy(): boolean
  /** Resolves when a try ends, at most after the time given. */
  tryEnded(atMostMs: number): Promise<void>
  /** Waits a moment for what is being sent, notes it and gives the endpoints to others. */
  close(): Promise<void>
}

export interface SenderOptions {
  /** Only this provider's endpoints. */
  providerId?: number
  resolve?: Resolve | undefined
}

interface State {
  platform: Platform
  /** Who has the leases. */
  owner: string
  providerId: number | null
  agent: Agent
  lanes: Lanes
  /** Tries that have ended and are not noted yet. */
  ended: Tried[]
  wake(): void
  isGivenUp: boolean
}

/**
 * Sends to endpoints, each of which one process has at a time. One statement of a kind serves all endpoints, so
 * that many of them cost little more than one; what is sent to one of them waits for no other.
 */
export function createSender(platform: Platform, { providerId, resolve }: SenderOptions = {}): Sender {
  const state: State = {
    platform,
    owner: randomBytes(12).toString('hex'),
    providerId: providerId ?? null,
    agent: guardedAgent(readNets(platform.settings.webhookAllowNets), resolve),
    lanes: new Map(),
    ended: [],
    wake: () => undefined,
    isGivenUp: false,
  }
  return {
    turn: () => turn(state),
    isBusy: () => state.ended.length > 0 || runningOf(state.lanes) > 0,
    tryEnded: (atMostMs) => tryEnded(state, atMostMs),
    close: () => close(state),
  }
}

async function turn(state: State): Promise<number> {
  const { platform, owner, lanes } = state
  const tried = state.ended
  state.ended = []
  const kept = await settleAll(platform, tried)
  state.ended.push(...kept)
  if (kept.length > 0) await sleep(troublePauseMs)
  const isKept = new Set(kept)
  for (const one of tried) if (!isKept.has(one)) lanes.get(one.due.endpointId)?.begun.delete(one.due.eventId)
  const leased = await leaseEndpoints(platform.db, owner, endpointsMax, state.providerId)
  keepLanes(platform, lanes, leased)
  if (leased.length > 0) {
    const ids = leased.map(({ id }) => id)
    await queueEvents(platform.db, owner, ids)
    await queueReplays(platform.db, ids)
    await readAhead(platform, lanes, leased)
  }
  for (const lane of lanes.values()) begin(state, lane)
  return tried.length - kept.length
}

function begin(state: State, lane: Lane): void {
  const atOnce = isDown(lane.leased) ? 1 : atOnceMax
  while (lane.running < atOnce && runningOf(state.lanes) < allAtOnceMax) {
    const due = lane.ready.shift()
    if (!due) return
    lane.begun.set(due.eventId, due)
    lane.running++
    void tryOnce(state.agent, lane, due).then((attempt) => {
      lane.running--
      if (state.isGivenUp) return
      count(due, attempt)
      state.ended.push({ due, attempt })
      // After a failure it is first noted: the endpoint may be down.
      if (attempt.failure === null) begin(state, lane)
      state.wake()
    })
  }
}

function tryEnded(state: State, atMostMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, atMostMs)
    state.wake = () => {
      clearTimeout(timer)
      resolve()
    }
    if (state.ended.length > 0) state.wake()
  })
}

async function close(state: State): Promise<void> {
  const { platform, owner, lanes, agent } = state
  for (const lane of lanes.values()) lane.ready = []
  const givenUpAt = performance.now() + closeAtMostMs
  while (runningOf(lanes) > 0 && performance.now() < givenUpAt) await sleep(closeLookMs)
  // What has no answer by then is sent again by whoever comes next: receivers know it by its id.
  state.isGivenUp = true
  await agent.destroy().catch(() => undefined)
  await settleAll(platform, state.ended)
  await endLeases(platform.db, owner)
}

async function tryOnce(agent: Agent, { leased, secrets = [] }: Lane, due: Due): Promise<Attempt> {
  if (secrets.length === 0)
    return { at: new Date(), durationMs: 0, status: null, failure: 'secret_unreadable', retryAfterMs: null }
  const { providerCode, test, url } = leased
  const message = messageOf({ ...due, providerCode, test, id: due.eventId })
  const headers = signedHeaders(message, secrets, Math.floor(Date.now() / 1000))
  return post(agent, { url, headers, body: message.body })
}

function count({ eventId, attempts }: Due, { failure }: Attempt): void {
  metrics.webhookAttempts.inc({ outcome: failure ?? 'delivered' })
  if (attempts === 0) metrics.webhookDelivery.observe(Math.max(0, Date.now() / 1_000 - Number(eventId) / 1e6))
}
