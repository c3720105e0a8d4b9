import { sql } from 'kysely'
import type { Tx } from '../../platform/db/transaction.ts'
import type { Attempt, Health } from '../endpoint.ts'

/** An endpoint while what became of tries is noted. */
export interface Settling extends Health {
  id: bigint
  providerId: number
  publicId: string
  url: string
  enabled: boolean
  /** The provider's time. */
  now: Date
  contactEmail: string | null
  language: 'pl' | 'en' | 'uk'
  failingToldAt: Date | null
  parkedToldAt: Date | null
}

/** Also those that were deleted or switched off meanwhile: a try is a try. */
export async function lockEndpoints(tx: Tx, endpointIds: bigint[]): Promise<Settling[]> {
  const { rows } = await sql<Settling>`/* prepared */
    select endpoint.id, endpoint.provider_id as "providerId", endpoint.public_id as "publicId", endpoint.url,
      endpoint.enabled, endpoint.failures, endpoint.failing_since as "failingSince",
      endpoint.not_before as "notBefore", endpoint.again_not_before as "againNotBefore",
      endpoint.failing_told_at as "failingToldAt", endpoint.parked_told_at as "parkedToldAt",
      clock_timestamp() + make_interval(secs => provider.clock_ahead) as now,
      provider.contact_email as "contactEmail", provider.language
    from webhook_endpoint as endpoint join provider on provider.id = endpoint.provider_id
    where endpoint.id = any(${endpointIds}::bigint[])
    order by endpoint.id for no key update of endpoint`.execute(tx)
  return rows
}

/** What became of a delivery by a try. */
export interface Outcome {
  providerId: number
  endpointId: bigint
  eventId: bigint
  attempt: Attempt
  /** The provider's time of the try. */
  at: Date
  state: 'pending' | 'delivered' | 'parked'
  failures: number
  nextAt: Date | null
  endedAt: Date | null
}

/** Notes tries and what they came to. What a replay has queued again meanwhile counts as tried too. */
export async function noteOutcomes(tx: Tx, outcomes: Outcome[]): Promise<void> {
  const of = <T>(pick: (outcome: Outcome) => T) => outcomes.map(pick)
  await sql`/* prepared */
    with outcome as materialized (
      select * from unnest(${of((each) => each.endpointId)}::bigint[], ${of((each) => each.eventId)}::bigint[],
        ${of((each) => each.providerId)}::int[], ${of((each) => each.at)}::timestamptz[],
        ${of((each) => each.attempt.status)}::int[], ${of((each) => each.attempt.failure)}::text[],
        ${of((each) => each.attempt.durationMs)}::int[], ${of((each) => each.state)}::text[],
        ${of((each) => each.failures)}::int[], ${of((each) => each.nextAt)}::timestamptz[],
        ${of((each) => each.endedAt)}::timestamptz[])
      as outcome (endpoint_id, event_id, provider_id, at, status, failure, duration_ms, state, failures, next_at, ended_at)
    ), delivery as (
      update webhook_delivery as delivery
      set state = outcome.state, attempts = delivery.attempts + 1, failures = outcome.failures,
        next_at = outcome.next_at, ended_at = outcome.ended_at
      from outcome where delivery.provider_id = outcome.provider_id
        and delivery.endpoint_id = outcome.endpoint_id and delivery.event_id = outcome.event_id
        and delivery.state = 'pending'
      returning delivery.endpoint_id, delivery.event_id, delivery.attempts
    )
    insert into webhook_attempt (provider_id, endpoint_id, event_id, nth, at, status, failure, duration_ms)
    select outcome.provider_id, outcome.endpoint_id, outcome.event_id, delivery.attempts, outcome.at, outcome.status,
      outcome.failure, outcome.duration_ms
    from outcome join delivery on delivery.endpoint_id = outcome.endpoint_id and delivery.event_id = outcome.event_id
    on conflict do nothing`.execute(tx)
}

export interface Ended {
  providerId: number
  endpointId: bigint
  eventId: bigint
  userIds: string[]
}

