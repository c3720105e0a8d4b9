import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Db, Lms, Tx } from '../../../platform/index.ts'
import { sameOrNull, upsert } from './upsert.ts'

const released = '-'

/** A new mark in the place of a claim: nobody is at work, and somebody was since any earlier mark. */
function releaseMark(): string {
  return `${released}${randomUUID()}`
}

function isReleased(claim: string | null): boolean {
  return claim === null || claim.startsWith(released)
}

/** Who last claimed each customer; customers who were never looked at are not in the answer. */
export async function claimsOf(db: Db | Tx, ids: readonly number[]): Promise<Map<number, string | null>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('billtech_customer_info')
    .select(['customer_id', 'claim'])
    .where('customer_id', 'in', [...ids])
    .execute()
  return new Map(rows.map(({ customer_id, claim }) => [customer_id, claim]))
}

/** Says that this claim sends the links of these customers from now on. */
export async function claimCustomers(lms: Lms, tx: Tx, ids: readonly number[], claim: string): Promise<void> {
  const rows = [...ids]
    .sort((a, b) => a - b)
    .map((customer_id) => ({ customer_id, claim, fingerprint: null }))
  await upsert(lms, tx, 'billtech_customer_info', rows, 'customer_id', ({ given }) => ({
    claim: given('claim'),
  }))
}

/** Locks the customers’ rows and tells which of them somebody else has claimed meanwhile. */
export async function lostClaims(tx: Tx, ids: readonly number[], claim: string): Promise<Set<number>> {
  const claims = await lockedClaims(tx, ids)
  return new Set(ids.filter((id) => claims.get(id) !== claim))
}

/**
 * Locks the customers’ rows and tells which of them have links that may be other than the snapshot shows:
 * somebody was at work when it was taken, or has been since.
 *
 * @param seen the claims in that snapshot
 */
export async function outdatedClaims(
  tx: Tx,
  ids: readonly number[],
  seen: ReadonlyMap<number, string | null>,
): Promise<Set<number>> {
  const claims = await lockedClaims(tx, ids)
  const isOutdated = (then: string | null, now: string | null) => !isReleased(then) || then !== now
  return new Set(ids.filter((id) => isOutdated(seen.get(id) ?? null, claims.get(id) ?? null)))
}

async function lockedClaims(tx: Tx, ids: readonly number[]): Promise<Map<number, string | null>> {
  const rows = await tx
    .selectFrom('billtech_customer_info')
    .select(['customer_id', 'claim'])
    .where('customer_id', 'in', [...ids])
    .orderBy('customer_id')
    .forUpdate()
    .execute()
  return new Map(rows.map(({ customer_id, claim }) => [customer_id, claim]))
}

/** Nobody works on the links of these customers any more. */
export async function releaseClaims(tx: Tx, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return
  await tx
    .updateTable('billtech_customer_info')
    .set({ claim: releaseMark() })
    .where('customer_id', 'in', [...ids])
    .execute()
}

/** Has customers looked at again, and has whoever claimed them find that out. */
export async function disputeClaims(tx: Tx, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return
  await tx
    .updateTable('billtech_customer_info')
    .set({ fingerprint: null, claim: releaseMark() })
    .where('customer_id', 'in', [...ids])
    .execute()
}

export interface Seen {
  customerId: number
  fingerprint: string
}

/** The links of these customers are right. */
export async function storeFingerprints(lms: Lms, tx: Tx, seen: readonly Seen[], now: number): Promise<void> {
  const rows = seen.map(({ customerId, fingerprint }) => ({
    customer_id: customerId,
    fingerprint,
    checked_at: now,
  }))
  await upsert(lms, tx, 'billtech_customer_info', rows, 'customer_id', ({ given }) => ({
    fingerprint: given('fingerprint'),
    checked_at: given('checked_at'),
  }))
}

/**
 * The same without having sent anything: only where nobody was at work when the snapshot was taken, or has been
 * since. Where somebody was, the customer is looked at again, and his claim is void.
 */
export async function storeUnclaimed(
  lms: Lms,
  tx: Tx,
  seen: readonly (Seen & { claim: string | null })[],
  now: number,
): Promise<void> {
  const rows = seen.map(({ customerId, fingerprint, claim }) => ({
    customer_id: customerId,
    fingerprint: isReleased(claim) ? fingerprint : null,
    checked_at: now,
    claim,
  }))
  await upsert(lms, tx, 'billtech_customer_info', rows, 'customer_id', ({ given, stored }) => {
    const same = sameOrNull(lms, stored('claim'), given('claim'))
    return {
      fingerprint: sql`case when ${same} then ${given('fingerprint')} else ${stored('fingerprint')} end`,
      checked_at: given('checked_at'),
    }
  })
  const claimed = seen.filter(({ claim }) => !isReleased(claim))
  await disputeClaims(
    tx,
    claimed.map(({ customerId }) => customerId),
  )
}

/** What was refused before, by customer and operation: the hash of its data. */
export async function refusedHashes(
  db: Db | Tx,
  customerIds: readonly number[],
): Promise<Map<number, Map<string, string>>> {
  const found = new Map<number, Map<string, string>>()
  if (customerIds.length === 0) return found
  const rows = await db
    .selectFrom('billtech_refused')
    .select(['customer_id', 'operation_id', 'data_hash'])
    .where('kind', '=', 'link')
    .where('customer_id', 'in', [...customerIds])
    .execute()
  for (const { customer_id, operation_id, data_hash } of rows) {
    const own = found.get(customer_id ?? 0) ?? new Map<string, string>()
    own.set(operation_id ?? '', data_hash ?? '')
    found.set(customer_id ?? 0, own)
  }
  return found
}
