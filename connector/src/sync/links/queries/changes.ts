import { type RawBuilder, sql } from 'kysely'
import {
  cashPrint,
  contactBits,
  documentPrint,
  hashOfRows,
  ledgerPrints,
  textPrint,
} from '../../../lms/index.ts'
import type { Lms } from '../../../platform/index.ts'

export interface ChangedCustomer {
  customerId: number
  /** Of everything that is sent, as it stands now; null where the links are to be looked at for another reason. */
  fingerprint: string | null
}

export interface ChangeQuestion {
  gatewayId: string
  /** Hash of the settings that change what is sent. */
  settingsHash: string
  /** Only these customers. */
  customers?: readonly number[] | undefined
  /** Only customers with greater numbers. */
  after?: number
  /** Everybody with a ledger, changed or not. */
  full?: boolean
  limit: number
}

/**
 * Whose links may have to change, in one query that reads every ledger but answers with what differs from the
 * fingerprint that was stored when the links were last right.
 */
export async function changedCustomers(lms: Lms, question: ChangeQuestion): Promise<ChangedCustomer[]> {
  const { customers, after, full = false, limit } = question
  const among = (column: string) => {
    const ref = sql.ref(column)
    if (customers) return sql<boolean>`${ref} in (${sql.join([...customers])})`
    return after === undefined ? undefined : sql<boolean>`${ref} > ${after}`
  }
  const sums = sumsOf(lms, among)
  const differs = full ? sql`` : sql`and (f.stored is null or f.stored <> f.fingerprint)`
  const query = sql<{ id: number; fingerprint: string | null }>`
    ${sums.before}
    select u.id, max(u.fingerprint) as fingerprint from (
      select f.id, f.fingerprint from (${fingerprints(lms, question.settingsHash, sums, among('k.id'))}) f
      where (f.known is not null or f.n is not null) ${differs}
      union all
      ${linksToLookAt(lms, question.gatewayId, among('l.customer_id'))}
      union all
      ${refusedToLookAt(lms, among('r.customer_id'))}
    ) u group by u.id order by u.id limit ${sql.lit(limit)}`
  const { rows } =
    lms.engine === 'mysql'
      ? await query.execute(lms.db)
      : await lms.db.transaction().execute(async (tx) => {
          // With the usual 4 MB PostgreSQL walks an index instead of hashing: twice as slow.
          await sql`set local work_mem = '64MB'`.execute(tx)
          return query.execute(tx)
        })
  return rows.map(({ id, fingerprint }) => ({ customerId: Number(id), fingerprint }))
}

type Among = (column: string) => RawBuilder<boolean> | undefined

/** The aggregates of the query, each to be joined by `id`. */
interface Sums {
  /** What stands before the query. */
  before: RawBuilder<unknown>
  ledger: RawBuilder<unknown>
  payments: RawBuilder<unknown>
  contacts: RawBuilder<unknown>
}

function sumsOf(lms: Lms, among: Among): Sums {
  const ledger = ledgerPrints(lms, among('customerid'))
  const payments = paymentPrints(lms, among('customerid'))
  const contacts = contactPrints(lms, among('customerid'))
  if (lms.engine === 'mysql') {
    return {
      before: sql``,
      ledger: sql`(${ledger})`,
      payments: sql`(${payments})`,
      contacts: sql`(${contacts})`,
    }
  }
  // Else PostgreSQL lets each of several parallel workers sum up the whole ledger for itself.
  const once = Number.parseInt(lms.version, 10) >= 12 ? sql`as materialized` : sql`as`
  return {
    before: sql`with ledger_sums ${once} (${ledger}), payment_sums ${once} (${payments}),
      contact_sums ${once} (${contacts})`,
    ...{ ledger: sql`ledger_sums`, payments: sql`payment_sums`, contacts: sql`contact_sums` },
  }
}

