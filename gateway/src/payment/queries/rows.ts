import type { Arrival, Channel } from '@bill-gateway/contract'
import type { Db } from '../../platform/db/database.ts'
import type { StoredRow } from '../payment-row.ts'

/** A place in the order of search: after this row. */
export interface RowCursor {
  eventId: bigint
  position: number
}

export interface RowRange {
  /** Event id of the first payment that counts. */
  from: bigint
  after: RowCursor | undefined
  /** Event id of the last payment that counts; undefined: whatever there is. */
  until: bigint | undefined
  /** Only of links made in the LMS plugin's dialect. */
  lmsPluginOnly: boolean
  withoutTransfers: boolean
  limit: number
}

export interface SearchRow extends StoredRow {
  eventId: bigint
}

function rows(db: Db, providerId: number) {
  return db
    .selectFrom('allocation')
    .innerJoin('payment', (join) =>
      join
        .onRef('payment.provider_id', '=', 'allocation.provider_id')
        .onRef('payment.id', '=', 'allocation.payment_id'),
    )
    .innerJoin('payment_link as link', (join) =>
      join
        .onRef('link.provider_id', '=', 'allocation.provider_id')
        .onRef('link.id', '=', 'allocation.link_id'),
    )
    .innerJoin('payer', (join) =>
      join
        .onRef('payer.provider_id', '=', 'allocation.provider_id')
        .onRef('payer.id', '=', 'allocation.payer_id'),
    )
    .select([
      'payment.public_id as paymentPublicId',
      'allocation.position',
      'link.token',
      'payer.user_id as userId',
      'allocation.operation_id as operationId',
      'allocation.amount',
      'allocation.unallocated',
      'allocation.title',
      'allocation.completed',
      'allocation.nth',
      'payment.reference_number as referenceNumber',
      'payment.channel',
      'payment.arrives',
      'payment.paid_at as paidAt',
      'allocation.event_id as eventId',
    ])
    .where('allocation.provider_id', '=', providerId)
    .orderBy('allocation.event_id')
    .orderBy('allocation.position')
}

type Row = Awaited<ReturnType<ReturnType<typeof rows>['execute']>>[number]

function rowOf(row: Row): SearchRow {
  return {
    ...row,
    token: row.token.toString('hex'),
    channel: row.channel as Channel,
    arrives: row.arrives as Arrival,
  }
}

/** In the order in which payments were recorded. */
export async function rowsInRange(db: Db, providerId: number, range: RowRange): Promise<SearchRow[]> {
  const { from, after, until, lmsPluginOnly, withoutTransfers, limit } = range
  let query = rows(db, providerId).where('allocation.event_id', '>=', from).limit(limit)
  if (until !== undefined) query = query.where('allocation.event_id', '<=', until)
  if (after)
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('allocation.event_id', 'allocation.position'), '>', tuple(after.eventId, after.position)),
    )
  if (lmsPluginOnly) query = query.where('allocation.lms_plugin', '=', true)
  if (withoutTransfers) query = query.where('payment.channel', '<>', 'transfer')
  return (await query.execute()).map(rowOf)
}

/** Rows of the checkout's first payment. */
export async function rowsOfCheckout(db: Db, providerId: number, checkoutId: bigint): Promise<StoredRow[]> {
  const found = await rows(db, providerId).where('payment.checkout_id', '=', checkoutId).execute()
  return found.map(rowOf).filter((row) => row.paymentPublicId === found[0]?.paymentPublicId)
}

/** Event id of the newest payment; 0 where there is none. */
export async function newestPayment(db: Db, providerId: number): Promise<bigint> {
  const row = await db
    .selectFrom('payment')
    .select('event_id')
    .where('provider_id', '=', providerId)
    .orderBy('event_id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.event_id ?? 0n
}
