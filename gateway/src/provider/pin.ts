import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto'
import type { Db } from '../platform/db/database.ts'
import { transact } from '../platform/db/transaction.ts'
import { ApiError } from '../platform/http/errors.ts'
import { lockWorkingKey } from './queries/keys.ts'
import { insertPin } from './queries/pins.ts'

export const pinTriesMax = 5
const pinDigits = 8
const pinValidDays = 7
const saltBytes = 16
const hashBytes = 32
/** 16 MB and some 40 ms a try: a stolen table does not give away eight digits at once. */
const cost = { N: 16_384, r: 8, p: 1 }

export interface NewPin {
  /** Shown once: only its hash is kept. */
  pin: string
  expiresAt: Date
}

/**
 * A PIN with which the biller can fetch a new secret of the key, once. A PIN made before and not used dies.
 *
 * @throws ApiError not_found where the provider has no such working key
 */
export async function createPin(
  db: Db,
  providerId: number,
  apiKey: string,
  { validDays = pinValidDays }: { validDays?: number } = {},
): Promise<NewPin> {
  const pin = Array.from({ length: pinDigits }, () => randomInt(10)).join('')
  const hash = await hashPin(pin, randomBytes(saltBytes))
  const expiresAt = await transact(db, async (tx) => {
    const keyId = await lockWorkingKey(tx, providerId, apiKey)
    if (keyId === undefined) throw new ApiError('not_found', { detail: 'no such key' })
    return insertPin(tx, providerId, keyId, hash, validDays * 86_400)
  })
  return { pin, expiresAt }
}

/** The same work whether or not there is a hash to compare with. */
export async function isPin(pin: string, hash: Buffer | undefined): Promise<boolean> {
  const kept = hash ?? randomBytes(saltBytes + hashBytes)
  const tried = await hashPin(pin, kept.subarray(0, saltBytes))
  return timingSafeEqual(tried, kept) && hash !== undefined
}

/** The salt and the hash, one after the other. */
function hashPin(pin: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(pin, salt, hashBytes, cost, (error, hash) =>
      error ? reject(error) : resolve(Buffer.concat([salt, hash])),
    )
  })
}
