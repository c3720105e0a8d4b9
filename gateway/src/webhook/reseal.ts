import type { Db } from '../platform/db/database.ts'
import { type Keyring, keyIdOfSealed, SealingError } from '../platform/sealing.ts'
import { putSealed, type SealedEndpoint, sealedAfter } from './queries/endpoints.ts'
import { sealingContext } from './secret.ts'

const batchMax = 100

export interface Resealing {
  resealed: number
  /** Names of secrets that do not open with any key. */
  lost: string[]
}

/**
 * Seals every webhook secret with the key that seals now; one that is over is dropped, one that does not open is
 * left as it is. Safe to repeat.
 */
export async function resealWebhooks(db: Db, keyring: Keyring): Promise<Resealing> {
  const done: Resealing = { resealed: 0, lost: [] }
  for await (const before of everySealed(db)) {
    const context = sealingContext(before.providerId, before.publicId)
    const isOver = before.oldSecretUntil !== null && before.oldSecretUntil.getTime() <= Date.now()
    const secret = resealedOf(keyring, before.secret, context)
    const oldSecret = isOver ? null : before.oldSecret && resealedOf(keyring, before.oldSecret, context)
    if (!secret || oldSecret === undefined) done.lost.push(context)
    const after = {
      secret: secret ?? before.secret,
      oldSecret: oldSecret === undefined ? before.oldSecret : oldSecret,
    }
    const isSame = after.secret === before.secret && after.oldSecret === before.oldSecret
    if (!isSame && (await putSealed(db, before, after))) done.resealed++
  }
  return done
}

/** @returns the same buffer where the first key sealed it, undefined where it does not open */
function resealedOf(keyring: Keyring, sealed: Buffer, context: string): Buffer | undefined {
  const opened = openedOf(keyring, sealed, context)
  if (opened === undefined) return undefined
  return keyIdOfSealed(sealed) === keyring.currentKeyId ? sealed : keyring.seal(opened, context)
}

function openedOf(keyring: Keyring, sealed: Buffer, context: string): string | undefined {
  try {
    return keyring.open(sealed, context)
  } catch (error) {
    if (error instanceof SealingError) return undefined
    throw error
  }
}

/** Names of the webhook secrets that do not open. */
export async function lostWebhookSecrets(db: Db, keyring: Keyring): Promise<string[]> {
  const lost: string[] = []
  for await (const { providerId, publicId, secret } of everySealed(db)) {
    const context = sealingContext(providerId, publicId)
    if (openedOf(keyring, secret, context) === undefined) lost.push(context)
  }
  return lost
}

async function* everySealed(db: Db): AsyncGenerator<SealedEndpoint> {
  let after = 0n
  for (;;) {
    const batch = await sealedAfter(db, after, batchMax)
    yield* batch
    if (batch.length < batchMax) return
    after = batch.at(-1)?.id ?? after
  }
}
