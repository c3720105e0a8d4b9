import type { Db, Tx } from '../../../platform/index.ts'
import { parseGrosze } from '../../../platform/index.ts'

/** A link row that has not ended: `active`, or `sending` where a request was about to make it. */
export interface StandingLink {
  id: number
  customerId: number
  operationId: string
  documentId: number | null
  cashId: number | null
  gateway: string
  state: string
  /** Empty while `sending`. */
  token: string
  amount: bigint
  title: string
  dueDate: string
  nrb: string | null
  link: string
  shortLink: string | null
  /** Null: it is not known whether the gateway has the link as it stands here. */
  sentHash: string | null
  sourceHash: string | null
  /** Null: superfluous, to be cancelled. */
  activeKey: string | null
  createdAt: number
}

export function activeKeyOf(gatewayId: string, customerId: number, operationId: string): string {
  return `${gatewayId}|${customerId}|${operationId}`
}

/** Rows that the old plugin still writes carry no gateway and are not ours to touch. */
export async function standingLinks(db: Db | Tx, customerIds: readonly number[]): Promise<StandingLink[]> {
  if (customerIds.length === 0) return []
  const rows = await db
    .selectFrom('billtech_payment_links')
    .selectAll()
    .where('customer_id', 'in', [...customerIds])
    .where('state', 'in', ['active', 'sending'])
    .where('gateway', 'is not', null)
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    customerId: row.customer_id,
    operationId: row.operation_id ?? '',
    documentId: row.src_document_id,
    cashId: row.src_cash_id,
    gateway: row.gateway ?? '',
    state: row.state,
    token: row.token,
    amount: parseGrosze(row.amount),
    title: row.title ?? '',
    dueDate: row.due_date ?? '',
    nrb: row.nrb,
    link: row.link,
    shortLink: row.short_link,
    sentHash: row.sent_hash,
    sourceHash: row.source_hash,
    activeKey: row.active_key,
    createdAt: row.created_at ?? 0,
  }))
}

/** What a button, a mail or a page needs of a payable link. */
export interface LinkRow {
  id: number
  customerId: number
  operationId: string
  documentId: number | null
  cashId: number | null
  /** Grosze. */
  amount: bigint
  title: string
  /** yyyy-mm-dd */
  dueDate: string
  nrb: string | null
  link: string
  shortLink: string | null
  token: string
}

/** Payable links of one gateway: the newest charge last. */
export async function payableLinks(db: Db | Tx, gatewayId: string, customerId: number): Promise<LinkRow[]> {
  const standing = await standingLinks(db, [customerId])
  return standing
    .filter(
      ({ state, gateway, activeKey, token }) =>
        state === 'active' && gateway === gatewayId && activeKey !== null && token !== '',
    )
    .map(({ id, operationId, documentId, cashId, amount, title, dueDate, nrb, link, shortLink, token }) => ({
      id,
      customerId,
      operationId,
      documentId,
      cashId,
      amount,
      title,
      dueDate,
      nrb,
      link,
      shortLink,
      token,
    }))
}
