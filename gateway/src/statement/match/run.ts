import type { Platform } from '../../platform/platform.ts'
import type { Provider } from '../../provider/index.ts'
import type { Entry } from '../entry.ts'
import { matchLater } from '../import.ts'
import { newEntries } from '../queries/entries.ts'
import { endIfDecided, noteAlive } from '../queries/statements.ts'
import { tellListeners } from '../transfers.ts'
import { decide, sourceHashesOf } from './decide.ts'
import type { Decision } from './decision.ts'
import { carryOut, carryOutWithoutMoney } from './record.ts'
import { groupBy } from './texts.ts'

/** Entries that are decided with the same queries. */
const batchMax = 300
/** Entries that are recorded at the same time; those of one payer follow one another. */
const lanes = 4
/** A job's share: others wait for the worker too. */
const shareMs = 4_000

export interface Matching {
  /** Default: to the end. */
  atMostMs?: number
  /** Called after each batch with the number of entries decided by this call. */
  onProgress?(decided: number): void
}

/**
 * Decides the entries of a statement that are not decided yet, and records their money.
 *
 * @returns where the next call goes on; undefined at the end
 * @throws the first error once all others were tried: one entry's trouble holds up no other
 */
export async function matchStatement(
  platform: Platform,
  provider: Provider,
  statementId: bigint,
  after = 0n,
  { atMostMs = Number.POSITIVE_INFINITY, onProgress }: Matching = {},
): Promise<bigint | undefined> {
  const end = Date.now() + atMostMs
  const troubles: unknown[] = []
  let decided = 0
  let last = after
  while (Date.now() < end) {
    const entries = await newEntries(platform.db, provider.id, statementId, last, batchMax)
    const final = entries.at(-1)
    if (!final) {
      await endIfDecided(platform.db, provider.id, statementId)
      if (troubles.length > 0) throw troubles[0]
      return undefined
    }
    troubles.push(...(await matchBatch(platform, provider, entries)))
    await noteAlive(platform.db, provider.id, statementId)
    last = final.id
    decided += entries.length
    onProgress?.(decided)
  }
  if (troubles.length > 0) throw troubles[0]
  return last
}

async function matchBatch(
  platform: Platform,
  provider: Provider,
  entries: readonly Entry[],
): Promise<unknown[]> {
  const decisions = await decide(platform.db, provider, entries)
  const hashes = await sourceHashesOf(platform.db, provider, entries)
  await tellListeners(platform, provider, entries, decisions)
  await carryOutWithoutMoney(platform, provider, entries, decisions)
  const troubles: unknown[] = []
  const queues = [...groupBy(entries, (entry) => laneOf(entry, decisions.get(entry.id))).values()]
  const work = async () => {
    for (let queue = queues.shift(); queue; queue = queues.shift()) {
      for (const entry of queue) {
        const decision = decisions.get(entry.id)
        if (!decision) continue
        try {
          await carryOut(platform, provider, entry, decision, hashes.get(entry.id))
        } catch (error) {
          platform.log.error({ err: error, entry: String(entry.id) }, 'an entry could not be recorded')
          troubles.push(error)
        }
      }
    }
  }
  await Promise.all(Array.from({ length: lanes }, work))
  return troubles
}

function laneOf({ id, payerId }: Entry, decision: Decision | undefined): string {
  if (payerId !== null) return `payer ${payerId}`
  return decision && 'payerId' in decision ? `payer ${decision.payerId}` : `entry ${id}`
}

/** A job's share of a statement; what is left goes on in the next job. */
export async function matchShare(
  platform: Platform,
  provider: Provider,
  statementId: bigint,
  after: bigint,
): Promise<void> {
  const next = await matchStatement(platform, provider, statementId, after, { atMostMs: shareMs })
  if (next !== undefined) await matchLater(platform.db, provider.id, statementId, next)
}
