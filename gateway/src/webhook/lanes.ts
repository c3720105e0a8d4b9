import type { Platform } from '../platform/platform.ts'
import { type Due, dueDeliveries, type Leased } from './queries/queue.ts'
import { isDown } from './schedule.ts'
import { openSecrets } from './secret.ts'

/** Deliveries of one endpoint that are read ahead. */
const readAheadMax = 64

/** An endpoint that this process sends to. */
export interface Lane {
  leased: Leased
  secrets: string[] | undefined
  ready: Due[]
  /** Begun, and not noted yet. */
  begun: Map<bigint, Due>
  /** Of these the tries that have not ended. */
  running: number
}

export type Lanes = Map<bigint, Lane>

/** Tries that have not ended. */
export function runningOf(lanes: Lanes): number {
  let running = 0
  for (const lane of lanes.values()) running += lane.running
  return running
}

/** What is no longer ours, or switched off, is sent nothing more; what is under way ends. */
export function keepLanes(platform: Platform, lanes: Lanes, leased: Leased[]): void {
  const ids = new Set(leased.map(({ id }) => id))
  for (const [id, lane] of lanes) {
    if (ids.has(id)) continue
    lane.ready = []
    if (lane.begun.size === 0) lanes.delete(id)
  }
  for (const endpoint of leased) {
    const lane = lanes.get(endpoint.id) ?? newLane(endpoint)
    lanes.set(endpoint.id, lane)
    if (isDown(endpoint)) lane.ready = []
    if (!lane.secrets || !sameSecrets(lane.leased, endpoint)) lane.secrets = secretsOf(platform, endpoint)
    lane.leased = endpoint
  }
}

function newLane(leased: Leased): Lane {
  return { leased, secrets: undefined, ready: [], begun: new Map(), running: 0 }
}

function sameSecrets(one: Leased, other: Leased): boolean {
  return (
    one.secret.equals(other.secret) &&
    (one.oldSecret?.toString('hex') ?? '') === (other.oldSecret?.toString('hex') ?? '')
  )
}

/** None where they do not open: then nothing can be signed. */
function secretsOf({ keyring, log }: Platform, endpoint: Leased): string[] {
  try {
    return openSecrets(keyring, endpoint)
  } catch (error) {
    log.error({ err: error, webhook: endpoint.publicId }, 'a webhook secret does not open')
    return []
  }
}

/** Reads what is due next of each endpoint. */
export async function readAhead({ db }: Platform, lanes: Lanes, leased: Leased[]): Promise<void> {
  const held: { endpointId: bigint; eventId: bigint }[] = []
  const wanted = leased.flatMap((endpoint) => {
    const lane = lanes.get(endpoint.id)
    if (!lane) return []
    for (const eventId of [...lane.begun.keys(), ...lane.ready.map((due) => due.eventId)])
      held.push({ endpointId: endpoint.id, eventId })
    const limit = isDown(endpoint) ? 1 - lane.begun.size : readAheadMax - lane.ready.length
    return limit > 0 ? [{ endpointId: endpoint.id, limit }] : []
  })
  if (wanted.length === 0) return
  for (const due of await dueDeliveries(db, wanted, held)) lanes.get(due.endpointId)?.ready.push(due)
}
