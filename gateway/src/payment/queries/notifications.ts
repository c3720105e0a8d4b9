import { sql } from 'kysely'
import type { Db } from '../../platform/db/database.ts'

export type Verdict = 'believed' | 'forged' | 'unknown' | 'unreadable'

export interface NotificationToInsert {
  method: string
  verdict: Verdict
  checkoutId: bigint | null
  refundId: bigint | null
  /** At most 64 KB in UTF-8. */
  body: string
}

export async function insertNotification(
  db: Db,
  providerId: number,
  notification: NotificationToInsert,
): Promise<void> {
  await db
    .insertInto('notification')
    .values({
      provider_id: providerId,
      method: notification.method,
      verdict: notification.verdict,
      checkout_id: notification.checkoutId,
      refund_id: notification.refundId,
      body: notification.body,
    })
    .execute()
}

/** How many notifications of the last hour were not believed, counted up to the limit. */
export async function doubtedLately(db: Db, providerId: number, limit: number): Promise<number> {
  const { rows } = await sql<{ doubted: number }>`
    select count(*)::int as doubted from (
      select from notification
      where provider_id = ${providerId} and verdict <> 'believed' and received_at > now() - interval '1 hour'
      limit ${limit}) as lately`.execute(db)
  return rows[0]?.doubted ?? 0
}

/** @returns how many were deleted, at most the limit */
export async function deleteNotificationsBefore(db: Db, moment: Date, limit: number): Promise<number> {
  const result = await sql`
    delete from notification where (provider_id, id) in (
      select provider_id, id from notification where received_at < ${moment}
      order by received_at limit ${limit})`.execute(db)
  return Number(result.numAffectedRows ?? 0n)
}
