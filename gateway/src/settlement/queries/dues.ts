import { sql } from 'kysely'
import type { Db } from '../../platform/db/database.ts'

export interface DueRow {
  providerId: number
  providerCode: string
  paymentId: bigint
  nrb: string
  due: bigint
  referenceNumber: string
  userId: string
  /** Of the bill, where the account's part of the payment is for one bill alone. */
  title: string
  payeeName: string
}

export interface Scope {
  test: boolean
  currency: string
  /** Payments that were recorded before. */
  until: Date
  /** Only this provider's. */
  providerId?: number
}

/**
 * What of the operator's payments is for which account, less what is going back to payers and what runs have
 * settled of it. Money that a provider gave back itself is not the operator's and lessens nothing. What a cancelled
 * run paid all the same is left out until a person has said what became of it.
 */
export async function duesOf(db: Db, { test, currency, until, providerId }: Scope): Promise<DueRow[]> {
  const { rows } = await sql<DueRow>`
    with back as (
      select part.provider_id, part.payment_id, part.position, sum(part.amount) as amount
      from refund_part as part
      join refund on refund.provider_id = part.provider_id and refund.id = part.refund_id
        and refund.status <> 'failed' and not refund.manual
      group by part.provider_id, part.payment_id, part.position
    ), owed as (
      select allocation.provider_id, allocation.payment_id, allocation.nrb,
        sum(allocation.amount - coalesce(back.amount, 0)) as amount,
        case count(*) when 1 then min(allocation.title) else '' end as title
      from payment
      join allocation on allocation.provider_id = payment.provider_id and allocation.payment_id = payment.id
      left join back on back.provider_id = allocation.provider_id and back.payment_id = allocation.payment_id
        and back.position = allocation.position
      where payment.collected_by = 'operator' and payment.recorded_at < ${until}
        and payment.currency = ${currency}
      group by allocation.provider_id, allocation.payment_id, allocation.nrb
    ), settled as (
      select provider_id, payment_id, nrb, sum(due) as amount from settlement_item where not cancelled
      group by provider_id, payment_id, nrb
    )
    select owed.provider_id as "providerId", provider.code as "providerCode", owed.payment_id as "paymentId",
      owed.nrb, (owed.amount - coalesce(settled.amount, 0))::bigint as due,
      payment.reference_number as "referenceNumber", payer.user_id as "userId", owed.title,
      provider.name as "payeeName"
    from owed
    left join settled on settled.provider_id = owed.provider_id and settled.payment_id = owed.payment_id
      and settled.nrb = owed.nrb
    join provider on provider.id = owed.provider_id and provider.test = ${test}
      and (${providerId ?? null}::int is null or provider.id = ${providerId ?? null}::int)
    join payment on payment.provider_id = owed.provider_id and payment.id = owed.payment_id
    join payer on payer.provider_id = payment.provider_id and payer.id = payment.payer_id
    where owed.amount <> coalesce(settled.amount, 0)
      -- The bank paid it with a run that was cancelled: settled again it would be paid twice.
      and not exists (select from settlement_item as paid
        where paid.provider_id = owed.provider_id and paid.payment_id = owed.payment_id and paid.nrb = owed.nrb
          and paid.cancelled and paid.closed_at is not null)
    order by provider.code, owed.nrb, owed.payment_id`.execute(db)
  return rows
}
