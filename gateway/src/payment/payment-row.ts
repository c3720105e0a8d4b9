import { type Arrival, amountOf, type Channel, type PaymentRow } from '@bill-gateway/contract'
import { warsawTime } from '../platform/warsaw-time.ts'
import type { Provider } from '../provider/index.ts'

/** One payment's money for one link, as it is stored. */
export interface StoredRow {
  paymentPublicId: string
  /** From 1 within the payment. */
  position: number
  /** The link's token. */
  token: string
  userId: string
  operationId: string | null
  /** Minor units, unallocated included. */
  amount: bigint
  unallocated: bigint
  title: string
  completed: boolean
  /** The link's first, second … row. */
  nth: number
  referenceNumber: string
  channel: Channel
  arrives: Arrival
  paidAt: Date
}

/** The row as search, events and the test endpoint give it. */
export function paymentRow(row: StoredRow, { taxId, test }: Pick<Provider, 'taxId' | 'test'>): PaymentRow {
  return {
    id: rowId(row.paymentPublicId, row.position),
    token: row.token,
    userId: row.userId,
    operationId: row.operationId,
    amount: amountOf(row.amount),
    unallocated: amountOf(row.unallocated),
    title: row.title,
    invoiceNumber: '',
    paidAt: warsawTime(row.paidAt),
    referenceNumber: row.referenceNumber,
    method: row.channel,
    arrives: row.arrives,
    companyTaxId: taxId ?? '',
    integrationVersion: 'V1',
    test,
  }
}

/**
 * The row in the LMS plugin's dialect. The plugin books a token once, so only the row that completed the link
 * has the link's own; every other row has the token with its number among the link's rows.
 */
export function pluginPaymentRow(row: StoredRow, provider: Pick<Provider, 'taxId' | 'test'>): PaymentRow {
  const token = row.completed ? row.token : `${row.token}.${row.nth}`
  return { ...paymentRow(row, provider), token }
}

export function rowId(paymentPublicId: string, position: number): string {
  return `${paymentPublicId}-${position}`
}
