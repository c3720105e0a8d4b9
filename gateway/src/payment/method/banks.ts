import type { Db } from '../../platform/db/database.ts'
import type { Platform } from '../../platform/platform.ts'
import type { Provider } from '../../provider/index.ts'
import type { Bank, Method } from './method.ts'
import { methodFor } from './methods.ts'

/** A bank that a payer can choose on our page. */
export type BankToChoose = Pick<Bank, 'id' | 'name'>

/** Methods' lists change by the day; a bank that is down disappears from them within the hour. */
const freshMs = 10 * 60_000
/** A method that did not answer is left alone for so long. */
const againMs = 30_000
/** A payer waits for a list that nobody has asked for yet no longer than that. */
const patienceMs = 1_000
const banksMax = 200
const nameCharactersMax = 60

interface Kept {
  banks: BankToChoose[]
  /** Of the clock that no one sets. */
  until: number
  loading: Promise<void> | undefined
}

const caches = new WeakMap<Db, Map<string, Kept>>()

/**
 * The banks of the method that carries the provider's channel bank, by name. They are kept for ten minutes; then
 * the old list serves once more while the new one is fetched, so that seldom anybody waits.
 *
 * @returns none where the method asks on its own page, or its list cannot be had now: it then asks there too
 */
export async function banksToChoose(platform: Platform, provider: Provider): Promise<BankToChoose[]> {
  const method = methodFor(provider, 'bank')
  if (!method || method.banks === 'cannot') return []
  const cache = caches.get(platform.db) ?? new Map<string, Kept>()
  caches.set(platform.db, cache)
  const key = `${provider.id} ${method.code}`
  const kept = cache.get(key) ?? { banks: [], until: 0, loading: undefined }
  cache.set(key, kept)
  if (performance.now() >= kept.until) kept.loading ??= load(platform, provider, method, kept)
  if (kept.loading && kept.until === 0) await orPatience(kept.loading)
  return kept.banks
}

async function load(platform: Platform, provider: Provider, method: Method, kept: Kept): Promise<void> {
  try {
    if (method.banks === 'cannot') return
    kept.banks = tidy(await method.banks(platform, provider))
    kept.until = performance.now() + freshMs
  } catch (error) {
    platform.log.warn({ err: error, method: method.code, provider: provider.code }, 'no list of banks')
    kept.until = performance.now() + againMs
  } finally {
    kept.loading = undefined
  }
}

async function orPatience(loading: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patienceMs)
  })
  await Promise.race([loading, patience])
  clearTimeout(timer)
}

/** What a page can show of what came from outside. */
function tidy(banks: readonly Bank[]): BankToChoose[] {
  const known = new Map<string, BankToChoose>()
  for (const { id, name } of banks.slice(0, banksMax)) {
    const shown = [...name.replace(/[\p{C}\s]+/gu, ' ').trim()].slice(0, nameCharactersMax).join('')
    if (/^[\w.-]{1,60}$/.test(id) && shown !== '') known.set(id, { id, name: shown })
  }
  return [...known.values()].sort((one, other) => one.name.localeCompare(other.name, 'pl'))
}