/** Takes what has ended out of its payers' queues, and lets those go that are first now. */
export async function leaveQueues(tx: Tx, ended: Ended[]): Promise<void> {
  const lanes = ended.flatMap(({ endpointId, eventId, userIds }) =>
    userIds.map((userId) => ({ endpointId, eventId, userId })),
  )
  if (lanes.length === 0) return
  const of = <T>(pick: (lane: (typeof lanes)[number]) => T) => lanes.map(pick)
  const given = sql`unnest(${of((each) => each.endpointId)}::bigint[], ${of((each) => each.userId)}::text[],
    ${of((each) => each.eventId)}::bigint[]) as gone (endpoint_id, user_id, event_id)`
  await sql`/* prepared */ delete from webhook_lane using ${given}
    where webhook_lane.endpoint_id = gone.endpoint_id and webhook_lane.user_id = gone.user_id
      and webhook_lane.event_id = gone.event_id`.execute(tx)
  // A statement of its own, that sees the queues without them.
  await sql`/* prepared */
    with head as materialized (
      select distinct first.endpoint_id, first.event_id from ${given}
      cross join lateral (
        select endpoint_id, event_id from webhook_lane
        where webhook_lane.endpoint_id = gone.endpoint_id and webhook_lane.user_id = gone.user_id
        order by event_id limit 1) as first
    )
    update webhook_delivery as delivery
    set next_at = clock_timestamp() + make_interval(secs => provider.clock_ahead)
    from head, webhook_endpoint as endpoint, provider
    where endpoint.id = head.endpoint_id and provider.id = endpoint.provider_id
      and delivery.provider_id = endpoint.provider_id and delivery.endpoint_id = head.endpoint_id
      and delivery.event_id = head.event_id and delivery.state = 'pending' and delivery.next_at is null
      and not exists (
        select from unnest(delivery.user_ids) as payer (user_id)
        join webhook_lane as earlier on earlier.endpoint_id = delivery.endpoint_id
          and earlier.user_id = payer.user_id and earlier.event_id < delivery.event_id)`.execute(tx)
}

export async function noteHealth(tx: Tx, endpoints: Settling[]): Promise<void> {
  const of = <T>(pick: (endpoint: Settling) => T) => endpoints.map(pick)
  await sql`/* prepared */
    update webhook_endpoint as endpoint set failures = noted.failures, failing_since = noted.failing_since,
      not_before = noted.not_before, again_not_before = noted.again_not_before,
      failing_told_at = noted.failing_told_at, parked_told_at = noted.parked_told_at
    from unnest(${of((each) => each.id)}::bigint[], ${of((each) => each.failures)}::int[],
      ${of((each) => each.failingSince)}::timestamptz[], ${of((each) => each.notBefore)}::timestamptz[],
      ${of((each) => each.againNotBefore)}::timestamptz[], ${of((each) => each.failingToldAt)}::timestamptz[],
      ${of((each) => each.parkedToldAt)}::timestamptz[])
      as noted (id, failures, failing_since, not_before, again_not_before, failing_told_at, parked_told_at)
    where endpoint.id = noted.id`.execute(tx)
}

/** The endpoint said that it is gone for good. */
export async function switchOff(tx: Tx, providerId: number, endpointId: bigint, at: Date): Promise<void> {
  await tx
    .updateTable('webhook_endpoint')
    .set({ enabled: false, gone_at: at, updated_at: at })
    .where('provider_id', '=', providerId)
    .where('id', '=', endpointId)
    .execute()
}

/** The endpoint answers again: what waits for its next try is due now. */
export async function dueAtOnce(tx: Tx, providerId: number, endpointId: bigint, now: Date): Promise<void> {
  await tx
    .updateTable('webhook_delivery')
    .set({ next_at: now })
    .where('provider_id', '=', providerId)
    .where('endpoint_id', '=', endpointId)
    .where('next_at', '>', now)
    .execute()
}

/** Parks what was queued before, oldest first. @returns what was parked */
export async function parkQueuedBefore(
  tx: Tx,
  { providerId, id, now }: Pick<Settling, 'providerId' | 'id' | 'now'>,
  before: Date,
  limit: number,
): Promise<Ended[]> {
  const { rows } = await sql<Ended>`
    update webhook_delivery set state = 'parked', next_at = null, ended_at = ${now}
    where provider_id = ${providerId} and endpoint_id = ${id} and event_id in (
      select event_id from webhook_delivery
      where provider_id = ${providerId} and endpoint_id = ${id} and state = 'pending' and queued_at <= ${before}
      order by event_id limit ${limit})
    returning provider_id as "providerId", endpoint_id as "endpointId", event_id as "eventId",
      user_ids as "userIds"`.execute(tx)
  return rows
}
