import { sql } from 'kysely'
import type pg from 'pg'
import type { Db } from '../../platform/db/database.ts'
import type { Tx } from '../../platform/db/transaction.ts'
import { type ProviderRow, providerColumns } from './providers.ts'

/** One of the secrets of a key that work, with all that a request needs to know of its provider. */
export type SecretRow = ProviderRow & {
  key_id: bigint
  lms_plugin: boolean
  secret_id: bigint
  secret_hash: Buffer
  first_used_at: Date | null
}

const secretsOfKey = {
  name: 'secrets-of-key',
  text: `select ${providerColumns.map((column) => `p.${column}`).join(', ')},
      k.id as key_id, k.lms_plugin, s.id as secret_id, s.secret_hash, s.first_used_at
    from api_key_address a
    join api_key k on k.provider_id = a.provider_id and k.id = a.key_id and k.revoked_at is null
    join provider p on p.id = a.provider_id
    join api_secret s on s.provider_id = a.provider_id and s.key_id = a.key_id
      and (s.expires_at is null or s.expires_at > now())
    where a.api_key = $1::text`,
}

/** On every request: prepared once per connection. Empty where the key is unknown or revoked. */
export async function secretsOfKeyNamed(pool: pg.Pool, apiKey: string): Promise<SecretRow[]> {
  const { rows } = await pool.query<SecretRow>({ ...secretsOfKey, values: [apiKey] })
  return rows
}

/** Notes the first use of a secret; every older secret of its key dies with it. */
export async function startUsingSecret(
  db: Db,
  providerId: number,
  keyId: bigint,
  secretId: bigint,
): Promise<void> {
  await sql`update api_secret set
      first_used_at = case when id = ${secretId} then coalesce(first_used_at, now()) else first_used_at end,
      expires_at = case when id = ${secretId} then expires_at else least(expires_at, now()) end
    where provider_id = ${providerId} and key_id = ${keyId}
      and (id = ${secretId} or id < ${secretId} and (expires_at is null or expires_at > now()))`.execute(db)
}

/** Older secrets of the key work on for as long as given, or less. */
export async function insertSecret(
  tx: Tx,
  providerId: number,
  keyId: bigint,
  secretHash: Buffer,
  olderWorkSeconds: number,
): Promise<void> {
  await sql`update api_secret
    set expires_at = least(expires_at, now() + make_interval(secs => ${olderWorkSeconds}))
    where provider_id = ${providerId} and key_id = ${keyId}`.execute(tx)
  await tx
    .insertInto('api_secret')
    .values({ provider_id: providerId, key_id: keyId, secret_hash: secretHash })
    .execute()
}

export interface ApiKey {
  id: bigint
  apiKey: string
  lmsPlugin: boolean
  createdAt: Date
  revokedAt: Date | null
}

export async function insertKey(
  tx: Tx,
  providerId: number,
  apiKey: string,
  lmsPlugin: boolean,
): Promise<bigint> {
  const { id } = await tx
    .insertInto('api_key')
    .values({ provider_id: providerId, api_key: apiKey, lms_plugin: lmsPlugin })
    .returning('id')
    .executeTakeFirstOrThrow()
  await tx
    .insertInto('api_key_address')
    .values({ api_key: apiKey, provider_id: providerId, key_id: id })
    .execute()
  return id
}

/** Oldest first. */
export async function listKeys(db: Db, providerId: number): Promise<ApiKey[]> {
  return db
    .selectFrom('api_key')
    .select([
      'id',
      'api_key as apiKey',
      'lms_plugin as lmsPlugin',
      'created_at as createdAt',
      'revoked_at as revokedAt',
    ])
    .where('provider_id', '=', providerId)
    .orderBy('id')
    .execute()
}

/** Locks the key against a revocation until the transaction ends. @returns its id; undefined if unknown or revoked */
export async function lockWorkingKey(
  tx: Tx,
  providerId: number,
  apiKey: string,
): Promise<bigint | undefined> {
  const row = await tx
    .selectFrom('api_key')
    .select('id')
    .where('provider_id', '=', providerId)
    .where('api_key', '=', apiKey)
    .where('revoked_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  return row?.id
}

export async function markKeyRevoked(tx: Tx, providerId: number, keyId: bigint): Promise<void> {
  await tx
    .updateTable('api_key')
    .set({ revoked_at: sql<Date>`now()` })
    .where('provider_id', '=', providerId)
    .where('id', '=', keyId)
    .execute()
}

export async function markPluginKey(db: Db, providerId: number, keyId: bigint): Promise<void> {
  await db
    .updateTable('api_key')
    .set({ lms_plugin: true })
    .where('provider_id', '=', providerId)
    .where('id', '=', keyId)
    .where('lms_plugin', '=', false)
    .execute()
}

/** Whether the key may still read: neither revoked nor its provider disabled. */
export async function keyWorks(db: Db, providerId: number, keyId: bigint): Promise<boolean> {
  const row = await db
    .selectFrom('api_key as k')
    .innerJoin('provider as p', 'p.id', 'k.provider_id')
    .select('k.id')
    .where('k.provider_id', '=', providerId)
    .where('k.id', '=', keyId)
    .where('k.revoked_at', 'is', null)
    .where('p.disabled_at', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}
