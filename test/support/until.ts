import { setTimeout as sleep } from 'node:timers/promises'

/** Looks again until it holds; gives up loudly long after anything healthy would have happened. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  { atMostMs = 120_000, everyMs = 25 } = {},
): Promise<T> {
  const givenUpAt = Date.now() + atMostMs
  for (;;) {
    const seen = await look()
    if (seen !== undefined && seen !== false) return seen
    if (Date.now() > givenUpAt) throw new Error(`waited in vain: ${what}`)
    await sleep(everyMs)
  }
}
