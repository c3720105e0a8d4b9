import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Db } from '../platform/db/database.ts'
import { installationSecret } from '../provider/index.ts'
import { addRefusal } from './queries.ts'

const hashBytes = 32
const macBytes = 16

/** Where a reader says that he wants no more notices. It names no address and cannot be made up. */
export async function unsubscribeUrl(
  db: Db,
  publicUrl: string,
  providerId: number,
  addressHash: Buffer,
): Promise<string> {
  const mac = macOf(await installationSecret(db, 'mail'), providerId, addressHash)
  const token = Buffer.concat([addressHash, mac]).toString('base64url')
  return `${publicUrl}/mail/unsubscribe/${providerId.toString(36)}.${token}`
}

export interface Reader {
  providerId: number
  addressHash: Buffer
}

/** @returns undefined where the token is not one of ours */
export async function readerOf(db: Db, token: string): Promise<Reader | undefined> {
  const [, digits, rest] = /^([0-9a-z]{1,6})\.([A-Za-z0-9_-]{64})$/.exec(token) ?? []
  if (digits === undefined || rest === undefined) return undefined
  const providerId = Number.parseInt(digits, 36)
  const bytes = Buffer.from(rest, 'base64url')
  const [addressHash, mac] = [bytes.subarray(0, hashBytes), bytes.subarray(hashBytes)]
  const right = macOf(await installationSecret(db, 'mail'), providerId, addressHash)
  return mac.length === macBytes && timingSafeEqual(mac, right) ? { providerId, addressHash } : undefined
}

/** From now on the reader gets no notices of the provider. Receipts still come: they answer his own act. */
export async function unsubscribe(db: Db, { providerId, addressHash }: Reader): Promise<void> {
  await addRefusal(db, providerId, addressHash, 'unwanted')
}

function macOf(secret: Buffer, providerId: number, addressHash: Buffer): Buffer {
  return createHmac('sha256', secret)
    .update(`unsubscribe ${providerId} `)
    .update(addressHash)
    .digest()
    .subarray(0, macBytes)
}
