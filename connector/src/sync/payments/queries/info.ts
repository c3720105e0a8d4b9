import type { Db, Tx } from '../../../platform/index.ts'

/** Lets one transaction at a time change the value under a key. */
export async function lockInfo(tx: Tx, key: string): Promise<void> {
  await tx.selectFrom('billtech_info').select('keytype').where('keytype', '=', key).forUpdate().execute()
}

/** When the first link at this gateway was made, null where the old plugin made it; undefined without any. */
export async function firstLinkOf(db: Db, gatewayId: string): Promise<{ at: number | null } | undefined> {
  const row = await db
    .selectFrom('billtech_payment_links')
    .select(({ fn }) => [fn.countAll<number>().as('links'), fn.min('created_at').as('at')])
    .where('gateway', '=', gatewayId)
    .executeTakeFirst()
  if (!row || Number(row.links) === 0) return undefined
  return { at: row.at === null ? null : Number(row.at) }
}
