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
