/**
 * The connector's own tables: those of the old BillTech plugin with the columns that were added, and new ones.
 * Money is exact text, times are epoch seconds.
 */

import type { Generated } from 'kysely'
import type { Numeric } from './lms-tables.ts'

/** `sending`: the intent is written, the gateway has not answered yet. */
export type LinkState = 'sending' | 'active' | 'paid' | 'cancelled' | 'moved'
export type PaymentState =
  | 'open'
  | 'awaited'
  | 'settled'
  | 'final'
  | 'expired'
  | 'hand'
  | 'removed'
  | 'refunded'
  | 'kept'
export type StatementState = 'open' | 'used' | 'difference' | 'none'

export interface OwnTables {
  billtech_payment_links: {
    id: Generated<number>
    customer_id: number
    src_cash_id: number | null
    src_document_id: number | null
    type: Generated<string>
    link: string
    short_link: string | null
    token: string
    amount: Numeric
    operation_id: string | null
    /** The API address in normal form: whose link this is. */
    gateway: string | null
    state: Generated<LinkState>
    title: string | null
    /** yyyy-mm-dd, a day in Poland. */
    due_date: string | null
    nrb: string | null
    /** Of everything that was sent. */
    sent_hash: string | null
    /** Of LMS's own data that the link was made from. */
    source_hash: string | null
    created_at: number | null
    ended_at: number | null
    /** `gateway|customer|operation` while active, else null: unique, so one active link of a pair. */
    active_key: string | null
  }
  billtech_payments: {
    id: Generated<number>
    ten: Generated<string>
    customerid: number | null
    amount: Numeric
    title: string
    document_number: string | null
    reference_number: string | null
    cdate: number
    /** 0 while the temporary payment is open: what readers of the old tables look at. */
    closed: Generated<number>
    cashid: number | null
    token: string | null
    /** Id of the search row, unique; of a foreign gateway with its name before it. */
    row_id: string | null
    operation_id: string | null
    gateway: string | null
    paid_at: number | null
    arrives: string | null
    method: string | null
    state: PaymentState | null
    settled_importid: number | null
    expires_at: number | null
    refunded: Generated<Numeric>
    /** Digits of the reference: what statement rows are searched for. */
    reference_digits: string | null
    test: Generated<number>
    /** Of the gateway's event that brought the row; null: booked from the search. */
    event_id: string | null
  }
  billtech_customer_info: {
    customer_id: number
    last_cash_id: Generated<number | null>
    /** Null: look again. */
    fingerprint: string | null
    /** Who is sending this customer's links. */
    claim: string | null
    checked_at: number | null
  }
  billtech_info: { keytype: string; keyvalue: string | null }
  billtech_log: { cdate: number; type: string; description: string }
  billtech_lease: { name: string; holder: string; until_at: number; since: number }
  billtech_refused: {
    id: Generated<number>
    kind: 'link' | 'payment' | 'statement'
    customer_id: number | null
    operation_id: string | null
    row_id: string | null
    reason_code: string
    field: string | null
    says: string
    data_hash: string | null
    since: number
    seen_at: number
    refused_key: string
  }
  billtech_refunds: {
    refund_id: string
    payment_row_id: string | null
    amount: Numeric
    cash_id: number | null
    cdate: number
  }
  billtech_statement: {
    importid: number
    customerid: number | null
    value: Numeric
    reference_digits: string | null
    state: StatementState
    seen_at: number
  }
  /** Nodes that were off before a block, and stay off when it is lifted. */
  billtech_nodes_off: { node_id: number; since: number }
  /** What was done to install, for the way back. */
  billtech_install: { step: string; detail: string }
}
