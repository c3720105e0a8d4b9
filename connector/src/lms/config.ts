import type { Db, Lms, Tx } from '../platform/index.ts'
import type { LmsIni } from './ini.ts'

/** LMS's settings as its scripts read them. Names are `section.variable`. */
export interface LmsConfig {
  /** Where a value comes from; undefined where nobody set the variable. */
  source(name: string): 'database' | 'ini' | undefined
  /** A missing variable and an empty text give the fallback. */
  text(name: string, fallback: string): string
  text(name: string): string | undefined
  /** LMS's boolean: the fallback counts only where the variable does not exist at all. */
  flag(name: string, fallback?: boolean): boolean
  /** What `flag` reads: null for a text that is no boolean, which LMS takes for false. */
  rawFlag(name: string): boolean | null | undefined
  /** Variables with several enabled global rows of different values: LMS uses whichever it reads last. */
  duplicates: { name: string; values: string[] }[]
}

const yes = new Set(['1', 'y', 'on', 'yes', 'true', 'tak', 't', 'enabled'])
const no = new Set(['0', 'n', 'no', 'off', 'false', 'nie', 'disabled', ''])

/**
 * Reads uiconfig and lays it over lms.ini: the database wins, and the file counts only for variables that the
 * table lacks or has disabled. Rows of an operator or of a division are not for programs like this one.
 */
export async function readConfig(lms: Lms, ini: LmsIni, db: Db | Tx = lms.db): Promise<LmsConfig> {
  let query = db
    .selectFrom('uiconfig')
    .select(['section', 'var', 'value'])
    .where('disabled', '=', 0)
    .orderBy('id')
  if (lms.has('uiconfig', 'userid')) query = query.where('userid', 'is', null)
  if (lms.has('uiconfig', 'divisionid')) query = query.where('divisionid', 'is', null)
  const rows = await query.execute()
  const values = new Map<string, string[]>()
  for (const row of rows) {
    const name = `${row.section}.${row.var}`
    values.set(name, [...(values.get(name) ?? []), row.value])
  }
  return configOf(values, ini)
}

function configOf(stored: ReadonlyMap<string, string[]>, ini: Pick<LmsIni, 'section'>): LmsConfig {
  const fromIni = (name: string) => {
    const dot = name.indexOf('.')
    return ini.section(name.slice(0, dot))[name.slice(dot + 1)]
  }
  const raw = (name: string) => stored.get(name)?.at(-1) ?? fromIni(name)
  const rawFlag = (name: string) => {
    const value = raw(name)?.trim().toLowerCase()
    if (value === undefined) return undefined
    return yes.has(value) ? true : no.has(value) ? false : null
  }
  return {
    source: (name) => (stored.has(name) ? 'database' : fromIni(name) === undefined ? undefined : 'ini'),
    text: ((name: string, fallback?: string) => raw(name) || fallback) as LmsConfig['text'],
    flag: (name, fallback = false) => {
      const value = rawFlag(name)
      return value === undefined ? fallback : (value ?? false)
    },
    rawFlag,
    duplicates: [...stored]
      .filter(([, values]) => new Set(values).size > 1)
      .map(([name, values]) => ({ name, values })),
  }
}

export interface WrittenSetting {
  changed: boolean
  /** Surplus global rows that were removed. */
  removed: number
}

/**
 * Sets the global value of a variable. Where LMS holds several global rows of it, the oldest stays with the new
 * value, what hung on the others hangs on it, and they go. Nothing is written where the value stands already.
 */
export async function writeSetting(
  lms: Lms,
  tx: Tx,
  name: { section: string; variable: string },
  value: string,
): Promise<WrittenSetting> {
  const rows = await globalRows(lms, tx, name)
  const [kept, ...surplus] = rows
  if (!kept) {
    const row = { section: name.section, var: name.variable, value, description: '', disabled: 0, type: 0 }
    await tx
      .insertInto('uiconfig')
      .values(row as never)
      .execute()
    return { changed: true, removed: 0 }
  }
  const ids = surplus.map(({ id }) => id)
  if (ids.length > 0) {
    if (lms.has('uiconfig', 'configid')) {
      await tx.updateTable('uiconfig').set({ configid: kept.id }).where('configid', 'in', ids).execute()
    }
    await tx.deleteFrom('uiconfig').where('id', 'in', ids).execute()
  }
  const changed = kept.value !== value || kept.disabled !== 0
  if (changed) {
    await tx.updateTable('uiconfig').set({ value, disabled: 0 }).where('id', '=', kept.id).execute()
  }
  return { changed: changed || ids.length > 0, removed: ids.length }
}

/** Removes every global row of a variable; rows that override it for somebody go with it, as in LMS. */
export async function removeSetting(
  lms: Lms,
  tx: Tx,
  name: { section: string; variable: string },
): Promise<number> {
  const ids = (await globalRows(lms, tx, name)).map(({ id }) => id)
  if (ids.length > 0) await tx.deleteFrom('uiconfig').where('id', 'in', ids).execute()
  return ids.length
}

/** Enabled rows first, then the oldest. */
async function globalRows(lms: Lms, tx: Tx, { section, variable }: { section: string; variable: string }) {
  let query = tx
    .selectFrom('uiconfig')
    .select(['id', 'value', 'disabled'])
    .where('section', '=', section)
    .where('var', '=', variable)
    .orderBy('disabled')
    .orderBy('id')
    .forUpdate()
  if (lms.has('uiconfig', 'userid')) query = query.where('userid', 'is', null)
  if (lms.has('uiconfig', 'divisionid')) query = query.where('divisionid', 'is', null)
  return query.execute()
}
