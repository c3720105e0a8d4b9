import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../../platform/db/transaction.ts'
import type { Bill } from '../bill.ts'
import type { Resolution } from '../payment-link.ts'

/** What a bill’s item says about a link, apart from whose it is. */
export interface LinkData {
  bill: Bill
  /** Minor units that the link takes: what was asked less payments that the caller had not seen. */
  open: bigint
  shortCode: string | null
}

export interface NewLink extends LinkData {
  payerId: bigint
  token: string
}

export interface ChangedLink extends LinkData {
  id: bigint
}

export interface Storing {
  currency: string
  lmsPlugin: boolean
  now: Date
}

/** Columns of {@link LinkData}, in the order of {@link dataArrays}. */
const dataColumns = sql`asked, open, short_code, nrb, title, payment_due, name, surname, email, recipient_id,
  recipient_name, dropped`

/** Writes links and where their tokens lead: two statements’ worth of rows in one. */
export async function insertLinks(
  tx: Tx,
  providerId: number,
  links: readonly NewLink[],
  { currency, lmsPlugin, now }: Storing,
): Promise<void> {
  if (links.length === 0) return
  await sql`/* prepared */
    with made as (
      insert into payment_link (provider_id, payer_id, operation_id, token, short_code, currency, asked_amount,
        open_amount, nrb, title, payment_due, name, surname, email, recipient_id, recipient_name, lms_plugin,
        dropped, created_at, updated_at)
      select ${providerId}, payer_id, operation_id, decode(token, 'hex'), short_code, ${currency}, asked,
        open, nrb, title, payment_due, name, surname, email, recipient_id, recipient_name, ${lmsPlugin}::boolean,
        string_to_array(dropped, ','), ${now}::timestamptz, ${now}::timestamptz
      from unnest(
        ${links.map((link) => link.payerId)}::bigint[],
        ${links.map((link) => link.bill.operationId)}::text[],
        ${links.map((link) => link.token)}::text[],
        ${dataArrays(links)}
      ) as new_link (payer_id, operation_id, token, ${dataColumns})
      returning id, token
    )
    insert into link_token (token, provider_id, link_id)
    select token, ${providerId}, id from made`.execute(tx)
}

/**
 * Replaces the data of active links; one with nothing left open is paid. A short code once given stays, and a
 * link that the LMS plugin has made or updated stays one of its dialect, or the plugin would miss its payments.
 */
export async function updateLinks(
  tx: Tx,
  providerId: number,
  links: readonly ChangedLink[],
  { lmsPlugin, now }: Storing,
): Promise<void> {
  if (links.length === 0) return
  await sql`/* prepared */
    update payment_link as link set
      asked_amount = changed.asked, open_amount = changed.open,
      status = case when changed.open = 0 then 'paid' else link.status end,
      ended_at = case when changed.open = 0 then ${now}::timestamptz end,
      short_code = coalesce(link.short_code, changed.short_code),
      nrb = changed.nrb, title = changed.title, payment_due = changed.payment_due, name = changed.name,
      surname = changed.surname, email = changed.email, recipient_id = changed.recipient_id,
      recipient_name = changed.recipient_name, lms_plugin = link.lms_plugin or ${lmsPlugin}::boolean,
      dropped = string_to_array(changed.dropped, ','), updated_at = ${now}::timestamptz
    from unnest(
      ${links.map((link) => link.id)}::bigint[],
      ${dataArrays(links)}
    ) as changed (id, ${dataColumns})
    where link.provider_id = ${providerId} and link.id = changed.id`.execute(tx)
}

function dataArrays(links: readonly LinkData[]): RawBuilder<unknown> {
  const of = <T>(pick: (bill: Bill) => T): T[] => links.map((link) => pick(link.bill))
  return sql`
    ${of((bill) => bill.amount)}::bigint[],
    ${links.map((link) => link.open)}::bigint[],
    ${links.map((link) => link.shortCode)}::text[],
    ${of((bill) => bill.nrb)}::text[],
    ${of((bill) => bill.title)}::text[],
    ${of((bill) => bill.paymentDue)}::date[],
    ${of((bill) => bill.name)}::text[],
    ${of((bill) => bill.surname)}::text[],
    ${of((bill) => bill.email)}::text[],
    ${of((bill) => bill.recipientId)}::text[],
    ${of((bill) => bill.recipientName)}::text[],
    ${of((bill) => bill.dropped.join(',') || null)}::text[]`
}

export interface Cancellation {
  resolution: Resolution
  referenceNumber: string | null
  revoked: boolean
}

/** Ends active links: nothing is open any more. The caller holds their locks. */
export async function cancelLinks(
  tx: Tx,
  providerId: number,
  ids: readonly bigint[],
  { resolution, referenceNumber, revoked }: Cancellation,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('payment_link')
    .set({
      status: 'cancelled',
      resolution,
      cancel_reference: referenceNumber,
      revoked,
      open_amount: 0n,
      updated_at: now,
      ended_at: now,
    })
    .where('provider_id', '=', providerId)
    .where('id', 'in', ids)
    .where('status', '=', 'active')
    .execute()
}
