import { sql } from 'kysely'
import type pg from 'pg'
import type { Db } from '../../platform/db/database.ts'
import type { Tx } from '../../platform/db/transaction.ts'
import { type ProviderRow, providerColumns } from './providers.ts'

/** A new PIN replaces those of the key that were not used. */
export async function insertPin(
  tx: Tx,
  providerId: number,
  keyId: bigint,
  pinHash: Buffer,
  validSeconds: number,
): Promise<Date> {
  await sql`update pin set expires_at = least(expires_at, now())
    where provider_id = ${providerId} and key_id = ${keyId} and used_at is null`.execute(tx)
  const { expires_at } = await tx
    .insertInto('pin')
    .values({
      provider_id: providerId,
      key_id: keyId,
      pin_hash: pinHash,
      expires_at: sql<Date>`now() + make_interval(secs => ${validSeconds})`,
    })
    .returning('expires_at')
    .executeTakeFirstOrThrow()
  return expires_at
}

export type KeyOwnerRow = ProviderRow & { key_id: bigint }

/** The provider of a working key. */
export async function ownerOfKey(pool: pg.Pool, apiKey: string): Promise<KeyOwnerRow | undefined> {
  const { rows } = await pool.query<KeyOwnerRow>({
    name: 'owner-of-key',
    text: `select ${providerColumns.map((column) => `p.${column}`).join(', ')}, k.id as key_id
      from api_key_address a
      join api_key k on k.provider_id = a.provider_id and k.id = a.key_id and k.revoked_at is null
      join provider p on p.id = a.provider_id
      where a.api_key = $1::text`,
    values: [apiKey],
  })
  return rows[0]
}

/**
 * Counts one try against the key's PIN before the try is looked at, so that tries at the same time are no way
 * around the lock. Undefined where no PIN can be tried: none made, used, expired, or locked.
 */
export async function countPinTry(
  db: Db,
  providerId: number,
  keyId: bigint,
  triesMax: number,
): Promise<{ id: bigint; hash: Buffer } | undefined> {
  const { rows } = await sql<{ id: bigint; hash: Buffer }>`
    update pin set wrong_tries = wrong_tries + 1
    where provider_id = ${providerId} and key_id = ${keyId}
      and used_at is null and expires_at > now() and wrong_tries < ${triesMax}
    returning id, pin_hash as hash`.execute(db)
  return rows[0]
}

/** Takes back the count of a try that turned out right. */
export async function uncountPinTry(db: Db, providerId: number, pinId: bigint): Promise<void> {
  await sql`update pin set wrong_tries = wrong_tries - 1
    where provider_id = ${providerId} and id = ${pinId} and wrong_tries > 0`.execute(db)
}

/** @returns false where another request has used it first */
export async function markPinUsed(tx: Tx, providerId: number, pinId: bigint): Promise<boolean> {
  const result = await tx
    .updateTable('pin')
    .set({ used_at: sql<Date>`now()` })
    .where('provider_id', '=', providerId)
    .where('id', '=', pinId)
    .where('used_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}
