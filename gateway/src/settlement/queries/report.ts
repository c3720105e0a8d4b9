import { sql } from 'kysely'
import type { Db } from '../../platform/db/database.ts'

/** Amounts are minor units. What went back is below zero; settled is above, as what comes to the provider. */
export interface ReportRow {
  /** In Warsaw, `yyyy-mm-dd`. */
  day: string
  providerId: number
  providerCode: string
  /** The adapter. */
  method: string
  currency: string
  collectedBy: 'provider' | 'operator'
  collected: bigint
  refunded: bigint
  /** Given back by the provider itself: not out of what the operator holds. */
  refundedByProvider: bigint
  reversed: bigint
  settled: bigint
}

export interface ReportScope {
  /** `yyyy-mm-dd`, both included. */
  from: string
  to: string
  test: boolean
  providerId?: number
}

/** What the ledger says of each day, provider and method. */
export async function reportRows(db: Db, { from, to, test, providerId }: ReportScope): Promise<ReportRow[]> {
  const { rows } = await sql<ReportRow>`
    select (entry.at at time zone 'Europe/Warsaw')::date as day, provider.id as "providerId",
      provider.code as "providerCode", payment.method, posting.currency, payment.collected_by as "collectedBy",
      coalesce(sum(posting.amount) filter (where entry.kind = 'payment'), 0)::bigint as collected,
      coalesce(sum(posting.amount) filter (where entry.kind = 'refund' and not refund.manual), 0)::bigint
        as refunded,
      coalesce(sum(posting.amount) filter (where entry.kind = 'refund' and refund.manual), 0)::bigint
        as "refundedByProvider",
      coalesce(sum(posting.amount) filter (where entry.kind = 'reversal'), 0)::bigint as reversed,
      coalesce(-sum(posting.amount) filter (where entry.kind = 'settlement'), 0)::bigint as settled
    from ledger_transaction as entry
    -- What the provider gave back of money that the operator collected is out of what was settled.
    join posting on posting.provider_id = entry.provider_id and posting.transaction_id = entry.id
      and (posting.account = 'clearing' or (posting.account = 'settled' and entry.kind = 'refund'))
    join payment on payment.provider_id = entry.provider_id and payment.id = entry.payment_id
    left join refund on refund.provider_id = entry.provider_id and refund.id = entry.refund_id
    join provider on provider.id = entry.provider_id and provider.test = ${test}
      and (${providerId ?? null}::int is null or provider.id = ${providerId ?? null}::int)
    where entry.at >= (${from}::date)::timestamp at time zone 'Europe/Warsaw'
      and entry.at < (${to}::date + 1)::timestamp at time zone 'Europe/Warsaw'
    group by 1, 2, 3, 4, 5, 6
    order by day, "providerCode", method, posting.currency, "collectedBy"`.execute(db)
  return rows
}

/** What an operator holds of each provider's money after all days up to one, and in each currency. */
export interface Held {
  providerCode: string
  currency: string
  amount: bigint
}

export async function heldAfter(
  db: Db,
  { to, test, providerId }: Omit<ReportScope, 'from'>,
): Promise<Held[]> {
  const { rows } = await sql<Held>`
    select provider.code as "providerCode", posting.currency, sum(posting.amount)::bigint as amount
    from posting
    join ledger_transaction as entry on entry.provider_id = posting.provider_id
      and entry.id = posting.transaction_id
    join payment on payment.provider_id = posting.provider_id and payment.id = posting.payment_id
      and payment.collected_by = 'operator'
    join provider on provider.id = posting.provider_id and provider.test = ${test}
      and (${providerId ?? null}::int is null or provider.id = ${providerId ?? null}::int)
    where posting.account = 'clearing' and entry.at < (${to}::date + 1)::timestamp at time zone 'Europe/Warsaw'
    group by provider.code, posting.currency having sum(posting.amount) <> 0
    order by provider.code, posting.currency`.execute(db)
  return rows
}
