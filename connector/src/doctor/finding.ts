/** What a check found. `says` may have several lines; `mend` is empty where nothing is to be done. */
export interface Finding {
  level: 'ok' | 'warning' | 'problem'
  /** For programs, such as `gateway_unreachable`. */
  code: string
  says: string
  mend: string
  pl: { says: string; mend: string }
}

/** English and Polish. */
export type Said = readonly [en: string, pl: string]

export function fine(code: string, says: Said): Finding {
  return { level: 'ok', code, says: says[0], mend: '', pl: { says: says[1], mend: '' } }
}

export function warning(code: string, says: Said, mend: Said): Finding {
  return { level: 'warning', code, says: says[0], mend: mend[0], pl: { says: says[1], mend: mend[1] } }
}

export function problem(code: string, says: Said, mend: Said): Finding {
  return { ...warning(code, says, mend), level: 'problem' }
}

/** The first lines of a list, and how many more there are. */
export function firstOf(lines: readonly string[], total: number, more: string): string {
  const shown = lines.slice(0, linesMax)
  return [...shown, ...(total > shown.length ? [`… ${more} ${total - shown.length}`] : [])].join('\n')
}

const linesMax = 20
