import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Db } from '../../../platform/db/database.ts'
import type { SandboxCharge as ChargeTable } from '../../../platform/db/tables.ts'
import type { Tx } from '../../../platform/db/transaction.ts'
import type { Behaviour, Charge } from './charge.ts'

function chargeOf(row: Selectable<ChargeTable>): Charge {
  return {
    providerId: row.provider_id,
    id: row.id,
    checkoutPublicId: row.checkout_public_id,
    // Only this folder writes the table.
    channel: row.channel as Charge['channel'],
    amount: row.amount,
    currency: row.currency,
    title: row.title,
    returnUrl: row.return_url,
    outcome: row.outcome as Behaviour | null,
    decidedAt: row.decided_at,
    stoppedAt: row.stopped_at,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    notifyAt: row.notify_at,
    notified: row.notified,
  }
}

/** Leaves a charge of the same checkout as it is. */
export async function insertCharge(db: Db, charge: Charge): Promise<void> {
  await db
    .insertInto('sandbox_charge')
    .values({
      provider_id: charge.providerId,
      id: charge.id,
      checkout_public_id: charge.checkoutPublicId,
      channel: charge.channel,
      amount: charge.amount,
      currency: charge.currency,
      title: charge.title,
      return_url: charge.returnUrl,
      outcome: charge.outcome,
      decided_at: charge.decidedAt,
      created_at: charge.createdAt,
      expires_at: charge.expiresAt,
      notify_at: charge.notifyAt,
    })
    .onConflict((conflict) => conflict.columns(['provider_id', 'checkout_public_id']).doNothing())
    .execute()
}

export async function findCharge(db: Db, providerId: number, id: string): Promise<Charge | undefined> {
  const row = await db
    .selectFrom('sandbox_charge')
    .selectAll()
    .where('provider_id', '=', providerId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && chargeOf(row)
}

export async function lockCharge(tx: Tx, providerId: number, id: string): Promise<Charge | undefined> {
  const row = await tx
    .selectFrom('sandbox_charge')
    .selectAll()
    .where('provider_id', '=', providerId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row && chargeOf(row)
}

export async function chargeOfCheckout(
  db: Db,
  providerId: number,
  checkoutPublicId: string,
): Promise<Charge | undefined> {
  const row = await db
    .selectFrom('sandbox_charge')
    .selectAll()
    .where('provider_id', '=', providerId)
    .where('checkout_public_id', '=', checkoutPublicId)
    .executeTakeFirst()
  return row && chargeOf(row)
}

export async function decideCharge(tx: Tx, charge: Charge): Promise<void> {
  await tx
    .updateTable('sandbox_charge')
    .set({ outcome: charge.outcome, decided_at: charge.decidedAt, notify_at: charge.notifyAt })
    .where('provider_id', '=', charge.providerId)
    .where('id', '=', charge.id)
    .execute()
}

export async function stopCharge(tx: Tx, providerId: number, id: string, at: Date): Promise<void> {
  await tx
    .updateTable('sandbox_charge')
    .set({ stopped_at: at, notify_at: null })
    .where('provider_id', '=', providerId)
    .where('id', '=', id)
    .execute()
}

/** Counts one notification as sent, once however many senders there were. @returns whether it counted */
export async function countNotified(db: Db, charge: Charge, notifyAt: Date | null): Promise<boolean> {
  const row = await db
    .updateTable('sandbox_charge')
    .set({ notified: sql`notified + 1`, notify_at: notifyAt })
    .where('provider_id', '=', charge.providerId)
    .where('id', '=', charge.id)
    .where('notified', '=', charge.notified)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Charges that have something to tell by now. */
export async function chargesToNotify(
  db: Db,
  providerId: number,
  now: Date,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom('sandbox_charge')
    .select('id')
    .where('provider_id', '=', providerId)
    .where('notify_at', '<=', now)
    .orderBy('notify_at')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map((row) => row.id)
}

export async function nextNotificationDue(db: Db, providerId: number): Promise<Date | undefined> {
  const row = await db
    .selectFrom('sandbox_charge')
    .select('notify_at')
    .where('provider_id', '=', providerId)
    .where('notify_at', 'is not', null)
    .orderBy('notify_at')
    .limit(1)
    .executeTakeFirst()
  return row?.notify_at ?? undefined
}

export interface SandboxRefund {
  /** The refund's public id. */
  publicId: string
  chargeId: string
  /** Minor units. */
  amount: bigint
  /** Null: it is refused. */
  succeedsAt: Date | null
}

export async function insertRefund(
  db: Db,
  providerId: number,
  { publicId, chargeId, amount, succeedsAt }: SandboxRefund,
  askedAt: Date,
): Promise<void> {
  await db
    .insertInto('sandbox_refund')
    .values({
      provider_id: providerId,
      refund_public_id: publicId,
      charge_id: chargeId,
      amount,
      succeeds_at: succeedsAt,
      asked_at: askedAt,
    })
    .execute()
}

export async function findRefund(
  db: Db,
  providerId: number,
  publicId: string,
): Promise<SandboxRefund | undefined> {
  return db
    .selectFrom('sandbox_refund')
    .select(['refund_public_id as publicId', 'charge_id as chargeId', 'amount', 'succeeds_at as succeedsAt'])
    .where('provider_id', '=', providerId)
    .where('refund_public_id', '=', publicId)
    .executeTakeFirst()
}

/** Minor units of a charge that the sandbox gave back or is about to. */
export async function refundedOf(db: Db, providerId: number, chargeId: string): Promise<bigint> {
  const { refunded } = await db
    .selectFrom('sandbox_refund')
    .select((eb) => eb.fn.coalesce(eb.fn.sum<string>('amount'), sql<string>`0`).as('refunded'))
    .where('provider_id', '=', providerId)
    .where('charge_id', '=', chargeId)
    .where('succeeds_at', 'is not', null)
    .executeTakeFirstOrThrow()
  return BigInt(refunded)
}
