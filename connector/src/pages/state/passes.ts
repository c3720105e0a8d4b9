import type { Lms } from '../../platform/index.ts'
import { readInfo } from '../../store/index.ts'

export const passNames = ['links', 'payments', 'logs'] as const
export type PassName = (typeof passNames)[number]

/** How a pass ended. */
export interface Pass {
  name: PassName
  /** Seconds since 1970; undefined where there was none yet. */
  at?: number
  ms?: number
  ok?: boolean
  says?: string
}

export interface Work {
  passes: Pass[]
  /** When `watch` last said that it runs. */
  aliveAt?: number
  stream?: { state: string; at: number }
}

export async function readWork({ db }: Lms): Promise<Work> {
  const [alive, stream, ...texts] = await Promise.all(
    ['watch:alive', 'stream:state', ...passNames.map((name) => `pass:${name}`)].map((key) =>
      readInfo(db, key),
    ),
  )
  const said = fieldsOf(stream)
  return {
    passes: passNames.map((name, index) => passOf(name, fieldsOf(texts[index]))),
    ...(alive && /^\d{1,11}$/.test(alive) ? { aliveAt: Number(alive) } : {}),
    ...(typeof said.state === 'string' && typeof said.at === 'number'
      ? { stream: { state: said.state, at: said.at } }
      : {}),
  }
}

function passOf(name: PassName, { at, ms, ok, says }: Record<string, unknown>): Pass {
  return {
    name,
    ...(typeof at === 'number' ? { at } : {}),
    ...(typeof ms === 'number' ? { ms } : {}),
    ...(typeof ok === 'boolean' ? { ok } : {}),
    ...(typeof says === 'string' && says !== '' ? { says } : {}),
  }
}

/** What another version wrote may be anything. */
function fieldsOf(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
