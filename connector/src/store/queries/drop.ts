import type { Tx } from '../../platform/index.ts'

/** Links that ended without being paid, and that the old plugin never knew: only we write down what was sent. */
export async function deleteOwnLinks(tx: Tx, lastOldId: number): Promise<void> {
  await tx
    .deleteFrom('billtech_payment_links')
    .where('id', '>', lastOldId)
    .where('sent_hash', 'is not', null)
    .where('state', 'in', ['cancelled', 'moved'])
    .execute()
}

export async function deleteOwnInfo(tx: Tx, oldKeys: readonly string[]): Promise<void> {
  const query = tx.deleteFrom('billtech_info')
  await (oldKeys.length > 0 ? query.where('keytype', 'not in', [...oldKeys]) : query).execute()
}
