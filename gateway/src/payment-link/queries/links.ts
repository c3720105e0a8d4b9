import { sql } from 'kysely'
import type { Db } from '../../platform/db/database.ts'
import type { Tx } from '../../platform/db/transaction.ts'
import type { PaymentLink, Resolution } from '../payment-link.ts'

const columns = [
  'link.provider_id as providerId',
  'link.id',
  'link.payer_id as payerId',
  'payer.user_id as userId',
  'link.operation_id as operationId',
  'link.token',
  'link.short_code as shortCode',
  'link.status',
  'link.resolution',
  'link.currency',
  'link.asked_amount as askedAmount',
  'link.open_amount as openAmount',
  'link.paid_amount as paidAmount',
  'link.refunded_amount as refundedAmount',
  'link.nrb',
  'link.title',
  'link.payment_due as paymentDue',
  'link.name',
  'link.surname',
  'link.email',
  'link.recipient_name as recipientName',
  'link.lms_plugin as lmsPlugin',
  'link.dropped',
  'link.cancel_reference as cancelReference',
  'link.revoked',
  'link.attempted',
  'link.created_at as createdAt',
  'link.updated_at as updatedAt',
  'link.ended_at as endedAt',
] as const

function linkRows(db: Db) {
  return db
    .selectFrom('payment_link as link')
    .innerJoin('payer', (join) =>
      join.onRef('payer.provider_id', '=', 'link.provider_id').onRef('payer.id', '=', 'link.payer_id'),
    )
    .select(columns)
}

type LinkRow = Awaited<ReturnType<ReturnType<typeof linkRows>['execute']>>[number]

function linkOf(row: LinkRow): PaymentLink {
  return {
    ...row,
    token: row.token.toString('hex'),
    // The database’s own checks allow no other words.
    status: row.status as PaymentLink['status'],
    resolution: row.resolution as Resolution | null,
    dropped: row.dropped ?? [],
  }
}

/** Any provider’s link: for pages, where the token is all that the payer has. */
export async function findLinkByToken(db: Db, token: string): Promise<PaymentLink | undefined> {
  const row = await linkRows(db)
    .innerJoin('link_token', (join) =>
      join
        .onRef('link_token.provider_id', '=', 'link.provider_id')
        .onRef('link_token.link_id', '=', 'link.id'),
    )
    .where('link_token.token', '=', Buffer.from(token, 'hex'))
    .executeTakeFirst()
  return row && linkOf(row)
}

/** The provider’s own link of that token; another provider’s is not found. */
export async function findOwnLink(
  db: Db,
  providerId: number,
  token: string,
): Promise<PaymentLink | undefined> {
  const link = await findLinkByToken(db, token)
  return link?.providerId === providerId ? link : undefined
}

/** What the payer owes: active links by due date, then by age. */
export async function activeLinksOfPayer(
  db: Db,
  providerId: number,
  payerId: bigint,
): Promise<PaymentLink[]> {
  const rows = await linkRows(db)
    .where('link.provider_id', '=', providerId)
    .where('link.payer_id', '=', payerId)
    .where('link.status', '=', 'active')
    .orderBy('link.payment_due')
    .orderBy('link.id')
    .execute()
  return rows.map(linkOf)
}

export async function findLinks(db: Db, providerId: number, ids: readonly bigint[]): Promise<PaymentLink[]> {
  if (ids.length === 0) return []
  const rows = await linkRows(db)
    .where('link.provider_id', '=', providerId)
    .where('link.id', 'in', ids)
    .execute()
  return rows.map(linkOf)
}

/** Locks links until the transaction ends, by id; the caller holds the locks of their payers. */
export async function lockLinks(tx: Tx, providerId: number, ids: readonly bigint[]): Promise<PaymentLink[]> {
  if (ids.length === 0) return []
  const rows = await linkRows(tx)
    .where('link.provider_id', '=', providerId)
    .where('link.id', 'in', ids)
    .orderBy('link.id')
    .forNoKeyUpdate('link')
    .execute()
  return rows.map(linkOf)
}

/** The one active link of (payer, operationId), locked; the caller holds the payer’s lock. */
export async function activeLinkOfPair(
  tx: Tx,
  providerId: number,
  payerId: bigint,
  operationId: string,
): Promise<PaymentLink | undefined> {
  const row = await linkRows(tx)
    .where('link.provider_id', '=', providerId)
    .where('link.payer_id', '=', payerId)
    .where('link.operation_id', '=', operationId)
    .where('link.status', '=', 'active')
    .forNoKeyUpdate('link')
    .executeTakeFirst()
  return row && linkOf(row)
}

/**
 * Gives a payment’s money to an active link; the link is paid once nothing is open.
 *
 * @param amount minor units, above zero and at most what is open
 * @throws where the link is not active or takes less than the amount: the caller holds the payer’s lock and
 *   has just read the link
 */
export async function payLink(
  tx: Tx,
  link: Pick<PaymentLink, 'providerId' | 'id'>,
  amount: bigint,
  now: Date,
): Promise<{ completed: boolean }> {
  if (amount <= 0n) throw new Error(`a link cannot be paid ${amount}`)
  const row = await tx
    .updateTable('payment_link')
    .set((eb) => ({
      open_amount: eb('open_amount', '-', amount),
      paid_amount: eb('paid_amount', '+', amount),
      status: sql<string>`case when open_amount = ${amount} then 'paid' else status end`,
      ended_at: sql<Date | null>`case when open_amount = ${amount} then ${now}::timestamptz end`,
      updated_at: now,
    }))
    .where('provider_id', '=', link.providerId)
    .where('id', '=', link.id)
    .where('status', '=', 'active')
    .where('open_amount', '>=', amount)
    .returning('status')
    .executeTakeFirst()
  if (!row) throw new Error(`link ${link.id} of provider ${link.providerId} does not take ${amount}`)
  return { completed: row.status === 'paid' }
}

/**
 * Notes that money which had paid the link went back. The link stays as it is: what was paid is paid.
 *
 * @param amount minor units, above zero
 * @throws where more would have gone back than was ever paid: the caller has just read what there is
 */
export async function returnFromLink(
  tx: Tx,
  link: Pick<PaymentLink, 'providerId' | 'id'>,
  amount: bigint,
): Promise<void> {
  const row = await tx
    .updateTable('payment_link')
    .set((eb) => ({ refunded_amount: eb('refunded_amount', '+', amount) }))
    .where('provider_id', '=', link.providerId)
    .where('id', '=', link.id)
    .where((eb) => eb(eb('refunded_amount', '+', amount), '<=', eb.ref('paid_amount')))
    .returning('id')
    .executeTakeFirst()
  if (!row) throw new Error(`link ${link.id} of provider ${link.providerId} cannot give back ${amount}`)
}

/** Remembers that a checkout of these links was started: cancelling one has to look for open checkouts. */
export async function markAttempted(tx: Tx, providerId: number, ids: readonly bigint[]): Promise<void> {
  if (ids.length === 0) return
  await tx
    .updateTable('payment_link')
    .set({ attempted: true })
    .where('provider_id', '=', providerId)
    .where('id', 'in', ids)
    .where('attempted', '=', false)
    .execute()
}
