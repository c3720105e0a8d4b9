import type { Db } from '../platform/db/database.ts'
import { type Keyring, keyIdOfSealed } from '../platform/sealing.ts'
import { putSealed, type SealedEndpoint, sealedAfter } from './queries/endpoints.ts'
import { sealingContext } from './secret.ts'

const batchMax = 100

export interface Resealing {
  resealed: number
  /** Names of secrets that do not open with any key. */
  lost: string[]
}

/** Seals every webhook secret with the key that seals now. Safe to repeat. */
export async function resealWebhooks(db: Db, keyring: Keyring): Promise<Resealing> {
  const done: Resealing = { resealed: 0, lost: [] }
  for await (const endpoint of everySealed(db)) {
    const sealed = [endpoint.secret, ...(endpoint.oldSecret ? [endpoint.oldSecret] : [])]
    if (sealed.every((each) => keyIdOfSealed(each) === keyring.currentKeyId)) continue
    const context = sealingContext(endpoint.providerId, endpoint.publicId)
    try {
      const again = (each: Buffer) => keyring.seal(keyring.open(each, context), context)
      const oldSecret = endpoint.oldSecret && again(endpoint.oldSecret)
      if (await putSealed(db, endpoint, { secret: again(endpoint.secret), oldSecret })) done.resealed++
    } catch {
      done.lost.push(context)
    }
  }
  return done
}

/** Names of the webhook secrets that do not open. */
export async function lostWebhookSecrets(db: Db, keyring: Keyring): Promise<string[]> {
  const lost: string[] = []
  for await (const { providerId, publicId, secret } of everySealed(db)) {
    const context = sealingContext(providerId, publicId)
    try {
      keyring.open(secret, context)
    } catch {
      lost.push(context)
    }
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
