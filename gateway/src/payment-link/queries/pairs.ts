import { sql } from 'kysely'
import type { Tx } from '../../platform/db/transaction.ts'

/** A (payer, operationId) that an item of a request names. */
export interface Pair {
  /** The item’s place in the request. */
  position: number
  payerId: bigint
  operationId: string
}

export interface ActiveLink {
  id: bigint
  token: string
  shortCode: string | null
  attempted: boolean
}

/**
 * The active links of pairs, locked, by the item’s place; the caller holds the payers’ locks. One look-up a pair
 * (lateral, limit 1): joined as sets, the planner may read all of a provider’s links while statistics are young.
 */
export async function lockActiveLinksOfPairs(
  tx: Tx,
  providerId: number,
  pairs: readonly Pair[],
): Promise<Map<number, ActiveLink>> {
  if (pairs.length === 0) return new Map()
  const { rows } = await sql<ActiveLink & { position: number }>`/* prepared */
    select pair.position, link.id, encode(link.token, 'hex') as token, link.short_code as "shortCode", link.attempted
    from unnest(
      ${pairs.map((pair) => pair.position)}::integer[],
      ${pairs.map((pair) => pair.payerId)}::bigint[],
      ${pairs.map((pair) => pair.operationId)}::text[]
    ) as pair (position, payer_id, operation_id)
    cross join lateral (
      select id, token, short_code, attempted from payment_link
      where provider_id = ${providerId} and payer_id = pair.payer_id
        and operation_id = pair.operation_id and status = 'active'
      limit 1 for no key update
    ) as link`.execute(tx)
  return new Map(rows.map(({ position, ...link }) => [position, link]))
}

export interface Paid {
  /** Minor units, with what the links could not take. */
  amount: bigint
  /** The links that it was for, paid ones and then the newest payment’s first; a link may stand there twice. */
  linkIds: bigint[]
}

/** Payments of pairs that were recorded after the event that each item has seen, by the item’s place. */
export async function paidAfter(
  tx: Tx,
  providerId: number,
  pairs: readonly (Pair & { seen: bigint })[],
): Promise<Map<number, Paid>> {
  if (pairs.length === 0) return new Map()
  const { rows } = await sql<{ position: number; amount: bigint; linkIds: string[] }>`
    select pair.position, sum(allocation.amount)::bigint as amount,
      array_agg(allocation.link_id::text
        order by link.status = 'paid' desc, allocation.event_id desc, allocation.position desc) as "linkIds"
    from unnest(
      ${pairs.map((pair) => pair.position)}::integer[],
      ${pairs.map((pair) => pair.payerId)}::bigint[],
      ${pairs.map((pair) => pair.operationId)}::text[],
      ${pairs.map((pair) => pair.seen)}::bigint[]
    ) as pair (position, payer_id, operation_id, seen)
    join allocation on allocation.provider_id = ${providerId} and allocation.payer_id = pair.payer_id
      and allocation.operation_id = pair.operation_id and allocation.event_id > pair.seen
    join payment_link as link on link.provider_id = allocation.provider_id and link.id = allocation.link_id
    group by pair.position`.execute(tx)
  return new Map(
    rows.map(({ position, amount, linkIds }) => [position, { amount, linkIds: linkIds.map(BigInt) }]),
  )
}
