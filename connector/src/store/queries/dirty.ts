import type { Db, Tx } from '../../platform/index.ts'

const idsPerStatement = 1000

/** The links of these customers are looked at again by the next pass. A customer without a row is looked at anyway. */
export async function markDirty(tx: Db | Tx, customerIds: readonly number[]): Promise<void> {
  const ids = [...new Set(customerIds)].sort((a, b) => a - b)
  for (let from = 0; from < ids.length; from += idsPerStatement) {
    await tx
      .updateTable('billtech_customer_info')
      .set({ fingerprint: null })
      .where('customer_id', 'in', ids.slice(from, from + idsPerStatement))
      .execute()
  }
}
