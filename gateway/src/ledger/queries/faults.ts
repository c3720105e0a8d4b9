import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../platform/db/database.ts'

export interface Fault {
  provider_id: number
  /** Which row: a table and an id. */
  subject: string
  detail: string
}

/** What breaks one rule of the books, of one provider or of all. */
export async function faultsOf(
  db: Db,
  providerId: number | undefined,
  faults: RawBuilder<unknown>,
  limit: number,
): Promise<Fault[]> {
  const { rows } = await sql<Fault>`
    select provider_id, subject, detail from (${faults}) as fault
    where ${providerId ?? null}::int is null or provider_id = ${providerId ?? null}::int
    order by provider_id, subject limit ${limit}`.execute(db)
  return rows
}

/** Reading all of the books may take long. */
export async function liftStatementTimeout(db: Db): Promise<void> {
  await sql`set local statement_timeout = 0`.execute(db)
}

/** Each gives provider_id, subject and detail of what breaks the rule. */
export const rulesOfTheBooks: Record<string, RawBuilder<unknown>> = {
  'the postings of a transaction sum to zero': sql`
    select entry.provider_id, 'ledger_transaction ' || entry.id as subject,
      'sums to ' || coalesce(sum(posting.amount)::text, 'nothing') as detail
    from ledger_transaction as entry
    left join posting on posting.provider_id = entry.provider_id and posting.transaction_id = entry.id
    group by entry.provider_id, entry.id, posting.currency
    having coalesce(sum(posting.amount), 1) <> 0`,

  'a payment is what its rows add up to': sql`
    select payment.provider_id, 'payment ' || payment.public_id as subject,
      payment.amount || ' has rows of ' || coalesce(sum(allocation.amount), 0) as detail
    from payment
    left join allocation on allocation.provider_id = payment.provider_id and allocation.payment_id = payment.id
    group by payment.provider_id, payment.id, payment.public_id, payment.amount
    having payment.amount <> coalesce(sum(allocation.amount), 0)`,

  'a payment is posted once, link by link as its rows say': sql`
    select provider_id, 'payment ' || payment_id as subject,
      'link ' || coalesce(link_id::text, '(none)') || ': rows ' || sum(allocated) || ', postings ' || sum(posted)
        as detail
    from (
      select provider_id, payment_id, link_id, amount - unallocated as allocated, 0 as posted from allocation
      union all
      select provider_id, payment_id, null, unallocated, 0 from allocation
      union all
      select posting.provider_id, posting.payment_id, posting.link_id, 0, -posting.amount from posting
      join ledger_transaction as entry on entry.provider_id = posting.provider_id
        and entry.id = posting.transaction_id and entry.kind = 'payment'
      where posting.account <> 'clearing'
    ) as side
    group by provider_id, payment_id, link_id
    having sum(allocated) <> sum(posted)`,

  'a link has been paid what its postings say': sql`
    select link.provider_id, 'payment_link ' || link.id as subject,
      'says ' || link.paid_amount || ', postings ' || coalesce(posted.amount, 0) as detail
    from payment_link as link
    left join (
      select posting.provider_id, link_id, -sum(amount) as amount from posting
      join ledger_transaction as entry on entry.provider_id = posting.provider_id
        and entry.id = posting.transaction_id and entry.kind = 'payment'
      where link_id is not null group by posting.provider_id, link_id
    ) as posted on posted.provider_id = link.provider_id and posted.link_id = link.id
    where link.paid_amount <> coalesce(posted.amount, 0)`,

  'a link has given back what its postings say': sql`
    select link.provider_id, 'payment_link ' || link.id as subject,
      'says ' || link.refunded_amount || ', postings ' || coalesce(posted.amount, 0) as detail
    from payment_link as link
    left join (
      select posting.provider_id, link_id, sum(amount) as amount from posting
      join ledger_transaction as entry on entry.provider_id = posting.provider_id
        and entry.id = posting.transaction_id and entry.kind in ('refund', 'reversal')
      where link_id is not null group by posting.provider_id, link_id
    ) as posted on posted.provider_id = link.provider_id and posted.link_id = link.id
    where link.refunded_amount <> coalesce(posted.amount, 0)`,

  'a payment is what links and nobody hold of it, and what went back': sql`
    select payment.provider_id, 'payment ' || payment.public_id as subject,
      payment.amount || ' is held as ' || coalesce(held.amount, 0) || ' and went back as ' || coalesce(gone.amount, 0)
        as detail
    from payment
    left join (
      select provider_id, payment_id, -sum(amount) as amount from posting
      where account in ('link', 'unallocated') group by provider_id, payment_id
    ) as held on held.provider_id = payment.provider_id and held.payment_id = payment.id
    left join (
      select provider_id, payment_id, sum(amount) as amount from refund
      where status = 'succeeded' group by provider_id, payment_id
    ) as gone on gone.provider_id = payment.provider_id and gone.payment_id = payment.id
    where payment.amount <> coalesce(held.amount, 0) + coalesce(gone.amount, 0)`,

  'no row of a payment gives back more than it brought': sql`
    select row.provider_id, 'payment ' || row.payment_id || ' row ' || row.position as subject,
      row.amount || ' (unallocated ' || row.unallocated || ') gives back ' || sum(part.amount) || ' (unallocated '
        || sum(part.unallocated) || ')' as detail
    from allocation as row
    join refund_part as part on part.provider_id = row.provider_id and part.payment_id = row.payment_id
      and part.position = row.position
    join refund on refund.provider_id = part.provider_id and refund.id = part.refund_id and refund.status <> 'failed'
    group by row.provider_id, row.payment_id, row.position, row.amount, row.unallocated
    having sum(part.unallocated) > row.unallocated
      or sum(part.amount - part.unallocated) > row.amount - row.unallocated`,

  'a refund is posted once it has succeeded, and only then': sql`
    select refund.provider_id, 'refund ' || refund.public_id as subject,
      refund.status || ' of ' || refund.amount || ', postings ' || coalesce(posted.amount, 0) as detail
    from refund
    left join (
      select entry.provider_id, entry.refund_id, -sum(posting.amount) as amount from ledger_transaction as entry
      join posting on posting.provider_id = entry.provider_id and posting.transaction_id = entry.id
        and account in ('clearing', 'settled')
      where entry.refund_id is not null group by entry.provider_id, entry.refund_id
    ) as posted on posted.provider_id = refund.provider_id and posted.refund_id = refund.id
    where coalesce(posted.amount, 0) <> case refund.status when 'succeeded' then refund.amount else 0 end`,

  'what is settled was collected by the operator, and is not more than the payment': sql`
    select payment.provider_id, 'payment ' || payment.public_id as subject,
      payment.amount || ' collected by ' || payment.collected_by || ', settled ' || sum(posting.amount) as detail
    from posting
    join ledger_transaction as entry on entry.provider_id = posting.provider_id
      and entry.id = posting.transaction_id and entry.kind = 'settlement'
    join payment on payment.provider_id = posting.provider_id and payment.id = posting.payment_id
    where posting.account = 'settled'
    group by payment.provider_id, payment.public_id, payment.amount, payment.collected_by
    having sum(posting.amount) < 0 or sum(posting.amount) > payment.amount or payment.collected_by <> 'operator'`,

  'a refund that has succeeded has one event, and the event the refund': sql`
    select coalesce(refund.provider_id, told.provider_id) as provider_id,
      'refund ' || coalesce(refund.public_id, told.refund_id) as subject,
      'told ' || count(told.id) || ' times' as detail
    from (select * from refund where status = 'succeeded') as refund
    full join (
      select provider_id, id, data ->> 'refundId' as refund_id from event
      where type in ('payment.refunded', 'payment.reversed')
    ) as told on told.provider_id = refund.provider_id and told.refund_id = refund.public_id
    -- Older events are no longer kept.
    where refund.id is null or refund.ended_at >=
      (select coalesce(min(at), 'infinity') from event where event.provider_id = refund.provider_id)
    group by 1, 2, refund.id
    having count(told.id) <> 1 or refund.id is null`,

  'a link is active while it owes, and paid by money': sql`
    select provider_id, 'payment_link ' || id as subject,
      status || ', open ' || open_amount || ', paid ' || paid_amount as detail
    from payment_link
    where (status = 'active' and open_amount = 0) or (status = 'paid' and (open_amount > 0 or paid_amount = 0))`,

  'a payment has one event, and the event the payment': sql`
    select coalesce(payment.provider_id, told.provider_id) as provider_id,
      'payment ' || coalesce(payment.public_id, told.payment_id) as subject,
      'recorded as ' || coalesce(payment.event_id::text, 'nothing') || ', told by '
        || coalesce(told.id::text, 'nothing') as detail
    from payment
    full join (
      select provider_id, id, data ->> 'paymentId' as payment_id from event where type = 'payment.succeeded'
    ) as told on told.provider_id = payment.provider_id and told.payment_id = payment.public_id
    -- Older events are no longer kept.
    where (payment.event_id is null or payment.event_id >=
        (select coalesce(min(id), 0) from event where event.provider_id = payment.provider_id))
      and told.id is distinct from payment.event_id`,

  'a checkout has succeeded exactly if it has a payment': sql`
    select checkout.provider_id, 'checkout ' || checkout.public_id as subject,
      checkout.status || ' with ' || count(payment.id) || ' payments' as detail
    from checkout
    left join payment on payment.provider_id = checkout.provider_id and payment.checkout_id = checkout.id
    group by checkout.provider_id, checkout.id, checkout.public_id, checkout.status
    having (checkout.status = 'succeeded') <> (count(payment.id) > 0)`,
}
