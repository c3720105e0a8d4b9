import { insertCash, lockLedgers, repairBalances } from '../../lms/index.ts'
import { databaseTime, parseGrosze, type Tx, transact } from '../../platform/index.ts'
import { clearRefused, markDirty, note } from '../../store/index.ts'
import { paymentComment } from './book.ts'
import { type Context, day } from './context.ts'
import { paymentsById, type StoredPayment } from './queries/payments.ts'
import { type PaymentFate, setFate } from './queries/write.ts'
import { closePayments } from './settle-one.ts'

/** Who pressed the button, an operator of LMS. */
export interface Operator {
  id: number
  name: string
}

/**
 * Why a payment was left as it was: there is none with this id; it is not in a state for this; it is booked for
 * good; its customer is gone; it was given back.
 */
export type LeftReason = 'gone' | 'state' | 'final' | 'customer_gone' | 'refunded'

export interface HandReport {
  done: number[]
  left: { id: number; reason: LeftReason }[]
  /** Whose links must be looked at. */
  customers: number[]
}

type Act = (tx: Tx, payment: StoredPayment, context: Context) => Promise<LeftReason | undefined>

/** Marks temporary payments as settled: their ledger rows go. {@link reopenByHand} brings them back. */
export function settleByHand(
  context: Context,
  ids: readonly number[],
  operator: Operator,
): Promise<HandReport> {
  return act(context, ids, operator, 'settled_by_hand', settle)
}

/** Marks settled payments as open again, whatever settled them: their ledger rows come back. */
export function reopenByHand(
  context: Context,
  ids: readonly number[],
  operator: Operator,
): Promise<HandReport> {
  return act(context, ids, operator, 'reopened_by_hand', reopen)
}

/** Each payment in its own transaction: one that cannot be changed stops none of the others. */
async function act(
  context: Context,
  ids: readonly number[],
  operator: Operator,
  name: string,
  change: Act,
): Promise<HandReport> {
  const report: HandReport = { done: [], left: [], customers: [] }
  for (const id of new Set(ids)) {
    const outcome = await transact(context.lms, async (tx) => {
      const [seen] = await paymentsById(tx, [id])
      await lockLedgers(context.lms, tx, [seen?.customerid ?? 0])
      const [payment] = await paymentsById(tx, [id])
      if (!payment) return { left: 'gone' as const, customer: undefined }
      const left = await change(tx, payment, context)
      if (left) return { left, customer: undefined }
      await note(context.lms, tx, name, `payment ${id}, operator ${operator.id}`)
      if (payment.customerid) await markDirty(tx, [payment.customerid])
      return { left, customer: payment.customerid }
    })
    if (outcome.left) report.left.push({ id, reason: outcome.left })
    else report.done.push(id)
    if (outcome.customer && !report.customers.includes(outcome.customer))
      report.customers.push(outcome.customer)
  }
  await repairBalances(context.lms, report.customers)
  return report
}

const settle: Act = async (tx, payment) => {
  const { state } = payment
  if (state === 'final') return 'final'
  if (state !== 'open' && state !== 'awaited' && state !== 'kept') return 'state'
  await closePayments(tx, [payment], { state: 'hand', closed: 1, cashid: null })
  if (state === 'kept') {
    const customerId = payment.customerid ?? undefined
    await clearRefused(tx, [{ kind: 'payment', customerId, rowId: payment.row_id ?? undefined }])
  }
  return undefined
}

const reopen: Act = async (tx, payment, context) => {
  const { state } = payment
  if (state === 'final') return 'final'
  if (state === 'refunded') return 'refunded'
  if (state !== 'hand' && state !== 'settled' && state !== 'expired' && state !== 'removed') return 'state'
  const isThere =
    payment.customerid !== null && (await lockLedgers(context.lms, tx, [payment.customerid])).length > 0
  if (!isThere && state !== 'hand') return 'customer_gone'
  const rest = parseGrosze(payment.amount) - parseGrosze(payment.refunded)
  if (rest <= 0n) return 'refunded'
  await setFate(tx, payment.id, isThere ? await reopened(tx, payment, rest, context) : keptAgain)
  return undefined
}

const keptAgain: PaymentFate = { state: 'kept', closed: 0, cashid: null, settled_importid: null }

async function reopened(
  tx: Tx,
  payment: StoredPayment,
  rest: bigint,
  context: Context,
): Promise<PaymentFate> {
  const { lms } = context
  const { cashimportEnabled, paymentExpiration } = context.settings()
  const isAwaited = payment.method === 'transfer' && payment.arrives !== 'batch' && cashimportEnabled
  if (isAwaited) return { state: 'awaited', closed: 1, cashid: null, settled_importid: null }
  const cashid = await insertCash(lms, tx, {
    customerId: payment.customerid ?? 0,
    time: payment.paid_at ?? payment.cdate,
    value: rest,
    comment: paymentComment(payment.title ?? ''),
  })
  if (payment.arrives === 'batch') return { state: 'final', closed: 1, cashid, settled_importid: null }
  const now = await databaseTime(tx, lms)
  const expires_at = paymentExpiration === 'never' ? null : now + paymentExpiration * day
  return { state: 'open', closed: 0, cashid, settled_importid: null, expires_at }
}
