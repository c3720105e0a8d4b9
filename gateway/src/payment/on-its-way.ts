import { fetchedId } from '../event/index.ts'
import type { Db } from '../platform/db/database.ts'
import { paidAfter } from './queries/payments.ts'

/** Whether money for one of the pairs (payer, operationId) is recorded that the provider has not fetched yet. */
export async function paymentOnItsWay(
  db: Db,
  providerId: number,
  payerId: bigint,
  operationIds: readonly string[],
): Promise<boolean> {
  if (operationIds.length === 0) return false
  const fetched = await fetchedId(db, providerId)
  return paidAfter(db, providerId, payerId, operationIds, fetched)
}
