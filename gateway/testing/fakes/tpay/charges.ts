import { warsawTime } from '../../../src/platform/warsaw-time.ts'
import type { FakeCharge } from '../fake-server.ts'

/** A charge as Tpay keeps it: a transaction. */
export interface TpayCharge extends FakeCharge {
  transactionId: string
  /** `TR-…`: what notifications call it. */
  title: string
  status: 'pending' | 'correct' | 'chargeback' | 'canceled'
  groupId: number | null
  created: Date
  paidAt: Date | null
  /** Codes of tries that came to nothing. */
  attempts: string[]
  refunds: TpayRefund[]
}

export interface TpayRefund {
  refundId: string
  amount: bigint
  status: 'pending' | 'complete' | 'declined'
}

export interface TpayWorld {
  /** By our id; one that was started anew replaces the one before. */
  charges: Map<string, TpayCharge>
  /** Every one, the newest last. */
  all: TpayCharge[]
  aliases: Set<string>
  tokens: Set<string>
  refundsEnd: 'succeeded' | 'failed' | 'later'
}

/** Zlotys of grosze, as JSON numbers have them. */
export function zlotys(amount: bigint): number {
  return Number(textOf(amount))
}

export function textOf(amount: bigint): string {
  const digits = amount.toString().padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

function wall(moment: Date): string {
  return warsawTime(moment).slice(0, 19).replace('T', ' ')
}

export function transactionObject(charge: TpayCharge) {
  const { transactionId, title, status, amount, currency, paid, checkoutId, created, paidAt, attempts } =
    charge
  const realization = paidAt && wall(paidAt)
  return {
    result: 'success',
    requestId: 'fake-request',
    transactionId,
    title,
    posId: 'ps_fake',
    status,
    date: { creation: wall(created), realization },
    amount: zlotys(amount),
    currency: paid?.currency ?? currency,
    description: 'Faktura',
    hiddenDescription: checkoutId,
    payer: { payerId: 'py_fake', email: 'jan@example.com', name: 'Jan Kowalski' },
    payments: {
      status: paid ? 'correct' : 'pending',
      method: charge.groupId === null ? null : 'pay_by_link',
      amountPaid: zlotys(paid?.amount ?? 0n),
      date: { realization },
      attempts: attempts.map((code) => ({
        date: wall(created),
        paymentErrorCode: code,
        paymentErrorDescription: 'x',
      })),
    },
    transactionPaymentUrl: charge.payerUrl,
  }
}

export function refundObject({ refundId, amount, status }: TpayRefund) {
  return { refundId, amount: zlotys(amount), status, date: { creation: wall(new Date()) } }
}
