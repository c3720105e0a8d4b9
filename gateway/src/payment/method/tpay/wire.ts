import { toMinorUnits } from '@bill-gateway/contract'
import { type Static, Type } from 'typebox'
import { momentOf } from '../../../platform/warsaw-time.ts'
import type { Failure } from '../../checkout.ts'
import type { MethodStatus, Money, RefundStatus } from '../method.ts'

const Code = Type.Union([Type.String(), Type.Number(), Type.Null()])
const Text = Type.Union([Type.String(), Type.Null()])
/** Zlotys; some answers have it as text. */
const Amount = Type.Union([Type.Number(), Type.String({ pattern: '^\\d{1,9}(\\.\\d{1,2})?$' })])

const Payments = Type.Object({
  amountPaid: Type.Optional(Type.Union([Amount, Type.Null()])),
  date: Type.Optional(Type.Object({ realization: Type.Optional(Text) })),
  errors: Type.Optional(Type.Array(Type.Object({ errorCode: Type.Optional(Code) }))),
  attempts: Type.Optional(Type.Array(Type.Object({ paymentErrorCode: Type.Optional(Code) }))),
})

/** A transaction, as creating it, paying it and asking about it answer. */
export const Transaction = Type.Object({
  transactionId: Type.String({ pattern: '^\\w{1,100}$' }),
  status: Type.String(),
  amount: Amount,
  currency: Type.Optional(Text),
  hiddenDescription: Type.Optional(Text),
  date: Type.Optional(Type.Object({ creation: Type.Optional(Text), realization: Type.Optional(Text) })),
  payments: Type.Optional(Type.Union([Payments, Type.Null()])),
  transactionPaymentUrl: Type.Optional(Text),
})
export type Transaction = Static<typeof Transaction>

export const Transactions = Type.Object({ transactions: Type.Array(Transaction) })

/** What submitting a code answers. */
export const Paid = Type.Object({
  result: Type.String(),
  payments: Type.Optional(Type.Union([Payments, Type.Null()])),
  errors: Type.Optional(Type.Array(Type.Object({ errorCode: Type.Optional(Code) }))),
})

export const Refund = Type.Object({
  refundId: Type.Optional(Text),
  id: Type.Optional(Text),
  amount: Type.Optional(Amount),
  status: Type.Optional(Text),
  date: Type.Optional(Type.Object({ realization: Type.Optional(Text) })),
})
export type Refund = Static<typeof Refund>

export const Refunds = Type.Object({ refunds: Type.Array(Refund) })

const Group = Type.Object({
  id: Type.Union([Type.String(), Type.Number()]),
  name: Type.String(),
  img: Type.Optional(Text),
})

/** Groups of banks, by their id or in a row. */
export const Groups = Type.Object({
  groups: Type.Union([Type.Array(Group), Type.Record(Type.String(), Group)]),
})

/** The form of a notification. */
export const Notice = Type.Object({
  id: Type.String({ pattern: '^\\d{1,20}$' }),
  tr_id: Type.String({ minLength: 1, maxLength: 100 }),
  tr_amount: Type.String({ pattern: '^\\d{1,9}\\.\\d{2}$' }),
  tr_crc: Type.String({ maxLength: 255 }),
  tr_status: Type.String(),
  md5sum: Type.String(),
})

/** Statuses of a transaction that took money, whatever became of it since. */
const paidStatuses: ReadonlySet<string> = new Set(['correct', 'paid', 'success', 'refund', 'chargeback'])
const failedStatuses: ReadonlySet<string> = new Set(['error', 'declined', 'failed', 'rejected'])
const stoppedStatuses: ReadonlySet<string> = new Set(['canceled', 'cancelled', 'expired'])

export type Standing = 'paid' | 'pending' | 'failed' | 'stopped' | 'unknown'

export function standingOf({ status }: Transaction): Standing {
  if (paidStatuses.has(status)) return 'paid'
  if (status === 'pending') return 'pending'
  if (failedStatuses.has(status)) return 'failed'
  return stoppedStatuses.has(status) ? 'stopped' : 'unknown'
}

/** Whether all of its money went back otherwise than by refunds that name an amount, as ours do. */
export function wentBack({ status }: Transaction): boolean {
  return status === 'refund' || status === 'chargeback'
}

/** Codes of BLIK, as Tpay gives them. */
const blikFailures: ReadonlyMap<string, Failure> = new Map([
  ['61', 'wrong-code'],
  ['63', 'wrong-code'],
  ['101', 'cancelled-by-payer'],
  ['104', 'timeout'],
])

/** Why the last try of the payer came to nothing; undefined where none has failed. */
export function failureOf(payments: Transaction['payments']): Failure | undefined {
  const codes = [
    ...(payments?.errors ?? []).map(({ errorCode }) => errorCode),
    ...(payments?.attempts ?? []).map(({ paymentErrorCode }) => paymentErrorCode),
  ]
  const code = codes.findLast((one) => one !== null && one !== undefined && one !== '')
  return code === undefined || code === null ? undefined : (blikFailures.get(String(code)) ?? 'declined')
}

export function refused(failure: Failure): MethodStatus {
  return failure === 'timeout' ? { state: 'expired', failure } : { state: 'failed', failure }
}

/** The money of a transaction that is paid: what came, and not what was asked. */
export function moneyOf(transaction: Transaction, now: Date): Money {
  const { transactionId, amount, currency, payments, date } = transaction
  const came = minorOf(payments?.amountPaid ?? 0)
  const at = payments?.date?.realization ?? date?.realization
  return {
    methodPaymentId: transactionId,
    amount: came > 0n ? came : minorOf(amount),
    currency: currency ?? 'PLN',
    paidAt: (at && momentOf(at)) || now,
  }
}

const refundsDone: ReadonlySet<string> = new Set(['complete', 'completed', 'correct', 'success', 'done'])
const refundsRefused: ReadonlySet<string> = new Set(['declined', 'rejected', 'error', 'failed', 'canceled'])

export function refundStatusOf(refund: Refund, now: Date): RefundStatus {
  const methodRefundId = refundIdOf(refund)
  const status = refund.status ?? ''
  if (refundsDone.has(status)) {
    const at = refund.date?.realization
    return { state: 'succeeded', methodRefundId, at: (at && momentOf(at)) || now }
  }
  if (refundsRefused.has(status)) return { state: 'failed', methodRefundId, reason: status }
  return { state: 'pending', methodRefundId }
}

export function refundIdOf({ refundId, id }: Refund): string | null {
  return refundId ?? id ?? null
}

/** @throws RangeError where it has a third decimal */
export function minorOf(amount: number | string): bigint {
  return toMinorUnits(Number(amount))
}

/** What Tpay's pages speak of our languages. */
export function languageOf(language: string): string {
  return language === 'pl' ? 'pl' : 'en'
}
