import { sql } from 'kysely'
import type { Db } from '../../platform/db/database.ts'
import type { Tx } from '../../platform/db/transaction.ts'

/** An endpoint that one process sends to. */
export interface Leased {
  id: bigint
  providerId: number
  providerCode: string
  test: boolean
  publicId: string
  url: string
  secret: Buffer
  /** While it signs too. */
  oldSecret: Buffer | null
  /** Tries that failed since the last one that did not. */
  failures: number
}

/** Below that a lease is renewed, so that it outlasts a try. */
const leaseSeconds = 40
const renewBelowSeconds = 30

/** The provider's time, in a statement that knows `provider`. */
const now = sql<Date>`(clock_timestamp() + make_interval(secs => provider.clock_ahead))`

/**
 * Whether there is something to do for an endpoint: events that are not queued yet, a replay, a delivery that is
 * due. To one that seems to be down only what was never tried goes before its pause is over.
 */
const hasWork = sql<boolean>`(endpoint.not_before is null or endpoint.not_before <= ${now}) and (
  exists (select from event where event.provider_id = endpoint.provider_id and event.id > endpoint.cursor_id)
  or exists (select from webhook_replay where endpoint_id = endpoint.id and done_at is null)
  or exists (select from webhook_delivery
    where endpoint_id = endpoint.id and next_at is not null and failures = 0)
  or (endpoint.again_not_before is null or endpoint.again_not_before <= ${now}) and exists (
    select from webhook_delivery where endpoint_id = endpoint.id and next_at <= ${now}))`

const canBeSentTo = sql<boolean>`endpoint.enabled and endpoint.deleted_at is null and provider.disabled_at is null`

/**
 * Takes endpoints for which there is something to do, and which no other process sends to.
 *
 * @param providerId only this provider's
 */
export async function leaseEndpoints(
  db: Db,
  owner: string,
  limit: number,
  providerId: number | null,
): Promise<Leased[]> {
  const { rows } = await sql<Leased>`/* prepared */
    with found as materialized (
      select endpoint.id from webhook_endpoint as endpoint
      join provider on provider.id = endpoint.provider_id
      where ${canBeSentTo} and (${providerId}::int is null or endpoint.provider_id = ${providerId}::int)
        and (endpoint.leased_until is null or endpoint.leased_until < clock_timestamp() or endpoint.leased_by = ${owner})
        and ${hasWork}
      order by endpoint.leased_until nulls first, endpoint.id limit ${limit}
      for update of endpoint skip locked
    ), renewed as (
      update webhook_endpoint set leased_by = ${owner},
        leased_until = clock_timestamp() + make_interval(secs => ${leaseSeconds})
      from found where webhook_endpoint.id = found.id and (leased_by is distinct from ${owner}
        or leased_until < clock_timestamp() + make_interval(secs => ${renewBelowSeconds}))
    )
    select endpoint.id, endpoint.provider_id as "providerId", provider.code as "providerCode", provider.test,
      endpoint.public_id as "publicId", endpoint.url, endpoint.secret, endpoint.failures,
      case when endpoint.old_secret_until > ${now} then endpoint.old_secret end as "oldSecret"
    from found join webhook_endpoint as endpoint on endpoint.id = found.id
    join provider on provider.id = endpoint.provider_id
    order by endpoint.id`.execute(db)
  return rows
}

/** Whether anything is left to do for a provider's endpoints, whoever sends to them. */
export async function providerHasWork(db: Db, providerId: number): Promise<boolean> {
  const { rows } = await sql`select from webhook_endpoint as endpoint
    join provider on provider.id = endpoint.provider_id
    where endpoint.provider_id = ${providerId} and ${canBeSentTo} and ${hasWork} limit 1`.execute(db)
  return rows.length > 0
}

export async function endLeases(db: Db, owner: string): Promise<void> {
  await sql`update webhook_endpoint set leased_by = null, leased_until = null where leased_by = ${owner}`.execute(
    db,
  )
}

/** The payers that an event is about. */
const userIdsOf = sql<string[]>`(
  select coalesce(array_agg(distinct part.user_id), '{}') from (
    select item ->> 'userId' as user_id from json_array_elements(
      case when json_typeof(event.data -> 'links') = 'array' then event.data -> 'links'
        when json_typeof(event.data -> 'rows') = 'array' then event.data -> 'rows' else '[]'::json end) as item
    union all select event.data ->> 'userId'
  ) as part where part.user_id is not null)`

/** Events of an endpoint that are queued by one statement. */
const batchMax = 100

/**
 * Queues the events after each endpoint's cursor, and moves the cursor. What has no event of the same payer
 * before it is due at once, the rest waits for its turn.
 */
