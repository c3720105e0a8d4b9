/** Numbers that a seed decides: mulberry32. */
export interface Random {
  /** From 0 up to, without, below. */
  below(below: number): number
  pick<T>(values: readonly T[]): T
}

export function randomOf(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (count: number) => Math.floor(next() * count)
  return {
    below,
    pick: (values) => {
      const picked = values[below(values.length)]
      if (picked === undefined) throw new Error('nothing to pick from')
      return picked
    },
  }
}
