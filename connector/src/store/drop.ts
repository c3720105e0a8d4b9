import { type Lms, transact } from '../platform/index.ts'
import type { Standing } from './catalog.ts'
import type { TableRecord } from './plan.ts'
import { countOrphans, readCatalog, runDdl } from './queries/catalog.ts'
import { deleteOwnInfo, deleteOwnLinks } from './queries/drop.ts'
import { readJournal } from './queries/journal.ts'
import { tables } from './shape.ts'

export interface DropReport {
  /** Tables that we had made, and that went. */
  dropped: string[]
  /** Tables of the old plugin that are as they were before. */
  restored: string[]
  /** What could not be put back, and why. */
  left: string[]
}

/**
 * Undoes what takeOver did to the shape of tables: ours go, the old plugin's keep their old columns and rows.
 * Links that were made here and cancelled since go too, because the old plugin would show them as payable.
 */
export async function dropTables(lms: Lms): Promise<DropReport> {
  const report: DropReport = { dropped: [], restored: [], left: [] }
  const catalog = await readCatalog(lms)
  if (!catalog.has('billtech_install')) return report
  const journal = await readJournal(lms.db)
  // The journal last: an uninstall that died half-way is finished by the next one.
  const order = [...tables].sort(
    (a, b) => Number(a.name === 'billtech_install') - Number(b.name === 'billtech_install'),
  )
  for (const { name, old } of order) {
    const standing = catalog.get(name)
    if (!standing) continue
    const record = journal.get(`table:${name}`) as TableRecord | undefined
    if (record?.created || !old) {
      await runDdl(lms.db, `DROP TABLE ${name}`)
      report.dropped.push(name)
    } else if (record) {
      await restore(lms, name, standing, record, report)
      report.restored.push(name)
    } else {
      report.left.push(`${name}: how it was before is not on record, so it stays as it is`)
    }
  }
  return report
}

async function restore(
  lms: Lms,
  name: string,
  standing: Standing,
  record: TableRecord,
  report: DropReport,
): Promise<void> {
  const mysql = lms.engine === 'mysql'
  await deleteOwnRows(lms, name, standing, record)
  for (const index of record.indexes.filter((each) => standing.indexes.has(each))) {
    await runDdl(lms.db, mysql ? `DROP INDEX ${index} ON ${name}` : `DROP INDEX ${index}`)
  }
  for (const column of record.columns.filter((each) => standing.columns.has(each))) {
    await runDdl(lms.db, `ALTER TABLE ${name} DROP COLUMN ${column}`)
  }
  for (const [column, type] of Object.entries(record.widened)) {
    const narrow = /\((\d+)\)/.exec(type)?.[1]
    if (!narrow) continue
    const how = mysql
      ? `MODIFY COLUMN ${column} ${type} NULL`
      : `ALTER COLUMN ${column} TYPE varchar(${narrow})`
    await runDdl(lms.db, `ALTER TABLE ${name} ${how}`)
  }
  for (const key of record.foreignKeys) {
    if (standing.foreignKeys.some((each) => each.name === key.name)) continue
    const orphans = await countOrphans(lms, name, key)
    if (orphans > 0) {
      report.left.push(
        `${name}: foreign key ${key.name} was not put back, because ${orphans} rows have no ${key.parent}`,
      )
    } else {
      await runDdl(lms.db, `ALTER TABLE ${name} ADD CONSTRAINT ${key.name} ${key.definition}`)
    }
  }
}

async function deleteOwnRows(lms: Lms, name: string, standing: Standing, record: TableRecord): Promise<void> {
  await transact(lms, async (tx) => {
    if (name === 'billtech_payment_links' && standing.columns.has('state')) {
      await deleteOwnLinks(tx, record.lastOldId)
    }
    if (name === 'billtech_info') await deleteOwnInfo(tx, record.keys)
  })
}
