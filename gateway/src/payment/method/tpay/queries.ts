import type { Tx } from '../../../platform/db/transaction.ts'

/** Makes whoever gives refunds of the payment their ids wait for each other. */
export async function lockPayment(tx: Tx, providerId: number, id: bigint): Promise<void> {
  await tx
    .selectFrom('payment')
    .select('id')
    .where('provider_id', '=', providerId)
    .where('id', '=', id)
    .forNoKeyUpdate()
    .execute()
}