export async function queueEvents(db: Db, owner: string, endpointIds: bigint[]): Promise<void> {
  await sql`/* prepared */
    with endpoint as materialized (
      select endpoint.id, endpoint.provider_id, endpoint.cursor_id, endpoint.types, ${now} as now
      from webhook_endpoint as endpoint join provider on provider.id = endpoint.provider_id
      where endpoint.id = any(${endpointIds}::bigint[]) and endpoint.leased_by = ${owner}
      order by endpoint.id for update of endpoint
    ), read as materialized (
      select endpoint.*, event.id as event_id,
        case when cardinality(endpoint.types) = 0 or event.type = any(endpoint.types) then ${userIdsOf} end as user_ids
      from endpoint cross join lateral (
        select id, type, data from event
        where event.provider_id = endpoint.provider_id and event.id > endpoint.cursor_id
        order by event.id limit ${batchMax}) as event
    ), moved as (
      update webhook_endpoint set cursor_id = last.event_id
      from (select id, max(event_id) as event_id from read group by id) as last where webhook_endpoint.id = last.id
    ), lane as materialized (
      select read.id, read.provider_id, read.event_id, payer.user_id,
        row_number() over (partition by read.id, payer.user_id order by read.event_id) = 1 and not exists (
          select from webhook_lane as earlier where earlier.endpoint_id = read.id
            and earlier.user_id = payer.user_id and earlier.event_id < read.event_id) as is_first
      from read cross join lateral unnest(read.user_ids) as payer (user_id)
    ), queued as (
      insert into webhook_delivery (provider_id, endpoint_id, event_id, user_ids, next_at, queued_at)
      select provider_id, id, event_id, user_ids,
        case when not exists (select from lane where lane.id = read.id and lane.event_id = read.event_id
          and not lane.is_first) then now end, now
      from read where user_ids is not null
      on conflict do nothing returning endpoint_id, event_id
    )
    insert into webhook_lane (provider_id, endpoint_id, user_id, event_id)
    select lane.provider_id, lane.id, lane.user_id, lane.event_id from lane
    join queued on queued.endpoint_id = lane.id and queued.event_id = lane.event_id`.execute(db)
}

/** Queues events of one endpoint again, whatever has become of them; their times begin anew. */
export async function queueAgain(
  tx: Tx,
  { providerId, id }: { providerId: number; id: bigint },
  eventIds: bigint[],
): Promise<void> {
  await sql`
    with queued as (
      insert into webhook_delivery as delivery (provider_id, endpoint_id, event_id, user_ids, next_at, queued_at)
      select event.provider_id, ${id}::bigint, event.id, ${userIdsOf}, null, ${now}
      from event join provider on provider.id = event.provider_id
      where event.provider_id = ${providerId} and event.id = any(${eventIds}::bigint[])
      on conflict (provider_id, endpoint_id, event_id) do update
        set state = 'pending', failures = 0, ended_at = null, queued_at = excluded.queued_at,
          next_at = case when delivery.next_at is not null then excluded.queued_at end
      returning provider_id, endpoint_id, event_id, user_ids
    )
    insert into webhook_lane (provider_id, endpoint_id, user_id, event_id)
    select queued.provider_id, queued.endpoint_id, payer.user_id, queued.event_id
    from queued cross join lateral unnest(queued.user_ids) as payer (user_id)
    on conflict do nothing`.execute(tx)
  await letFirstGo(tx, id, eventIds)
}

/** What of these has no event of the same payer before it is due now. */
async function letFirstGo(tx: Tx, endpointId: bigint, eventIds: bigint[]): Promise<void> {
  await sql`
    update webhook_delivery as delivery set next_at = ${now} from provider
    where provider.id = delivery.provider_id and delivery.endpoint_id = ${endpointId}
      and delivery.event_id = any(${eventIds}::bigint[]) and delivery.state = 'pending' and delivery.next_at is null
      and not exists (
        select from unnest(delivery.user_ids) as payer (user_id)
        join webhook_lane as earlier on earlier.endpoint_id = delivery.endpoint_id
          and earlier.user_id = payer.user_id and earlier.event_id < delivery.event_id)`.execute(tx)
}

/** A delivery that is due, with its event. */
export interface Due {
  endpointId: bigint
  eventId: bigint
  userIds: string[]
  attempts: number
  failures: number
  type: string
  at: Date
  /** JSON text. */
  data: string
}

export interface Wanted {
  endpointId: bigint
  /** How many are wanted. */
  limit: number
}

/**
 * What is due at each endpoint. Of one that seems to be down what was never tried comes first.
 *
 * @param held deliveries that this process has already
 */
export async function dueDeliveries(
  db: Db,
  wanted: Wanted[],
  held: { endpointId: bigint; eventId: bigint }[],
): Promise<Due[]> {
  const isHeld = sql`exists (select from held where held.endpoint_id = delivery.endpoint_id
    and held.event_id = delivery.event_id)`
  const ofEndpoint = sql`select delivery.* from webhook_delivery as delivery
    where delivery.endpoint_id = wanted.endpoint_id and not ${isHeld}`
  const { rows } = await sql<Due>`/* prepared */
    with held as materialized (
      select * from unnest(${held.map((each) => each.endpointId)}::bigint[],
        ${held.map((each) => each.eventId)}::bigint[]) as held (endpoint_id, event_id)
    ), wanted as materialized (
      select wanted.*, endpoint.again_not_before, ${now} as now
      from unnest(${wanted.map((each) => each.endpointId)}::bigint[],
        ${wanted.map((each) => each.limit)}::int[]) as wanted (endpoint_id, wanted)
      join webhook_endpoint as endpoint on endpoint.id = wanted.endpoint_id
      join provider on provider.id = endpoint.provider_id
    )
    select due.endpoint_id as "endpointId", due.event_id as "eventId", due.user_ids as "userIds", due.attempts,
      due.failures, event.type, event.at, event.data::text as data
    from wanted cross join lateral (
      select * from (
        (${ofEndpoint} and wanted.again_not_before is null and delivery.next_at <= wanted.now
          order by delivery.next_at, delivery.event_id limit wanted.wanted)
        union all
        (${ofEndpoint} and wanted.again_not_before is not null and delivery.next_at is not null
          and delivery.failures = 0 order by delivery.event_id limit wanted.wanted)
        union all
        (${ofEndpoint} and wanted.again_not_before <= wanted.now and delivery.next_at <= wanted.now
          and delivery.failures > 0 order by delivery.next_at, delivery.event_id limit wanted.wanted)
      ) as any_due limit wanted.wanted
    ) as due
    join event on event.provider_id = due.provider_id and event.id = due.event_id`.execute(db)
  return rows
}
