import { randomBytes } from 'node:crypto'
import { signWebhook } from '@bill-gateway/contract'
import { type Keyring, SealingError } from '../platform/sealing.ts'

const keyBytes = 32

/** @returns `whsec_` and base64 of 32 random bytes */
export function newSecret(): string {
  return `whsec_${randomBytes(keyBytes).toString('base64')}`
}

/** What a secret is sealed with: it opens for its own endpoint alone. */
export function sealingContext(providerId: number, publicId: string): string {
  return `webhook_endpoint ${providerId} ${publicId}`
}

export interface SealedSecrets {
  providerId: number
  publicId: string
  secret: Buffer
  /** While it signs too. */
  oldSecret: Buffer | null
}

/**
 * The secrets in use, the newest first. The one before is left out where it does not open: a secret that was lost
 * is replaced by a new one, which signs at once.
 *
 * @throws SealingError where the newest does not open
 */
export function openSecrets(
  keyring: Keyring,
  { providerId, publicId, secret, oldSecret }: SealedSecrets,
): string[] {
  const context = sealingContext(providerId, publicId)
  const newest = keyring.open(secret, context)
  if (!oldSecret) return [newest]
  try {
    return [newest, keyring.open(oldSecret, context)]
  } catch (error) {
    if (error instanceof SealingError) return [newest]
    throw error
  }
}

export interface Message {
  /** The same over all tries. Without a dot. */
  id: string
  body: string
}

/** The headers of a try. @param timestamp seconds since 1970, by the real clock: receivers compare it with theirs */
export function signedHeaders(
  { id, body }: Message,
  secrets: readonly string[],
  timestamp: number,
): Record<string, string> {
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': secrets.map((secret) => signWebhook(secret, id, timestamp, body)).join(' '),
  }
}

export interface SentEvent {
  providerCode: string
  test: boolean
  id: bigint
  type: string
  at: Date
  /** JSON text. */
  data: string
}

/** The event as the stream has it, with the `timestamp` that Standard Webhooks knows beside it. */
export function messageOf({ providerCode, test, id, type, at, data }: SentEvent): Message {
  const time = at.toISOString()
  const head = JSON.stringify({ id: String(id), type, timestamp: time, at: time, test })
  return { id: `evt_${providerCode}_${id}`, body: `${head.slice(0, -1)},"data":${data}}` }
}
