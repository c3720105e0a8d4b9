import type { Db } from '../platform/db/database.ts'
import { signal, transact } from '../platform/db/transaction.ts'
import { ApiError } from '../platform/http/errors.ts'
import { randomCode } from '../platform/random.ts'
import { insertKey, insertSecret, lockWorkingKey, markKeyRevoked } from './queries/keys.ts'
import { findProvider } from './queries/providers.ts'
import { hashSecret, newSecret } from './secret.ts'

export { type ApiKey, listKeys } from './queries/keys.ts'

const keyLength = 32
const testPrefix = 'test_'

export interface NewKey {
  keyId: bigint
  /** 32 characters; a test provider's begin with `test_`. */
  apiKey: string
  /** Shown once: only its hash is kept. */
  apiSecret: string
}

/** @throws ApiError not_found */
export async function createKey(
  db: Db,
  providerId: number,
  { lmsPlugin = false }: { lmsPlugin?: boolean } = {},
): Promise<NewKey> {
  const provider = await findProvider(db, providerId)
  if (!provider) throw new ApiError('not_found', { detail: 'no such provider' })
  const prefix = provider.test ? testPrefix : ''
  const apiKey = prefix + randomCode(keyLength - prefix.length)
  const apiSecret = newSecret()
  const keyId = await transact(db, async (tx) => {
    const id = await insertKey(tx, providerId, apiKey, lmsPlugin)
    await insertSecret(tx, providerId, id, hashSecret(apiSecret), 0)
    return id
  })
  return { keyId, apiKey, apiSecret }
}

/**
 * From the next request on the key is unknown, and its open streams close at once.
 *
 * @throws ApiError not_found, also where it was revoked before
 */
export async function revokeKey(db: Db, providerId: number, apiKey: string): Promise<void> {
  await transact(db, async (tx) => {
    const keyId = await lockWorkingKey(tx, providerId, apiKey)
    if (keyId === undefined) throw new ApiError('not_found', { detail: 'no such key' })
    await markKeyRevoked(tx, providerId, keyId)
    signal(tx, keyTopic(keyId))
  })
}

/** Signalled when the key may no longer be valid. */
export function keyTopic(keyId: bigint): string {
  return `key ${keyId}`
}
