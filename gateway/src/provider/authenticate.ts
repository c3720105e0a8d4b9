import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import type { Db } from '../platform/db/database.ts'
import { ApiError } from '../platform/http/errors.ts'
import type { Platform } from '../platform/platform.ts'
import { limitKey } from './limit-key.ts'
import type { Access } from './provider.ts'
import {
  keyWorks,
  markPluginKey,
  type SecretRow,
  secretsOfKeyNamed,
  startUsingSecret,
} from './queries/keys.ts'
import { providerOf } from './queries/providers.ts'
import { hashSecret } from './secret.ts'

declare module 'fastify' {
  interface FastifyRequest {
    access?: Access
  }
}

const challenge = { 'www-authenticate': 'Basic realm="Bill Gateway", charset="UTF-8"' }
/** Compared with where no key has the name given, so that an unknown key takes as long as a known one. */
const nobodysHash = randomBytes(32)

/**
 * An onRequest hook: HTTP Basic, user = api key, password = api secret. Answers 401 for anything missing, wrong
 * or revoked, 403 for a disabled provider, 429 for a live key that asks too often; otherwise the handler
 * finds who asks by {@link accessOf}.
 */
export function authenticate(platform: Platform): onRequestAsyncHookHandler {
  return async (request, reply) => {
    const credentials = readCredentials(request.headers.authorization)
    const access = credentials && (await findAccess(platform, credentials))
    if (!access) throw new ApiError('unauthorized', { headers: challenge })
    if (access.provider.disabled) throw new ApiError('provider_disabled')
    request.access = access
    if (!access.provider.test) await limitKey(platform, request, reply)
  }
}

export function accessOf(request: FastifyRequest): Access {
  if (!request.access) throw new Error(`${request.routeOptions.url} is served without authenticate()`)
  return request.access
}

/** @throws ApiError 404 for live providers: the test endpoints do not exist for them */
export function requireTestProvider(access: Access): void {
  if (!access.provider.test) throw new ApiError('not_found')
}

/** From now on the key speaks the LMS plugin's dialect. */
export async function becomePluginKey(db: Db, access: Access): Promise<void> {
  if (!access.lmsPlugin) await markPluginKey(db, access.provider.id, access.keyId)
}

/** False once the key is revoked or its provider disabled. */
export async function keyStillValid(db: Db, access: Access): Promise<boolean> {
  return keyWorks(db, access.provider.id, access.keyId)
}

interface Credentials {
  apiKey: string
  apiSecret: string
}

/** One newline at the end is ignored: `echo key:secret | base64` leaves it there. */
function readCredentials(header: string | undefined): Credentials | undefined {
  const encoded = /^basic +([A-Za-z0-9+/_=-]+) *$/i.exec(header ?? '')?.[1]
  if (encoded === undefined) return undefined
  const decoded = Buffer.from(encoded, 'base64')
    .toString()
    .replace(/\r?\n$/, '')
  const colon = decoded.indexOf(':')
  const apiKey = decoded.slice(0, Math.max(colon, 0))
  return /^\w{1,100}$/.test(apiKey) ? { apiKey, apiSecret: decoded.slice(colon + 1) } : undefined
}

async function findAccess(platform: Platform, credentials: Credentials): Promise<Access | undefined> {
  const rows = await secretsOfKeyNamed(platform.pool, credentials.apiKey)
  const match = matching(rows, hashSecret(credentials.apiSecret))
  if (!match) return undefined
  if (!match.first_used_at) await startUsingSecret(platform.db, match.id, match.key_id, match.secret_id)
  return { provider: providerOf(match), keyId: match.key_id, lmsPlugin: match.lms_plugin }
}

function matching(rows: SecretRow[], hash: Buffer): SecretRow | undefined {
  if (rows.length === 0) timingSafeEqual(nobodysHash, hash)
  const matches = rows.filter((row) => timingSafeEqual(row.secret_hash, hash))
  return matches[0]
}
