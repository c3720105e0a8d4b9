import { sql } from 'kysely'
import { expect } from 'vitest'
import { verifyBooks } from '../../gateway/src/ledger/index.ts'
import type { Db } from '../../gateway/src/platform/db/database.ts'

/**
 * The invariants of money, over the whole database: the ledger's own check, no link above its amount, each
 * payment once and with exactly one event of its own.
 */
export async function expectSoundBooks(db: Db): Promise<void> {
  expect(await verifyBooks(db)).toEqual([])
  const faults = await sql<{ fault: string }>`
    select 'link ' || id || ' took ' || paid_amount || ' of ' || asked_amount as fault
    from payment_link where open_amount < 0 or (status = 'paid' and open_amount <> 0)
    union all
    select 'link ' || l.id || ' says ' || l.paid_amount || ' and its rows say ' || coalesce(sum(a.amount - a.unallocated), 0)
    from payment_link l left join allocation a on a.provider_id = l.provider_id and a.link_id = l.id
    group by l.provider_id, l.id having l.paid_amount <> coalesce(sum(a.amount - a.unallocated), 0)
    union all
    select 'payment ' || p.public_id || ' has ' || count(e.id) || ' events'
    from payment p left join event e on e.provider_id = p.provider_id and e.type = 'payment.succeeded'
      and e.data ->> 'paymentId' = p.public_id
    group by p.provider_id, p.id, p.public_id having count(e.id) <> 1
    union all
    select 'event ' || e.id || ' tells of no payment'
    from event e where e.type = 'payment.succeeded' and not exists (
      select from payment p where p.provider_id = e.provider_id and p.event_id = e.id
        and p.public_id = e.data ->> 'paymentId')
    union all
    select 'pair ' || payer_id || ' ' || operation_id || ' has ' || count(*) || ' active links'
    from payment_link where status = 'active' and operation_id is not null
    group by provider_id, payer_id, operation_id having count(*) > 1
    union all
    select 'payment ' || p.public_id || ' of ' || p.amount || ' has rows of ' || coalesce(sum(a.amount), 0)
    from payment p left join allocation a on a.provider_id = p.provider_id and a.payment_id = p.id
    group by p.provider_id, p.id, p.public_id, p.amount having p.amount <> coalesce(sum(a.amount), 0)`.execute(
    db,
  )
  expect(faults.rows.map((row) => row.fault)).toEqual([])
}
