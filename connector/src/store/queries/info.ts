import { createHash } from 'node:crypto'
import type { Db, Lms, Tx } from '../../platform/index.ts'

const keyLengthMax = 190

/** A key that is too long for the table ends in its hash instead. */
function fitting(key: string): string {
  if (key.length <= keyLengthMax) return key
  return `${key.slice(0, keyLengthMax - 65)}:${createHash('sha256').update(key).digest('hex')}`
}

/** What was last written under this key: cursors, times of passes, settings that were seen. */
export async function readInfo(db: Db | Tx, key: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('billtech_info')
    .select('keyvalue')
    .where('keytype', '=', fitting(key))
    .executeTakeFirst()
  return row?.keyvalue ?? undefined
}

export async function writeInfo(lms: Lms, tx: Db | Tx, key: string, value: string): Promise<void> {
  const insert = tx.insertInto('billtech_info').values({ keytype: fitting(key), keyvalue: value })
  await (lms.engine === 'postgres'
    ? insert.onConflict((conflict) => conflict.column('keytype').doUpdateSet({ keyvalue: value }))
    : insert.onDuplicateKeyUpdate({ keyvalue: value })
  ).execute()
}
