/** What one check has found. */
export interface Finding {
  check: string
  ok: boolean
  found: string
  /** What to do, where something is wrong. */
  advice?: string
}

export function good(check: string, found: string): Finding {
  return { check, ok: true, found }
}

export function wrong(check: string, found: string, advice: string): Finding {
  return { check, ok: false, found, advice }
}
