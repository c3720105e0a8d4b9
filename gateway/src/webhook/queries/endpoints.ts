import { sql, type Updateable } from 'kysely'
import type { Db } from '../../platform/db/database.ts'
import type { WebhookEndpoint as EndpointTable } from '../../platform/db/tables.ts'
import type { Tx } from '../../platform/db/transaction.ts'
import type { Endpoint } from '../endpoint.ts'

export interface NewEndpoint {
  publicId: string
  url: string
  types: string[]
  description: string
  secret: Buffer
  cursorId: bigint
  createdAt: Date
}

function endpointRows(db: Db, providerId: number) {
  return db
    .selectFrom('webhook_endpoint')
    .select([
      'id',
      'provider_id as providerId',
      'public_id as publicId',
      'url',
      'types',
      'description',
      'enabled',
      'failing_since as failingSince',
      'cursor_id as cursorId',
      'old_secret_until as oldSecretUntil',
      'created_at as createdAt',
      'secret',
    ])
    .where('provider_id', '=', providerId)
    .where('deleted_at', 'is', null)
}

/** In the order in which they were made. */
export async function endpointsOf(db: Db, providerId: number): Promise<Endpoint[]> {
  return endpointRows(db, providerId).orderBy('id').execute()
}

export async function findEndpoint(
  db: Db,
  providerId: number,
  publicId: string,
): Promise<Endpoint | undefined> {
  return endpointRows(db, providerId).where('public_id', '=', publicId).executeTakeFirst()
}

export async function lockEndpoint(
  tx: Tx,
  providerId: number,
  publicId: string,
): Promise<Endpoint | undefined> {
  return endpointRows(tx, providerId).where('public_id', '=', publicId).forNoKeyUpdate().executeTakeFirst()
}

/** So that two that are made at once do not both count as the last one allowed. */
export async function lockEndpointsOf(tx: Tx, providerId: number): Promise<number> {
  await sql`select pg_advisory_xact_lock(7309, ${providerId})`.execute(tx)
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from webhook_endpoint
    where provider_id = ${providerId} and deleted_at is null`.execute(tx)
  return rows[0]?.count ?? 0
}

export async function insertEndpoint(tx: Tx, providerId: number, endpoint: NewEndpoint): Promise<void> {
  await tx
    .insertInto('webhook_endpoint')
    .values({
      provider_id: providerId,
      public_id: endpoint.publicId,
      url: endpoint.url,
      types: endpoint.types,
      description: endpoint.description,
      secret: endpoint.secret,
      cursor_id: endpoint.cursorId,
      created_at: endpoint.createdAt,
      updated_at: endpoint.createdAt,
    })
    .execute()
}

export async function changeEndpoint(
  tx: Tx,
  { providerId, id }: Endpoint,
  values: Updateable<EndpointTable>,
): Promise<void> {
  await tx
    .updateTable('webhook_endpoint')
    .set(values)
    .where('provider_id', '=', providerId)
    .where('id', '=', id)
    .execute()
}

export interface OpenCounts {
  pending: number
  parked: number
}

/** By endpoint; one without either is absent. */
export async function openCounts(db: Db, endpointIds: bigint[]): Promise<Map<bigint, OpenCounts>> {
  const { rows } = await sql<OpenCounts & { id: bigint }>`
    select endpoint_id as id, count(*) filter (where state = 'pending')::int as pending,
      count(*) filter (where state = 'parked')::int as parked
    from webhook_delivery where endpoint_id = any(${endpointIds}::bigint[]) and state <> 'delivered'
    group by endpoint_id`.execute(db)
  return new Map(rows.map(({ id, ...counts }) => [id, counts]))
}

export interface SealedEndpoint {
  providerId: number
  id: bigint
  publicId: string
  secret: Buffer
  oldSecret: Buffer | null
  oldSecretUntil: Date | null
}

/** Of all providers, also deleted ones, in batches by id. */
export async function sealedAfter(db: Db, after: bigint, limit: number): Promise<SealedEndpoint[]> {
  return db
    .selectFrom('webhook_endpoint')
    .select(['provider_id as providerId', 'id', 'public_id as publicId', 'secret'])
    .select(['old_secret as oldSecret', 'old_secret_until as oldSecretUntil'])
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** Puts another sealing of the same secrets, or of the newest alone, unless they were rotated meanwhile. */
export async function putSealed(
  db: Db,
  before: Pick<SealedEndpoint, 'providerId' | 'id' | 'secret'>,
  sealed: { secret: Buffer; oldSecret: Buffer | null },
): Promise<boolean> {
  const row = await db
    .updateTable('webhook_endpoint')
    .set({
      secret: sealed.secret,
      old_secret: sealed.oldSecret,
      ...(sealed.oldSecret ? {} : { old_secret_until: null }),
    })
    .where('provider_id', '=', before.providerId)
    .where('id', '=', before.id)
    .where('secret', '=', before.secret)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** When, by the provider's clock, something is sent next that is not due now. */
export async function nextSendAt(db: Db, providerId: number): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(greatest(planned.at, endpoint.not_before)) as at
    from webhook_endpoint as endpoint
    cross join lateral (
      select min(greatest(next_at, endpoint.again_not_before)) as at from webhook_delivery
      where endpoint_id = endpoint.id and next_at is not null and failures > 0
      union all
      select min(next_at) from webhook_delivery
      where endpoint_id = endpoint.id and next_at is not null and failures = 0
      union all
      select min(created_at) from webhook_replay where endpoint_id = endpoint.id and done_at is null
    ) as planned
    where endpoint.provider_id = ${providerId} and endpoint.enabled and endpoint.deleted_at is null
      and planned.at is not null`.execute(db)
  return rows[0]?.at ?? null
}
