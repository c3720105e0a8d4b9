import { cashValue, lockLedgers } from '../../lms/index.ts'
import { databaseTime, type Lms, type Tx, transact } from '../../platform/index.ts'
import { markDirty } from '../../store/index.ts'
import type { Context } from './context.ts'
import { endedPayments, paymentsById, type StoredPayment } from './queries/payments.ts'
import { closePayments } from './settle-one.ts'

/** Temporary payments that ended. */
export interface EndReport {
  /** Their time was over: the ledger rows went. */
  expired: number
  /** Somebody had taken the ledger row away. */
  removed: number
  /** Whose debt may be back: their links must be looked at. */
  customers: number[]
}

const paymentsPerPage = 500
const pagesMax = 1_000

/**
 * Ends temporary payments `billtech.payment_expiration` days after their booking, by the database's clock, and
 * closes those whose ledger row an operator has deleted. With `never` none expires.
 */
export async function endPayments(context: Context): Promise<EndReport> {
  const { lms } = context
  const report: EndReport = { expired: 0, removed: 0, customers: [] }
  const days = context.settings().paymentExpiration
  for (let page = 0; page < pagesMax && !context.signal?.aborted; page++) {
    const now = await databaseTime(lms.db, lms)
    const ended = await endedPayments(lms.db, now, days, paymentsPerPage)
    for (const { id } of ended) count(report, await endPayment(lms, id, now, days))
    if (ended.length < paymentsPerPage) break
  }
  return report
}

/**
 * As {@link endPayments}.
 *
 * @returns how many expired
 */
export async function expirePayments(context: Context): Promise<number> {
  return (await endPayments(context)).expired
}

type Ended = { state: 'expired' | 'removed'; customerId: number } | undefined

function count(report: EndReport, ended: Ended): void {
  if (!ended) return
  report[ended.state]++
  if (!report.customers.includes(ended.customerId)) report.customers.push(ended.customerId)
}

async function endPayment(lms: Lms, id: number, now: number, days: number | 'never'): Promise<Ended> {
  return transact(lms, async (tx) => {
    const [seen] = await paymentsById(tx, [id])
    await lockLedgers(lms, tx, [seen?.customerid ?? 0])
    const [payment] = await paymentsById(tx, [id])
    if (payment?.state !== 'open') return undefined
    const customerId = payment.customerid ?? 0
    const state = await howItEnded(tx, payment, now, days)
    if (!state) return undefined
    await closePayments(tx, [payment], { state, closed: 1, cashid: null })
    await markDirty(tx, [customerId])
    return { state, customerId }
  })
}

async function howItEnded(tx: Tx, payment: StoredPayment, now: number, days: number | 'never') {
  const { cashid, customerid } = payment
  if (!cashid || !customerid || (await cashValue(tx, cashid, customerid)) === undefined) return 'removed'
  const end = payment.expires_at ?? (days === 'never' ? undefined : payment.cdate + days * 86_400)
  return days !== 'never' && end !== undefined && end <= now ? 'expired' : undefined
}
