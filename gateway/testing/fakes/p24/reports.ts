import type { FakeReply, FakeRequest, Routes } from '../fake-server.ts'
import { invalid } from './register.ts'
import { polishTime, type Transaction } from './state.ts'

/** A payout: what is in it can be changed by a test, to be reported so. Minor units. */
export interface Batch {
  id: number
  dateIn: Date
  dateOut: Date
  currency: string
  amount: bigint
  /** Taken for the payout itself. */
  charge: bigint
  payments: { orderId: number; sessionId: string; amount: bigint; fee: bigint }[]
  refunds: { orderId: number; refundId: number; requestId: string; amount: bigint }[]
}

export interface Reports {
  batches: Batch[]
  /** Entries of one answer. */
  pageSize: number
  /** Pays out what was verified and given back and is in no batch yet. */
  payOut(values?: { at?: Date; charge?: bigint }): Batch
}

export function newReports(transactions: ReadonlyMap<string, Transaction>): Reports {
  const batches: Batch[] = []
  const first = 4_000_000 + Math.floor(Math.random() * 1_000_000)
  return {
    batches,
    pageSize: 100,
    payOut({ at = new Date(), charge = 0n } = {}) {
      const payments = [...transactions.values()].flatMap(({ orderId, checkoutId, isVerified, paid }) =>
        isVerified && paid && !batches.some((one) => one.payments.some((item) => item.orderId === orderId))
          ? [{ orderId, sessionId: checkoutId, amount: paid.amount, fee: feeOf(paid.amount) }]
          : [],
      )
      const refunds = [...transactions.values()].flatMap((transaction) =>
        transaction.refunds
          .filter(({ id, status }) => status === 1 && !isPaidOut(batches, id))
          .map(({ id, amount }, index) => {
            const refundId = transaction.orderId * 10 + index
            return { orderId: transaction.orderId, refundId, requestId: id, amount }
          }),
      )
      const net = payments.reduce((sum, { amount, fee }) => sum + amount - fee, -charge)
      const amount = refunds.reduce((sum, refund) => sum - refund.amount, net)
      const batch: Batch = {
        id: first + batches.length,
        dateIn: at,
        dateOut: at,
        currency: 'PLN',
        amount,
        charge,
        payments,
        refunds,
      }
      batches.push(batch)
      return batch
    },
  }
}

export function reportRoutes(reports: Reports): Routes {
  return {
    'GET /report/history': (request) => history(reports, request),
    'GET /report/batch/details': (request) => details(reports, request),
  }
}

/** 1.19 %, a started grosz is a whole one. */
function feeOf(amount: bigint): bigint {
  return (amount * 119n + 9_999n) / 10_000n
}

function isPaidOut(batches: readonly Batch[], requestId: string): boolean {
  return batches.some(({ refunds }) => refunds.some((refund) => refund.requestId === requestId))
}

const dayMs = 86_400_000

function history({ batches, pageSize }: Reports, { query }: FakeRequest): FakeReply {
  const [from, to] = [dayOf(query.get('dateFrom')), dayOf(query.get('dateTo'))]
  const type = query.get('type')
  if (!from || !to || from > to || Date.parse(to) - Date.parse(from) > 30 * dayMs)
    return invalid('Invalid data provided')
  if (type !== null && !['batch', 'transaction', 'refund'].includes(type))
    return invalid('Invalid data provided')
  const chosen = batches.filter(({ dateOut }) => {
    const day = polishTime(dateOut).slice(0, 10)
    return from <= day && day <= to
  })
  const entries = chosen.flatMap((batch) => [
    batchEntry(batch),
    ...paymentEntries(batch),
    ...refundEntries(batch),
  ])
  return page(
    entries.filter((entry) => type === null || entry.type === type),
    query.get('token'),
    pageSize,
    (data) => data,
  )
}

function details({ batches, pageSize }: Reports, { query }: FakeRequest): FakeReply {
  const batch = batches.find(({ id }) => String(id) === query.get('batch'))
  if (!batch) return invalid('Value for field batch is invalid')
  const entries = [...paymentEntries(batch), ...refundEntries(batch)]
  return page(entries, query.get('token'), pageSize, (shown) => [
    {
      overall: batchEntry(batch),
      transactions: shown.filter(({ type }) => type === 'transaction'),
      refunds: shown.filter(({ type }) => type === 'refund'),
    },
  ])
}

interface Entry {
  type: 'batch' | 'transaction' | 'refund'
  amount: number
  currency: string
  details: object
}

function page(
  entries: Entry[],
  token: string | null,
  size: number,
  dataOf: (shown: Entry[]) => object[],
): FakeReply {
  const start = token === null ? 0 : Number(/^from(\d{1,9})$/.exec(token)?.[1] ?? Number.NaN)
  if (!(start >= 0 && start <= entries.length)) return invalid('Invalid token')
  const shown = entries.slice(start, start + size)
  const isLast = start + size >= entries.length
  const pageInformation = {
    recordsOnPage: shown.length,
    recordsAll: entries.length,
    pageCount: Math.ceil(entries.length / size),
  }
  return {
    status: 200,
    body: {
      data: dataOf(shown),
      token: isLast ? '' : `from${start + size}`,
      responseCode: 0,
      pageInformation,
    },
  }
}

function batchEntry({ id, amount, currency, dateIn, dateOut, charge, payments, refunds }: Batch): Entry {
  return {
    type: 'batch',
    amount: Number(amount),
    currency,
    details: {
      dateIn: polishTime(dateIn),
      dateOut: polishTime(dateOut),
      batchId: id,
      commision: Number(payments.reduce((sum, { fee }) => sum + fee, 0n)),
      charge: Number(charge),
      refund: Number(refunds.reduce((sum, refund) => sum + refund.amount, 0n)),
    },
  }
}

function paymentEntries({ currency, id, payments }: Batch): Entry[] {
  return payments.map(({ orderId, sessionId, amount, fee }) => ({
    type: 'transaction',
    amount: Number(amount),
    currency,
    details: {
      settledAmount: Number(amount - fee),
      orderId,
      sessionId,
      status: 2,
      clientEmail: 'jan@example.com',
      clientName: 'Jan Kowalski',
      statement: String(id),
      fee: Number(fee),
    },
  }))
}

function refundEntries({ currency, dateOut, refunds }: Batch): Entry[] {
  return refunds.map(({ orderId, refundId, requestId, amount }) => ({
    type: 'refund',
    amount: Number(amount),
    currency,
    details: { refundId, orderId, requestId, dateOut: polishTime(dateOut), status: 1, description: '' },
  }))
}

/** `2026-11-22` of `20261122`. */
function dayOf(text: string | null): string | undefined {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)$/.exec(text ?? '') ?? []
  const date = `${year}-${month}-${day}`
  return year !== undefined && !Number.isNaN(Date.parse(date)) ? date : undefined
}
