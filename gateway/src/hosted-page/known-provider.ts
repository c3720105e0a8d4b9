import type { Db } from '../platform/db/database.ts'
import { findProvider, type Provider } from '../provider/index.ts'

interface Known {
  version: string
  provider: Provider
}

const knownMax = 1_000
const caches = new WeakMap<Db, Map<number, Known>>()

/**
 * A provider of whose row the version has just been read: it is read itself only after it has changed, so a
 * disabled provider, another colour or a moved test clock show at once.
 */
export async function knownProvider(db: Db, id: number, version: string): Promise<Provider | undefined> {
  const cache = caches.get(db) ?? new Map<number, Known>()
  caches.set(db, cache)
  const known = cache.get(id)
  if (known?.version === version) return known.provider
  const provider = await findProvider(db, id)
  if (provider) {
    if (cache.size >= knownMax) cache.clear()
    cache.set(id, { version, provider })
  }
  return provider
}
