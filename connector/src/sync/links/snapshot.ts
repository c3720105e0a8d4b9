import { databaseTime, type Lms, type Tx } from '../../platform/index.ts'
import { readInfo } from '../../store/index.ts'
import type { Context } from './context.ts'
import { groupBy } from './group-by.ts'
import { type CustomerPlan, planCustomer } from './plan.ts'
import { claimsOf, refusedHashes } from './queries/customers.ts'
import { moneyKey, unexplainedReferences, unsureOfCursor } from './queries/money.ts'
import { standingLinks } from './queries/standing.ts'
import { wantedLinks } from './want.ts'

/** What a look at some customers comes to. */
export interface Look {
  plans: CustomerPlan[]
  /** Id of the last event whose payments are all in the ledger that was read. */
  seen: string | undefined
  /** Customers whose ledger holds a payment beyond that event. */
  unsure: Set<number>
  /** By customer: who last claimed him, as the snapshot saw it. */
  claims: Map<number, string | null>
  /** Operations with a recorded refusal. */
  refused: Map<number, ReadonlyMap<string, string>>
  /** Epoch seconds of the database’s clock. */
  now: number
}

/** A payment whose event has not come by after so long was booked from the search of a gateway without events. */
const unsureSeconds = 2 * 86_400

/** Reads ledger, cursor and links in one snapshot: they belong together, whatever is booked meanwhile. */
export function lookAt(
  context: Context,
  gatewayId: string,
  customerIds: readonly number[],
  retryRefused: boolean,
): Promise<Look> {
  const { lms, zone } = context
  return inSnapshot(lms, async (tx) => {
    const seen = await readInfo(tx, `cursor:${gatewayId}`)
    const now = await databaseTime(tx, lms)
    const unsure = await unsureOfCursor(tx, gatewayId, customerIds, now - unsureSeconds)
    const standing = groupBy(await standingLinks(tx, customerIds), ({ customerId }) => customerId)
    const question = { lms, settings: context.settings(), zone, now, linked: new Set(standing.keys()) }
    const wanted = await wantedLinks(tx, customerIds, question)
    const claims = await claimsOf(tx, customerIds)
    const refused = await refusedHashes(tx, customerIds)
    const paid = [...standing.entries()].flatMap(([id, links]) =>
      links.some(({ operationId }) => wanted.charged.has(moneyKey(id, operationId))) ? [id] : [],
    )
    const references = await unexplainedReferences(tx, paid)
    const plans = customerIds.map((customerId) =>
      planCustomer({
        customerId,
        gatewayId,
        isThere: wanted.customers.has(customerId),
        wanted: wanted.links.get(customerId) ?? [],
        standing: standing.get(customerId) ?? [],
        charged: wanted.charged,
        refused: refused.get(customerId) ?? new Map(),
        reference: references.get(customerId),
        retryRefused,
      }),
    )
    return { plans, seen, unsure, claims, refused, now }
  })
}

function inSnapshot<T>(lms: Lms, work: (tx: Tx) => Promise<T>): Promise<T> {
  return lms.db.transaction().setIsolationLevel('repeatable read').execute(work)
}
