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
