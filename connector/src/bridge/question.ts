/** What PHP sends is read by these: a database driver of LMS gives ids as numbers or as text. */

const idMax = 2_147_483_647

/** A positive id; undefined for anything else. */
export function idOf(value: unknown): number | undefined {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : ''
  if (!/^[1-9]\d{0,9}$/.test(text)) return undefined
  const id = Number(text)
  return id <= idMax ? id : undefined
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

export function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** The placeholders that a text holds, by their names without the percent sign and `billtech_`. */
export type Placeholder = 'btn' | 'balance_btn'

export function placeholdersOf(value: unknown): Set<Placeholder> {
  return new Set(
    listOf(value).filter((name): name is Placeholder => name === 'btn' || name === 'balance_btn'),
  )
}
