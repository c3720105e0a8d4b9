import { sql } from 'kysely'
import type { BenchGateway } from './world.ts'

/**
 * A provider's history: so many links, half of them paid, written straight into the tables. Triggers are off
 * while it is written, as in a restore; the rows are those that the gateway would have made.
 */
export async function fillHistory({ database, providerId }: BenchGateway, links: number): Promise<void> {
  const stepMax = 100_000
  for (let from = 0; from < links; from += stepMax) {
    const to = Math.min(links, from + stepMax) - 1
    await database.db.connection().execute(async (db) => {
      await sql`set session_replication_role = replica`.execute(db)
      await sql`set statement_timeout = 0`.execute(db)
      // Of tables that were empty a moment ago the planner knows nothing, and would loop.
      await sql`set enable_nestloop = off`.execute(db)
      await fillLinks(db, providerId, from, to)
      await fillPayments(db, providerId, from, to)
      await sql`set session_replication_role = default`.execute(db)
      await sql`reset statement_timeout`.execute(db)
      await sql`reset enable_nestloop`.execute(db)
    })
  }
  await database.db.connection().execute(async (db) => {
    await sql`set statement_timeout = 0`.execute(db)
    await sql`vacuum analyze`.execute(db)
    await sql`checkpoint`.execute(db)
    await sql`reset statement_timeout`.execute(db)
  })
}

type Connection = BenchGateway['database']['db']

async function fillLinks(db: Connection, providerId: number, from: number, to: number): Promise<void> {
  await sql`
    with item as (
      select n, 'history-' || n as user_id,
        decode(substr(md5((n / 100)::text), 1, 8) || substr(md5('a' || n), 1, 24) || md5('b' || n) || md5('c' || n) || md5('d' || n), 'hex') as token,
        substr(translate(encode(decode(md5('s' || n), 'hex'), 'base64'), '+/=', 'xyz'), 1, 10) as code
      from generate_series(${from}::int, ${to}::int) as n
    ), new_payer as (
      insert into payer (provider_id, user_id) select ${providerId}, user_id from item returning id, user_id
    ), new_link as (
      insert into payment_link (provider_id, payer_id, operation_id, token, short_code, status, currency, asked_amount,
        open_amount, paid_amount, nrb, title, payment_due, name, surname, email, created_at, updated_at, ended_at)
      select ${providerId}, new_payer.id, n::text, token, code, case when n % 2 = 0 then 'paid' else 'active' end, 'PLN', 12345,
        case when n % 2 = 0 then 0 else 12345 end, case when n % 2 = 0 then 12345 else 0 end, '61109010140000071219812874',
        'FV ' || n || '/2025', '2025-11-06', 'Katarzyna', 'Wiśniewska-Kowalczyk', 'payer' || n || '@example.com',
        now() - interval '1 year', now() - interval '1 year', case when n % 2 = 0 then now() - interval '11 months' end
      from item join new_payer using (user_id) returning id, token, short_code
    ), new_token as (
      insert into link_token (token, provider_id, link_id) select token, ${providerId}, id from new_link
    )
    insert into short_link (code, provider_id, token) select short_code, ${providerId}, token from new_link
    on conflict do nothing`.execute(db)
}

async function fillPayments(db: Connection, providerId: number, from: number, to: number): Promise<void> {
  // Event ids of a year ago, one microsecond apart, below everything that the bench itself records.
  await sql`
    with paid as (
      select payment_link.id as link_id, payer_id, operation_id, title, operation_id::int as n,
        1700000000000000 + operation_id::bigint as event_id
      from payment_link
      where provider_id = ${providerId} and status = 'paid' and operation_id::int between ${from} and ${to} and title like '%/2025'
    ), new_checkout as (
      insert into checkout (provider_id, public_id, payer_id, method, channel, status, amount, currency, reference_number,
        arrives, language, created_at, expires_at, ended_at)
      select ${providerId}, 'co_history_' || n, payer_id, 'sandbox', 'blik', 'succeeded', 12345, 'PLN',
        to_char(date '2024-01-01' + n / 1000000, 'yyyymmdd') || '-' || to_char(n % 1000000, 'fm000000'), 'transfer', 'pl',
        now() - interval '11 months', now() - interval '11 months', now() - interval '11 months'
      from paid returning id, public_id
    ), checkout_of as (
      select paid.*, new_checkout.id as checkout_id from paid join new_checkout on public_id = 'co_history_' || n
    ), new_checkout_link as (
      insert into checkout_link (provider_id, checkout_id, position, link_id, amount)
      select ${providerId}, checkout_id, 1, link_id, 12345 from checkout_of
    ), new_event as (
      insert into event (provider_id, id, type, at, data)
      select ${providerId}, event_id, 'payment.succeeded', now() - interval '11 months', '{}' from paid
    ), new_payment as (
      insert into payment (provider_id, public_id, checkout_id, payer_id, reference_number, method, channel, method_payment_id,
        amount, currency, arrives, paid_at, recorded_at, event_id)
      select ${providerId}, 'pay_history_' || n, checkout_id, payer_id,
        to_char(date '2024-01-01' + n / 1000000, 'yyyymmdd') || '-' || to_char(n % 1000000, 'fm000000'), 'sandbox', 'blik',
        'history-' || n, 12345, 'PLN', 'transfer', now() - interval '11 months', now() - interval '11 months', event_id
      from checkout_of returning id, event_id
    ), new_allocation as (
      insert into allocation (provider_id, payment_id, position, link_id, payer_id, operation_id, title, amount, unallocated,
        completed, nth, event_id)
      select ${providerId}, new_payment.id, 1, link_id, payer_id, operation_id, title, 12345, 0, true, 1, event_id
      from paid join new_payment using (event_id)
    ), new_transaction as (
      insert into ledger_transaction (provider_id, kind, payment_id, at)
      select ${providerId}, 'payment', id, now() - interval '11 months' from new_payment returning id, payment_id
    )
    insert into posting (provider_id, transaction_id, position, account, link_id, payment_id, amount, currency)
    select ${providerId}, new_transaction.id, side.position, side.account, case when side.account = 'link' then link_id end,
      payment_id, side.amount, 'PLN'
    from new_transaction
    join new_payment on new_payment.id = payment_id
    join paid using (event_id)
    cross join (values (1, 'clearing', 12345), (2, 'link', -12345)) as side (position, account, amount)`.execute(
    db,
  )
}
