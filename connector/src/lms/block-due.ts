import { type Decimal, decimalOne, multiplyDecimals, parseDecimal } from '../platform/index.ts'

/**
 * What a customer owes as LMS's blocking jobs see it. Each of them leaves other rows of the ledger out, so that
 * "has paid enough" means something else to each.
 *
 * - `cutoff`, the Perl script lms-cutoff: rows without document, of documents without term, and of documents
 *   whose term and grace have run out; it adds `value` and forgets the exchange rate.
 * - `notify`, lms-notify's debtors: payments made, charges and documents whose term and grace have run out.
 * - `total`: every row, as the customer's card in LMS and the daemon lmsd.
 */
export type DueRule = 'cutoff' | 'notify' | 'total'

/** A ledger row with what the rules ask about its document. */
export interface DueRow {
  type: number
  value: string
  /** Null where LMS has none: such a row is no part of sums that use the rate. */
  currencyvalue: string | null
  time: number
  docid: number | null
  doctype: number | null
  cdate: number | null
  paytime: number | null
}

export interface DueTerms {
  rule: DueRule
  /** Epoch seconds. */
  now: number
  /** Days after the term for which nothing is due yet. */
  graceDays: number
  /** Days to pay a charge without document. */
  paytimeDays: number
}

const day = 86_400
const documentType = { invoice: 1, receipt: 2, correction: 3, debitNote: 5, proForma: 6 } as const

/** The balance that is due: below zero is debt. */
export function dueBalance(rows: readonly DueRow[], terms: DueTerms): Decimal {
  if (terms.rule === 'total') return sum(rows.map(worth))
  if (terms.rule === 'cutoff') {
    return sum(rows.filter((row) => countsForCutoff(row, terms)).map(({ value }) => parseDecimal(value)))
  }
  const corrections = correctionTotals(rows)
  return sum(rows.filter((row) => countsForNotify(row, terms, corrections)).map(worth))
}

const sum = (values: readonly Decimal[]) => values.reduce((total, value) => total + value, 0n)

function worth({ value, currencyvalue }: DueRow): Decimal {
  if (currencyvalue === null) return 0n
  const rate = parseDecimal(currencyvalue)
  return rate === decimalOne ? parseDecimal(value) : multiplyDecimals(parseDecimal(value), rate)
}

function isPast(from: number, days: number, now: number): boolean {
  return from + days * day < now
}

function countsForCutoff({ docid, cdate, paytime }: DueRow, { graceDays, now }: DueTerms): boolean {
  if (docid === null || paytime === 0) return true
  return cdate !== null && paytime !== null && paytime > 0 && isPast(cdate, paytime + graceDays, now)
}

function countsForNotify(row: DueRow, terms: DueTerms, corrections: Map<number, Decimal>): boolean {
  const { now, graceDays, paytimeDays } = terms
  if (row.docid === null) {
    const isPayment = row.type !== 0 || parseDecimal(row.value) > 0n
    return isPast(row.time, isPayment ? 0 : paytimeDays + graceDays, now)
  }
  const adds = row.doctype === documentType.correction && (corrections.get(row.docid) ?? 0n) >= 0n
  if (row.doctype === documentType.receipt || adds) return isPast(row.time, 0, now)
  const types: readonly (number | null)[] = Object.values(documentType)
  if (!types.includes(row.doctype) || row.cdate === null) return false
  return isPast(row.cdate, (row.paytime ?? 0) + graceDays, now)
}

function correctionTotals(rows: readonly DueRow[]): Map<number, Decimal> {
  const totals = new Map<number, Decimal>()
  for (const { docid, doctype, value } of rows) {
    if (docid === null || doctype !== documentType.correction) continue
    totals.set(docid, (totals.get(docid) ?? 0n) + parseDecimal(value))
  }
  return totals
}

/**
 * Whether the job would leave this customer alone. lms-notify turns its comparison round where its limit is
 * above zero.
 */
export function isWithinLimit(balance: Decimal, limit: Decimal, rule: DueRule): boolean {
  return rule === 'notify' && limit > 0n ? balance <= limit : balance >= limit
}
