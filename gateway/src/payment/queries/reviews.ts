import { sql } from 'kysely'
import type { Db } from '../../platform/db/database.ts'

export interface ReviewToInsert {
  kind: 'wrong-currency' | 'no-final-status' | 'method-mismatch' | 'reversal-mismatch' | 'refund-unclear'
  checkoutId: bigint
  /** What it is about: found again, it is not put in the queue again. */
  subject: string
  details: Record<string, string>
}

/** Puts something in the queue for a person. */
export async function insertReview(db: Db, providerId: number, review: ReviewToInsert): Promise<void> {
  await db
    .insertInto('review')
    .values({
      provider_id: providerId,
      kind: review.kind,
      checkout_id: review.checkoutId,
      subject: review.subject,
      details: JSON.stringify(review.details),
    })
    .onConflict((conflict) => conflict.columns(['provider_id', 'checkout_id', 'kind', 'subject']).doNothing())
    .execute()
}

/** Whether a person has to say what becomes of money that the method confirmed for the checkout otherwise than asked. */
export async function awaitsPerson(db: Db, providerId: number, checkoutId: bigint): Promise<boolean> {
  const row = await db
    .selectFrom('review')
    .select('id')
    .where('provider_id', '=', providerId)
    .where('checkout_id', '=', checkoutId)
    .where('kind', 'in', ['wrong-currency', 'method-mismatch'])
    .where('closed_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Something that waits, or waited, for a person. */
export interface Review {
  id: bigint
  providerCode: string
  kind: ReviewToInsert['kind']
  checkoutId: bigint
  /** What it is about: the method's id of the money, or ours of the checkout or refund. */
  subject: string
  details: Record<string, string>
  createdAt: Date
  closedAt: Date | null
  note: string | null
}

export interface ReviewFilter {
  providerId?: number | undefined
  /** Closed ones too. */
  all?: boolean | undefined
  limit: number
}

const shown = sql`review.id, provider.code as "providerCode", kind, checkout_id as "checkoutId", subject, details,
  review.created_at as "createdAt", closed_at as "closedAt", note`

/** The newest first. */
export async function newestReviews(
  db: Db,
  { providerId = undefined, all = false, limit }: ReviewFilter,
): Promise<Review[]> {
  const { rows } = await sql<Review>`
    select ${shown} from review join provider on provider.id = review.provider_id
    where (${all} or closed_at is null)
      and (${providerId ?? null}::int is null or review.provider_id = ${providerId ?? null}::int)
    order by review.id desc limit ${limit}`.execute(db)
  return rows
}

export async function findReview(db: Db, providerId: number, id: bigint): Promise<Review | undefined> {
  const { rows } = await sql<Review>`
    select ${shown} from review join provider on provider.id = review.provider_id
    where review.provider_id = ${providerId} and review.id = ${id}`.execute(db)
  return rows[0]
}

/** @returns whether it was open until now */
export async function markClosed(
  db: Db,
  providerId: number,
  id: bigint,
  { at, note }: { at: Date; note: string },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('review')
    .set({ closed_at: at, note })
    .where('provider_id', '=', providerId)
    .where('id', '=', id)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
