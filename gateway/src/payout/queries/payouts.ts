import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../platform/db/database.ts'
import type { ItemState, MissingPayment, Payout, PayoutItem } from '../payout.ts'

/** What a provider is shown: nothing of the operator's accounts. Without it: all. */
export interface Audience {
  only?: 'provider'
}

export interface PayoutFilter extends Audience {
  /** `yyyy-mm-dd` in Warsaw, both included. */
  from?: string
  to?: string
  /** {@link Payout.id} */
  after?: bigint
  limit: number
}

/** In the order in which they were first read. */
export async function listPayouts(db: Db, providerId: number, filter: PayoutFilter): Promise<Payout[]> {
  const { from = null, to = null, after = null, only = null, limit } = filter
  return payouts(
    db,
    sql`where provider_id = ${providerId} and (${after}::bigint is null or id > ${after}::bigint)
      and (${from}::date is null or day >= ${from}::date) and (${to}::date is null or day <= ${to}::date)
      and (${only}::text is null or collected_by = ${only}::text)
      order by id limit ${limit}`,
  )
}

export async function findPayout(
  db: Db,
  providerId: number,
  publicId: string,
  { only }: Audience = {},
): Promise<Payout | undefined> {
  const [found] = await payouts(db, sql`where provider_id = ${providerId} and public_id = ${publicId}`)
  return only === undefined || found?.collectedBy === only ? found : undefined
}

async function payouts(db: Db, which: RawBuilder<unknown>): Promise<Payout[]> {
  const { rows } = await sql<Payout>`
    select payout.id, public_id as "publicId", payout.method, method_payout_id as "methodPayoutId",
      collected_by as "collectedBy",
      payout.day, sent_at as "sentAt", payout.currency, payout.amount,
      (payout.fee + total.fee)::bigint as fee, total.payments, total.refunds, total.doubtful,
      (payout.amount + payout.fee - total.net)::bigint as difference
    from (select * from payout ${which}) as payout
    cross join lateral (
      select coalesce(sum(fee), 0) as fee, coalesce(sum(amount - fee), 0) as net,
        (count(*) filter (where kind = 'payment'))::int as payments,
        (count(*) filter (where kind = 'refund'))::int as refunds,
        (count(*) filter (where state in ('differs', 'unknown')))::int as doubtful
      from (${heldAgainst} where item.provider_id = payout.provider_id and item.payout_id = payout.id) as item
    ) as total
    order by payout.id`.execute(db)
  return rows
}

/** Each item beside the payment or refund that we have of it. */
const heldAgainst = sql`
  select item.*, payment.public_id as payment_public_id, payment.reference_number,
    refund.public_id as refund_public_id,
    case when item.kind = 'payment' then payment.amount else -refund.amount end as recorded,
    case
      when payment.id is null and exists (
        select from payment as other
        join provider as owner on owner.id = other.provider_id
        join provider as reader on reader.id = item.provider_id and reader.test = owner.test
        where other.method = item.method and other.method_payment_id = item.method_payment_id
          and other.collected_by = 'operator' and holder.collected_by = 'operator') then 'elsewhere'
      when item.kind = 'payment' and payment.id is null or item.kind = 'refund' and refund.id is null
        then 'unknown'
      when item.kind = 'payment' and (payment.amount, payment.currency) = (item.amount, item.currency)
        or (refund.amount, refund.currency) = (-item.amount, item.currency) and refund.status <> 'failed'
        then 'matched'
      else 'differs'
    end as state
  from payout_item as item
  join payout as holder on holder.provider_id = item.provider_id and holder.id = item.payout_id
  left join payment on payment.provider_id = item.provider_id and payment.method = item.method
    and payment.method_payment_id = item.method_payment_id
  left join refund on item.kind = 'refund' and refund.provider_id = item.provider_id
    and refund.public_id = item.refund_reference and refund.payment_id = payment.id`

/** In the order of the report. */
export async function listItems(
  db: Db,
  providerId: number,
  payoutId: bigint,
  { after, limit }: { after: number; limit: number },
): Promise<PayoutItem[]> {
  const { rows } = await sql<PayoutItem & { kind: 'payment' | 'refund'; state: ItemState }>`
    select position, kind, state, method_payment_id as "methodPaymentId",
      payment_public_id as "paymentPublicId", reference_number as "referenceNumber",
      refund_public_id as "refundPublicId", currency, amount, fee, recorded
    from (${heldAgainst} where item.provider_id = ${providerId} and item.payout_id = ${payoutId}
      and item.position > ${after}) as item
    order by position limit ${limit}`.execute(db)
  return rows
}

/**
 * Payments that came while reports were read and are in none of them, though so many days have been read since.
 * What went back to the payer in full is not missed.
 */
export async function missingPayments(
  db: Db,
  providerId: number,
  { days, limit, only = null }: { days: number; limit: number; only?: 'provider' | null },
): Promise<MissingPayment[]> {
  const { rows } = await sql<MissingPayment>`
    select payment.public_id as "publicId", payment.reference_number as "referenceNumber", payment.method,
      payment.currency, payment.amount, payment.paid_at as "paidAt"
    from payout_reading as reading
    join payment on payment.provider_id = reading.provider_id and payment.method = reading.method
      and payment.paid_at >= reading.first_day::timestamp at time zone 'Europe/Warsaw'
      and payment.paid_at < (reading.last_day - ${days}::int)::timestamp at time zone 'Europe/Warsaw'
    where reading.provider_id = ${providerId}
      and (${only}::text is null or payment.collected_by = ${only}::text)
      and not exists (select from payout_item as item
        where item.provider_id = payment.provider_id and item.method = payment.method
          and item.method_payment_id = payment.method_payment_id and item.kind = 'payment')
      and payment.amount > (select coalesce(sum(refund.amount), 0) from refund
        where refund.provider_id = payment.provider_id and refund.payment_id = payment.id
          and refund.status = 'succeeded')
    order by payment.paid_at, payment.id limit ${limit}`.execute(db)
  return rows
}
