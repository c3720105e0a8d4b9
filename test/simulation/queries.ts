import { sql } from 'kysely'
import type { Db } from '../../gateway/src/platform/db/database.ts'

/** Active links of all payers of the provider. */
export async function linksOfPayers(db: Db, providerId: number): Promise<{ id: bigint; payerId: bigint }[]> {
  return db
    .selectFrom('payment_link')
    .select(['id', 'payer_id as payerId'])
    .where('provider_id', '=', providerId)
    .where('status', '=', 'active')
    .orderBy('id')
    .execute()
}

export interface Recorded {
  methodPaymentId: string
  amount: bigint
  currency: string
}

/** What the gateway has recorded of a method's money, by the method's ids. */
export async function recordedOf(db: Db, providerId: number, method: string): Promise<Recorded[]> {
  return db
    .selectFrom('payment')
    .select(['method_payment_id as methodPaymentId', 'amount', 'currency'])
    .where('provider_id', '=', providerId)
    .where('method', '=', method)
    .execute()
}

/** Public ids of checkouts that a method has not decided; a transfer may take 35 days. */
export async function undecided(db: Db, providerId: number): Promise<string[]> {
  const rows = await db
    .selectFrom('checkout')
    .select('public_id')
    .where('provider_id', '=', providerId)
    .where('status', 'in', ['created', 'pending'])
    .where('method', '<>', 'transfer')
    .execute()
  return rows.map((row) => row.public_id)
}

/** Money that waits for a person, by the method's id. */
export async function reviewed(db: Db, providerId: number): Promise<string[]> {
  const rows = await db.selectFrom('review').select('subject').where('provider_id', '=', providerId).execute()
  return rows.map((row) => row.subject)
}

/**
 * Jobs of the provider that are due now or were tried and failed; not those that were locked when a newer one took
 * their key: graphile-worker gives such a job no further try.
 */
export async function jobsDue(db: Db, providerId: number): Promise<string[]> {
  const { rows } = await sql<{ job: string }>`
    select task.identifier || ' ' || job.payload || coalesce(' ' || job.last_error, '') as job
    from graphile_worker._private_jobs job join graphile_worker._private_tasks task on task.id = job.task_id
    where (job.payload ->> 'providerId')::int = ${providerId}
      and (job.run_at <= now() or job.attempts > 0)
      and not (job.key is null and job.attempts >= job.max_attempts)`.execute(db)
  return rows.map(({ job }) => job)
}

/**
 * Lets jobs that failed run again at once, and those of a worker whose connection broke as soon as somebody looks:
 * whoever still beats keeps his.
 */
export async function hurryJobs(db: Db, providerId: number): Promise<void> {
  await sql`update graphile_worker._private_jobs set run_at = now()
    where (payload ->> 'providerId')::int = ${providerId} and attempts > 0 and locked_at is null`.execute(db)
  await sql`update graphile_worker._private_jobs set locked_at = locked_at - interval '1 minute'
    where locked_at > now() - interval '30 seconds'`.execute(db)
  await sql`update worker_beat set beat_at = beat_at - interval '20 seconds'
    where beat_at < now() - interval '6 seconds'`.execute(db)
}

export interface BankEntry {
  publicId: string
  bankReference: string | null
  amount: bigint
  state: string
  /** Minor units of the payment that it became; null where it is none. */
  paid: bigint | null
  /** What of that payment was reversed. */
  reversed: bigint
}

/** What the gateway keeps of the bank's statements. */
export async function entriesOf(db: Db, providerId: number): Promise<BankEntry[]> {
  const { rows } = await sql<BankEntry>`
    select 'se_' || entry.id as "publicId", bank_reference as "bankReference", entry.amount, state,
      payment.amount as paid, coalesce((select sum(amount) from refund
        where refund.provider_id = entry.provider_id and refund.payment_id = payment.id
          and refund.kind = 'reversal'), 0)::bigint as reversed
    from statement_entry as entry left join payment
      on payment.provider_id = entry.provider_id and payment.id = entry.payment_id
    where entry.provider_id = ${providerId} order by entry.id`.execute(db)
  return rows
}

/** Payments by transfer that no entry stands for, and of which not all was reversed. */
export async function strayTransfers(db: Db, providerId: number): Promise<string[]> {
  const { rows } = await sql<{ public_id: string }>`
    select public_id from payment where provider_id = ${providerId} and method = 'transfer'
      and not exists (select from statement_entry as entry
        where entry.provider_id = payment.provider_id and entry.payment_id = payment.id)
      and amount <> (select coalesce(sum(amount), 0) from refund
        where refund.provider_id = payment.provider_id and refund.payment_id = payment.id
          and refund.kind = 'reversal')`.execute(db)
  return rows.map((row) => row.public_id)
}

export interface RefundOfMethod {
  publicId: string
  kind: string
  status: string
  amount: bigint
  /** Of a reversal: the method's id of it. */
  methodReversalId: string | null
}

export async function refundsOf(db: Db, providerId: number): Promise<RefundOfMethod[]> {
  const { rows } = await sql<RefundOfMethod>`
    select public_id as "publicId", kind, status, amount, method_reversal_id as "methodReversalId" from refund where provider_id = ${providerId}`.execute(
    db,
  )
  return rows
}
