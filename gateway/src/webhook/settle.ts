import { queueMail } from '../mail/index.ts'
import { type Tx, transact } from '../platform/db/transaction.ts'
import type { Platform } from '../platform/platform.ts'
import { type Attempt, shownUrl } from './endpoint.ts'
import type { Due } from './queries/queue.ts'
import {
  dueAtOnce,
  type Ended,
  leaveQueues,
  lockEndpoints,
  noteHealth,
  noteOutcomes,
  type Outcome,
  parkQueuedBefore,
  type Settling,
  switchOff,
} from './queries/settle.ts'
import { healthAfter, isDown, nextTry, windowMs } from './schedule.ts'

/** A try that was made. */
export interface Tried {
  due: Due
  attempt: Attempt
}

/** Deliveries of an endpoint that is down that are parked together. */
const parkedMax = 1_000
/** Between two mails of a kind about one endpoint. */
const tellAgainMs = 86_400_000

/**
 * Notes what became of tries. Where that fails for all together it is done for each endpoint, so that one that
 * cannot be noted holds up no other.
 *
 * @returns those that are not noted
 */
export async function settleAll(platform: Platform, tried: Tried[]): Promise<Tried[]> {
  try {
    await settle(platform, tried)
    return []
  } catch (error) {
    platform.log.error({ err: error, tries: tried.length }, 'what became of webhooks could not be noted')
  }
  const kept: Tried[] = []
  for (const id of new Set(tried.map(({ due }) => due.endpointId))) {
    const ofEndpoint = tried.filter(({ due }) => due.endpointId === id)
    await settle(platform, ofEndpoint).catch(() => kept.push(...ofEndpoint))
  }
  return kept
}

/** Notes what became of tries, in the order in which they ended, and lets go what waited for them. */
async function settle({ db }: Platform, tried: readonly Tried[]): Promise<void> {
  if (tried.length === 0) return
  await transact(db, async (tx) => {
    const endpoints = await lockEndpoints(tx, [...new Set(tried.map(({ due }) => due.endpointId))])
    const byId = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]))
    const outcomes: Outcome[] = []
    const ended: Ended[] = []
    const trouble = new Map<bigint, Trouble>()
    for (const { due, attempt } of tried) {
      const endpoint = byId.get(due.endpointId)
      if (!endpoint) continue
      const outcome = outcomeOf(endpoint, due, attempt)
      outcomes.push(outcome)
      if (outcome.state !== 'pending') ended.push({ ...due, providerId: endpoint.providerId })
      noteTrouble(trouble, endpoint, outcome)
      Object.assign(endpoint, healthAfter(endpoint, attempt, endpoint.now))
    }
    await noteOutcomes(tx, outcomes)
    for (const endpoint of endpoints) {
      const parked = await afterTries(tx, endpoint, trouble.get(endpoint.id))
      ended.push(...parked)
    }
    await leaveQueues(tx, ended)
    await noteHealth(tx, endpoints)
  })
}

/** What has to be done for an endpoint beside its deliveries. */
interface Trouble {
  wasDown: boolean
  /** What the first of these tries that failed met. */
  problem: string | undefined
  parked: boolean
  gone: boolean
}

function outcomeOf(endpoint: Settling, due: Due, attempt: Attempt): Outcome {
  const { now } = endpoint
  const base = {
    providerId: endpoint.providerId,
    endpointId: due.endpointId,
    eventId: due.eventId,
    attempt,
    at: new Date(now.getTime() - attempt.durationMs),
  }
  if (attempt.failure === null)
    return { ...base, state: 'delivered', failures: due.failures, nextAt: null, endedAt: now }
  // It is not the delivery's fault: when the endpoint is on again it has all its tries left.
  if (attempt.failure === 'gone')
    return { ...base, state: 'pending', failures: due.failures, nextAt: now, endedAt: null }
  const failures = due.failures + 1
  const nextAt = nextTry(failures, attempt, now) ?? null
  return nextAt
    ? { ...base, state: 'pending', failures, nextAt, endedAt: null }
    : { ...base, state: 'parked', failures, nextAt, endedAt: now }
}

function noteTrouble(all: Map<bigint, Trouble>, endpoint: Settling, { attempt, state }: Outcome): void {
  const trouble = all.get(endpoint.id) ?? {
    wasDown: isDown(endpoint),
    problem: undefined,
    parked: false,
    gone: false,
  }
  all.set(endpoint.id, trouble)
  if (attempt.failure !== null) trouble.problem ??= problemOf(attempt)
  if (state === 'parked') trouble.parked = true
  if (attempt.failure === 'gone') trouble.gone = true
}

function problemOf({ status, failure }: Attempt): string {
  return status === null ? String(failure).replaceAll('_', ' ') : `HTTP ${status}`
}

async function afterTries(tx: Tx, endpoint: Settling, trouble: Trouble | undefined): Promise<Ended[]> {
  if (!trouble) return []
  const { providerId, id, now, failingSince } = endpoint
  if (trouble.wasDown && !isDown(endpoint)) await dueAtOnce(tx, providerId, id, now)
  if (trouble.gone && endpoint.enabled) {
    await switchOff(tx, providerId, id, now)
    await tell(tx, endpoint, 'webhook-off', trouble)
  }
  const windowBegan = new Date(now.getTime() - windowMs)
  const isHopeless = isDown(endpoint) && failingSince !== null && failingSince <= windowBegan
  const parked = isHopeless ? await parkQueuedBefore(tx, endpoint, windowBegan, parkedMax) : []
  if ((trouble.parked || parked.length > 0) && isTimeToTell(endpoint.parkedToldAt, now)) {
    await tell(tx, endpoint, 'webhook-parked', trouble)
    endpoint.parkedToldAt = now
  } else if (trouble.problem && !trouble.gone && isTimeToTell(endpoint.failingToldAt, now)) {
    await tell(tx, endpoint, 'webhook-failing', trouble)
    endpoint.failingToldAt = now
  }
  return parked
}

function isTimeToTell(toldAt: Date | null, now: Date): boolean {
  return toldAt === null || now.getTime() - toldAt.getTime() >= tellAgainMs
}

async function tell(
  tx: Tx,
  endpoint: Settling,
  template: 'webhook-failing' | 'webhook-parked' | 'webhook-off',
  { problem = 'HTTP 410' }: Trouble,
): Promise<void> {
  const { contactEmail, providerId, language, now } = endpoint
  if (!contactEmail) return
  const since = endpoint.failingSince ?? now
  const until = template === 'webhook-failing' ? new Date(since.getTime() + windowMs) : now
  await queueMail(tx, {
    providerId,
    to: contactEmail,
    template,
    language,
    data: {
      endpointId: endpoint.publicId,
      endpointUrl: shownUrl(endpoint.url),
      problem,
      since: since.toISOString(),
      until: until.toISOString(),
    },
  })
}
