import type { Pool } from 'pg'
import { describe, expect, it } from 'vitest'
import { gather } from './gather.ts'

const pool = {} as Pool
const turn = () => new Promise((resolve) => setImmediate(resolve))

/** Statements that end when the test says so. */
function statements() {
  const begun: { keys: string[]; end(): void; fail(): void }[] = []
  const find = gather<string>(
    (_pool, keys) =>
      new Promise((resolve, reject) => {
        const known = keys.filter((key) => key !== 'unknown')
        begun.push({
          keys,
          end: () => resolve(new Map(known.map((key) => [key, `value of ${key}`]))),
          fail: () => reject(new Error('the connection is gone')),
        })
      }),
  )
  return { begun, find: (key: string) => find(pool, key) }
}

describe('look-ups that come together', () => {
  it('go in one statement, each key once, and each gets its own value', async () => {
    const { begun, find } = statements()
    const answers = [find('a'), find('b'), find('a'), find('unknown')]
    await turn()
    expect(begun.map(({ keys }) => keys)).toEqual([['a', 'b', 'unknown']])
    begun[0]?.end()
    expect(await Promise.all(answers)).toEqual(['value of a', 'value of b', 'value of a', undefined])
  })

  it('are never answered by a statement that had begun before they were asked', async () => {
    const { begun, find } = statements()
    const first = find('a')
    await turn()
    const second = find('a')
    begun[0]?.end()
    await first
    await turn()
    expect(begun).toHaveLength(2)
    begun[1]?.end()
    expect(await second).toBe('value of a')
  })

  it('wait while two statements run, and then go together', async () => {
    const { begun, find } = statements()
    const answers: Promise<unknown>[] = []
    for (const key of ['a', 'b', 'c', 'd']) {
      answers.push(find(key))
      await turn()
    }
    expect(begun.map(({ keys }) => keys)).toEqual([['a'], ['b']])
    begun[1]?.end()
    await answers[1]
    await turn()
    await turn()
    expect(begun.map(({ keys }) => keys)).toEqual([['a'], ['b'], ['c', 'd']])
    for (const { end } of begun) end()
    await Promise.all(answers)
  })

  it('fail together, and later ones do not', async () => {
    const { begun, find } = statements()
    const answers = Promise.allSettled([find('a'), find('b')])
    await turn()
    begun[0]?.fail()
    expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    const later = find('a')
    await turn()
    begun[1]?.end()
    expect(await later).toBe('value of a')
  })

  it('are a hundred a statement at most', async () => {
    const { begun, find } = statements()
    const answers = Array.from({ length: 150 }, (_, n) => find(`key ${n}`))
    await turn()
    await turn()
    expect(begun.map(({ keys }) => keys.length)).toEqual([100, 50])
    for (const { end } of begun) end()
    await Promise.all(answers)
  })
})
