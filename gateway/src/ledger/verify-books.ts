import type { Db } from '../platform/db/database.ts'
import { faultsOf, liftStatementTimeout, rulesOfTheBooks } from './queries/faults.ts'

/** Something that the books say twice and not alike. */
export interface Discrepancy {
  providerId: number
  rule: string
  /** Which row: a table and an id. */
  subject: string
  detail: string
}

/** Discrepancies of one rule that are listed; one is already reason enough to look. */
const listedMax = 100

/**
 * Holds everything that is derived from money to the postings and to each other. It reads all of the books, so
 * it takes as long as they are.
 *
 * @param providerId only this provider's; default: everybody's
 * @returns an empty list where all is well
 */
export async function verifyBooks(db: Db, providerId?: number): Promise<Discrepancy[]> {
  // One snapshot: a payment that is recorded meanwhile is seen by all rules or by none.
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      await liftStatementTimeout(tx)
      const found: Discrepancy[] = []
      for (const [rule, faults] of Object.entries(rulesOfTheBooks)) {
        for (const fault of await faultsOf(tx, providerId, faults, listedMax))
          found.push({
            providerId: fault.provider_id,
            rule,
            subject: fault.subject,
            detail: fault.detail,
          })
      }
      return found
    })
}
