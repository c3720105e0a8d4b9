import type { DeliveryState, WebhookAttempt } from '@bill-gateway/contract'
import { sql } from 'kysely'
import type { Db } from '../../platform/db/database.ts'

export interface ShownDelivery {
  eventId: bigint
  type: string
  state: DeliveryState
  queuedAt: Date
  nextAt: Date | null
  endedAt: Date | null
  attempts: WebhookAttempt[]
}

export interface DeliverySearch {
  /** Only this one. */
  eventId: bigint | null
  state: DeliveryState | null
  /** Only events with smaller ids. */
  before: bigint | null
  limit: number
}

/** The newest event first, each with its tries. */
export async function deliveriesOf(
  db: Db,
  { providerId, id }: { providerId: number; id: bigint },
  { eventId, state, before, limit }: DeliverySearch,
): Promise<ShownDelivery[]> {
  const { rows } = await sql<ShownDelivery>`
    select delivery.event_id as "eventId", coalesce(event.type, '') as type, delivery.state,
      delivery.queued_at as "queuedAt", delivery.next_at as "nextAt", delivery.ended_at as "endedAt",
      coalesce(tries.attempts, '[]') as attempts
    from webhook_delivery as delivery
    left join event on event.provider_id = delivery.provider_id and event.id = delivery.event_id
    left join lateral (
      select json_agg(json_build_object('nth', nth,
        'at', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'status', status, 'failure', failure, 'durationMs', duration_ms) order by nth) as attempts
      from webhook_attempt as attempt
      where attempt.provider_id = delivery.provider_id and attempt.endpoint_id = delivery.endpoint_id
        and attempt.event_id = delivery.event_id) as tries on true
    where delivery.provider_id = ${providerId} and delivery.endpoint_id = ${id}
      and (${eventId}::bigint is null or delivery.event_id = ${eventId}::bigint)
      and (${before}::bigint is null or delivery.event_id < ${before}::bigint)
      and (${state}::text is null or delivery.state = ${state}::text)
    order by delivery.event_id desc limit ${limit}`.execute(db)
  return rows
}

export interface Purging {
  providerId: number
  id: bigint
  isDeleted: boolean
}

export async function endpointsToPurge(db: Db): Promise<Purging[]> {
  const rows = await db
    .selectFrom('webhook_endpoint')
    .select(['provider_id as providerId', 'id', 'deleted_at'])
    .orderBy('id')
    .execute()
  return rows.map(({ deleted_at, ...row }) => ({ ...row, isDeleted: deleted_at !== null }))
}

/**
 * Deletes deliveries of an endpoint with their tries and places in queues: those that ended and whose event is
 * older than the first id, and any whose event is older than the second.
 *
 * @returns how many, at most the limit
 */
export async function deleteDeliveries(
  db: Db,
  { providerId, id }: Purging,
  { endedBefore, anyBefore }: { endedBefore: bigint; anyBefore: bigint },
  limit: number,
): Promise<number> {
  const { rows } = await sql`
    with old as materialized (
      select event_id from webhook_delivery
      where provider_id = ${providerId} and endpoint_id = ${id} and event_id < ${endedBefore}
        and (state = 'delivered' or event_id < ${anyBefore})
      order by event_id limit ${limit}
    ), attempt as (
      delete from webhook_attempt where provider_id = ${providerId} and endpoint_id = ${id}
        and event_id in (select event_id from old)
    ), lane as (
      delete from webhook_lane using webhook_delivery as delivery, unnest(delivery.user_ids) as payer (user_id)
      where delivery.provider_id = ${providerId} and delivery.endpoint_id = ${id}
        and delivery.event_id in (select event_id from old) and webhook_lane.endpoint_id = ${id}
        and webhook_lane.user_id = payer.user_id and webhook_lane.event_id = delivery.event_id
    )
    delete from webhook_delivery where provider_id = ${providerId} and endpoint_id = ${id}
      and event_id in (select event_id from old) returning event_id`.execute(db)
  return rows.length
}

/** Forgets orders to send again that were carried out before the moment. */
export async function deleteReplaysDone(db: Db, { providerId, id }: Purging, before: Date): Promise<void> {
  await db
    .deleteFrom('webhook_replay')
    .where('provider_id', '=', providerId)
    .where('endpoint_id', '=', id)
    .where('done_at', '<', before)
    .execute()
}

/** A deleted endpoint goes once nothing is left of it. */
export async function deleteEndpointRow(db: Db, { providerId, id }: Purging): Promise<void> {
  await sql`delete from webhook_replay where provider_id = ${providerId} and endpoint_id = ${id}`.execute(db)
  await sql`delete from webhook_endpoint where provider_id = ${providerId} and id = ${id}
    and deleted_at is not null`.execute(db)
}
