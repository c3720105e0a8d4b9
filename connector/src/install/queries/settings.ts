import type { Db, Lms, Tx } from '../../platform/index.ts'

/** A row of LMS's settings as it stood before. */
export interface SettingRow {
  id: number
  section: string
  var: string
  value: string
  disabled: number
}

/** Every row of section `billtech`, also those of operators and divisions. */
export function billtechRows(db: Db | Tx): Promise<SettingRow[]> {
  return db
    .selectFrom('uiconfig')
    .select(['id', 'section', 'var', 'value', 'disabled'])
    .where('section', '=', 'billtech')
    .orderBy('id')
    .execute()
}

/** The global rows that switch LMS's plugins on. */
export function pluginRows(lms: Lms, db: Db | Tx): Promise<SettingRow[]> {
  let query = db
    .selectFrom('uiconfig')
    .select(['id', 'section', 'var', 'value', 'disabled'])
    .where('section', '=', 'phpui')
    .where('var', '=', 'plugins')
    .orderBy('id')
  if (lms.has('uiconfig', 'userid')) query = query.where('userid', 'is', null)
  if (lms.has('uiconfig', 'divisionid')) query = query.where('divisionid', 'is', null)
  return query.execute()
}

/** Puts rows back as they were, and takes away those that came since. A row that is gone comes back under a new id. */
export async function restoreRows(
  tx: Tx,
  now: readonly SettingRow[],
  before: readonly SettingRow[],
): Promise<void> {
  const earlier = new Map(before.map((row) => [row.id, row]))
  for (const { id } of now.filter((row) => !earlier.has(row.id))) {
    await tx.deleteFrom('uiconfig').where('id', '=', id).execute()
  }
  const standing = new Set(now.map(({ id }) => id))
  for (const { id, section, var: variable, value, disabled } of before) {
    if (standing.has(id)) {
      await tx.updateTable('uiconfig').set({ value, disabled }).where('id', '=', id).execute()
    } else {
      const row = { section, var: variable, value, disabled, description: '', type: 0 }
      await tx
        .insertInto('uiconfig')
        .values(row as never)
        .execute()
    }
  }
}