function fingerprints(
  lms: Lms,
  settingsHash: string,
  sums: Sums,
  customers: RawBuilder<boolean> | undefined,
): RawBuilder<unknown> {
  const columns = sql`coalesce(l.n, 0), coalesce(l.h, 0), coalesce(p.h, 0), coalesce(t.h, 0),
    k.deleted, k.lastname, k.name, k.paytime, coalesce(v.id, 0), coalesce(v.account, ''),
    coalesce(v.inv_paytime, -1), cast(${settingsHash} as char(64))`
  return sql`
    select k.id, i.customer_id as known, i.fingerprint as stored, l.n,
      ${textPrint(lms, columns)} as fingerprint
    from customers k
    left join ${sums.ledger} l on l.id = k.id
    left join ${sums.payments} p on p.id = k.id
    left join ${sums.contacts} t on t.id = k.id
    left join divisions v on v.id = k.divisionid
    left join billtech_customer_info i on i.customer_id = k.id
    ${customers ? sql`where ${customers}` : sql``}`
}

function paymentPrints(lms: Lms, among: RawBuilder<boolean> | undefined): RawBuilder<unknown> {
  const columns = sql`coalesce(state, ''), coalesce(operation_id, ''), amount, refunded, coalesce(cashid, 0)`
  return sql`select customerid as id, ${hashOfRows(lms, columns)} as h from billtech_payments
    where ${among ?? sql`customerid is not null`} group by customerid`
}

function contactPrints(lms: Lms, among: RawBuilder<boolean> | undefined): RawBuilder<unknown> {
  const bits = contactBits.email + contactBits.bankAccount
  return sql`select customerid as id, ${hashOfRows(lms, sql`type, contact`)} as h from customercontacts
    where (type & ${sql.lit(bits)}) <> 0 ${among ? sql`and ${among}` : sql``} group by customerid`
}

/**
 * Links that call for a look though their customer’s ledger may be as it was: what they show has changed, a pass
 * died over them, they are superfluous, another gateway’s, or their customer is gone.
 */
function linksToLookAt(
  lms: Lms,
  gatewayId: string,
  among: RawBuilder<boolean> | undefined,
): RawBuilder<unknown> {
  return sql`
    select l.customer_id as id, null as fingerprint from billtech_payment_links l
    left join customers k on k.id = l.customer_id
    left join documents d on d.id = l.src_document_id
    left join numberplans n on n.id = d.numberplanid
    left join cash c on c.id = l.src_cash_id and l.src_document_id is null
    where l.state in ('active', 'sending') and l.gateway is not null ${among ? sql`and ${among}` : sql``}
      and (l.gateway <> ${gatewayId} or l.active_key is null or l.sent_hash is null or k.id is null
        or l.source_hash is null
        or l.source_hash <> case when l.src_document_id is null then ${cashPrint(lms)} else ${documentPrint(lms)} end)`
}

/** Refused links whose document, or ledger row, reads differently now: they may be taken this time. */
function refusedToLookAt(lms: Lms, among: RawBuilder<boolean> | undefined): RawBuilder<unknown> {
  const operation = sql.ref('r.operation_id')
  const number =
    lms.engine === 'postgres'
      ? sql`nullif(regexp_replace(${operation}, '^cash_', ''), '')::bigint`
      : sql`cast(replace(${operation}, 'cash_', '') as unsigned)`
  return sql`
    select r.customer_id as id, null as fingerprint from billtech_refused r
    left join documents d on r.operation_id not like 'cash%' and d.id = ${number}
    left join numberplans n on n.id = d.numberplanid
    left join cash c on r.operation_id like 'cash%' and c.id = ${number}
    where r.kind = 'link' and r.customer_id is not null and r.operation_id is not null
      ${among ? sql`and ${among}` : sql``}
      and right(r.data_hash, 32)
        <> case when r.operation_id like 'cash%' then ${cashPrint(lms)} else ${documentPrint(lms)} end`
}
