import {
  type NewWebhook,
  oldSecretHours,
  type Webhook,
  type WebhookChanges,
  webhooksMax,
} from '@bill-gateway/contract'
import { anyEventTopic } from '../event/index.ts'
import type { Db } from '../platform/db/database.ts'
import { signal, type Tx } from '../platform/db/transaction.ts'
import { ApiError, validationFailed } from '../platform/http/errors.ts'
import type { Platform } from '../platform/platform.ts'
import { randomCode } from '../platform/random.ts'
import { type Keyring, SealingError } from '../platform/sealing.ts'
import { type Provider, providerNow } from '../provider/index.ts'
import { readNets } from './allowed-address.ts'
import { faultOfUrl } from './check-url.ts'
import type { Endpoint } from './endpoint.ts'
import {
  changeEndpoint,
  endpointsOf,
  findEndpoint,
  insertEndpoint,
  lockEndpoint,
  lockEndpointsOf,
  openCounts,
} from './queries/endpoints.ts'
import { newestEventId } from './queries/replays.ts'
import { dueAtOnce } from './queries/settle.ts'
import { resolveHost } from './resolve.ts'
import { newSecret, openSecrets, sealingContext } from './secret.ts'

const idLength = 20
const hourMs = 3_600_000

/** Before the transaction of a change: a name may have to be looked up. @throws ApiError validation_failed */
export async function requireUrl({ settings }: Pick<Platform, 'settings'>, url: string): Promise<void> {
  const fault = await faultOfUrl(url, readNets(settings.webhookAllowNets), resolveHost)
  if (fault) throw validationFailed([fault])
}

/**
 * Makes an endpoint, which is told of everything from now on, or after the event given.
 *
 * @returns its id
 * @throws ApiError too_many_webhooks; events_expired is no error here: what is no longer kept is not sent
 */
export async function createEndpoint(
  tx: Tx,
  keyring: Keyring,
  provider: Provider,
  { url, types = [], description = '', after }: NewWebhook,
): Promise<string> {
  if ((await lockEndpointsOf(tx, provider.id)) >= webhooksMax) throw new ApiError('too_many_webhooks')
  const publicId = `wh_${randomCode(idLength)}`
  const newest = await newestEventId(tx, provider.id)
  await insertEndpoint(tx, provider.id, {
    publicId,
    url,
    types: [...new Set(types)],
    description,
    secret: seal(keyring, newSecret(), provider.id, publicId),
    // After an event that is yet to come would keep back what comes before it.
    cursorId: after === undefined || BigInt(after) > newest ? newest : BigInt(after),
    createdAt: providerNow(provider),
  })
  signal(tx, anyEventTopic)
  return publicId
}

/** @throws ApiError not_found */
export async function requireEndpoint(db: Db, provider: Provider, publicId: string): Promise<Endpoint> {
  const endpoint = await findEndpoint(db, provider.id, publicId)
  if (!endpoint) throw new ApiError('not_found')
  return endpoint
}

/** @throws ApiError not_found */
export async function requireEndpointLocked(tx: Tx, provider: Provider, publicId: string): Promise<Endpoint> {
  const endpoint = await lockEndpoint(tx, provider.id, publicId)
  if (!endpoint) throw new ApiError('not_found')
  return endpoint
}

/**
 * Changes an endpoint. Another address, or switching on, begins afresh: what waits for its next try is tried at once.
 *
 * @throws ApiError not_found
 */
export async function updateEndpoint(
  tx: Tx,
  provider: Provider,
  publicId: string,
  { url, types, description, enabled }: WebhookChanges,
): Promise<void> {
  const endpoint = await requireEndpointLocked(tx, provider, publicId)
  const now = providerNow(provider)
  const isAnew = (url !== undefined && url !== endpoint.url) || (enabled === true && !endpoint.enabled)
  await changeEndpoint(tx, endpoint, {
    ...(url === undefined ? {} : { url }),
    ...(types === undefined ? {} : { types: [...new Set(types)] }),
    ...(description === undefined ? {} : { description }),
    ...(enabled === undefined ? {} : { enabled, gone_at: null }),
    ...(isAnew ? { failures: 0, failing_since: null, not_before: null, again_not_before: null } : {}),
    updated_at: now,
  })
  if (isAnew) await dueAtOnce(tx, provider.id, endpoint.id, now)
  signal(tx, anyEventTopic)
}

/** Nothing more is sent to it; its deliveries are shown no more. @throws ApiError not_found */
export async function deleteEndpoint(tx: Tx, provider: Provider, publicId: string): Promise<void> {
  const endpoint = await requireEndpointLocked(tx, provider, publicId)
  await changeEndpoint(tx, endpoint, { deleted_at: providerNow(provider), enabled: false })
}

/**
 * Gives the endpoint a new secret; the one before signs beside it for 24 hours.
 *
 * @throws ApiError not_found
 */
export async function rotateSecret(
  tx: Tx,
  keyring: Keyring,
  provider: Provider,
  publicId: string,
): Promise<void> {
  const endpoint = await requireEndpointLocked(tx, provider, publicId)
  const now = providerNow(provider)
  await changeEndpoint(tx, endpoint, {
    secret: seal(keyring, newSecret(), provider.id, publicId),
    old_secret: endpoint.secret,
    old_secret_until: new Date(now.getTime() + oldSecretHours * hourMs),
    updated_at: now,
  })
}

/** The endpoint's newest secret. For the answer to whom it was made for, and for nobody else. */
export function secretOf(keyring: Keyring, { providerId, publicId, secret }: Endpoint): string {
  const [opened = ''] = openSecrets(keyring, { providerId, publicId, secret, oldSecret: null })
  return opened
}

function seal(keyring: Keyring, secret: string, providerId: number, publicId: string): Buffer {
  try {
    return keyring.seal(secret, sealingContext(providerId, publicId))
  } catch (error) {
    if (!(error instanceof SealingError)) throw error
    throw new ApiError('unavailable', { detail: 'the operator has set no encryption key', cause: error })
  }
}

export async function showEndpoint(db: Db, provider: Provider, endpoint: Endpoint): Promise<Webhook> {
  const [shown] = await showEach(db, provider, [endpoint])
  if (!shown) throw new Error('an endpoint is not shown')
  return shown
}

/** In the order in which they were made. */
export async function showEndpoints(db: Db, provider: Provider): Promise<Webhook[]> {
  return showEach(db, provider, await endpointsOf(db, provider.id))
}

async function showEach(db: Db, provider: Provider, endpoints: Endpoint[]): Promise<Webhook[]> {
  const counts = await openCounts(
    db,
    endpoints.map(({ id }) => id),
  )
  const now = providerNow(provider)
  return endpoints.map((endpoint) => ({
    id: endpoint.publicId,
    url: endpoint.url,
    types: endpoint.types,
    description: endpoint.description,
    enabled: endpoint.enabled,
    failingSince: endpoint.failingSince?.toISOString() ?? null,
    ...(counts.get(endpoint.id) ?? { pending: 0, parked: 0 }),
    cursor: String(endpoint.cursorId),
    oldSecretUntil:
      endpoint.oldSecretUntil && endpoint.oldSecretUntil > now ? endpoint.oldSecretUntil.toISOString() : null,
    createdAt: endpoint.createdAt.toISOString(),
    test: provider.test,
  }))
}
