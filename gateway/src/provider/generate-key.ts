import type { GenerateKey } from '@bill-gateway/contract'
import { transact } from '../platform/db/transaction.ts'
import { ApiError } from '../platform/http/errors.ts'
import type { Platform } from '../platform/platform.ts'
import { isPin, pinTriesMax } from './pin.ts'
import { insertSecret, markPluginKey } from './queries/keys.ts'
import { countPinTry, type KeyOwnerRow, markPinUsed, ownerOfKey, uncountPinTry } from './queries/pins.ts'
import { hashSecret, newSecret } from './secret.ts'

/** How long the old secret works where the new one is not used. */
const olderWorkSeconds = 86_400

/**
 * Gives the key a new secret in exchange for its PIN and makes it a plugin key. The old secret dies at the new
 * one's first use, or after 24 hours.
 *
 * @param onMiss called where the try does not count against a PIN; may throw to limit the caller
 * @throws ApiError generate_key_refused, whatever is wrong; provider_disabled where all is right but that
 */
export async function generateKey(
  platform: Platform,
  { providerCode, apiKey, pin }: GenerateKey,
  onMiss: () => Promise<void>,
): Promise<string> {
  const owner = await findOwner(platform, providerCode, apiKey)
  const tried = owner && (await countPinTry(platform.db, owner.id, owner.key_id, pinTriesMax))
  if (!tried) await onMiss()
  const right = await isPin(pin, tried?.hash)
  if (!owner || !tried || !right) throw new ApiError('generate_key_refused')
  if (owner.disabled_at) {
    await uncountPinTry(platform.db, owner.id, tried.id)
    throw new ApiError('provider_disabled')
  }
  return redeemPin(platform, owner, tried.id)
}

async function findOwner(
  platform: Platform,
  providerCode: string,
  apiKey: string,
): Promise<KeyOwnerRow | undefined> {
  if (!/^\w{1,100}$/.test(apiKey)) return undefined
  const owner = await ownerOfKey(platform.pool, apiKey)
  return owner?.code === providerCode ? owner : undefined
}

async function redeemPin(platform: Platform, owner: KeyOwnerRow, pinId: bigint): Promise<string> {
  const secret = newSecret()
  await transact(platform.db, async (tx) => {
    if (!(await markPinUsed(tx, owner.id, pinId))) throw new ApiError('generate_key_refused')
    await insertSecret(tx, owner.id, owner.key_id, hashSecret(secret), olderWorkSeconds)
    await markPluginKey(tx, owner.id, owner.key_id)
  })
  return secret
}
