import { createHash } from 'node:crypto'
import type { FakeCharge } from '../fake-server.ts'
import type { Post } from '../notifications.ts'

/** The account that the fake knows. */
export const account = {
  merchantId: '12345',
  posId: '54321',
  email: 'biuro@netix.example',
  apiKey: '7d8e0c5f2b1a4c6d9e3f',
  crc: 'b36147eeac447028',
} as const

export interface Transaction extends FakeCharge {
  token: string
  orderId: number
  /** Whether Przelewy24 speaks of it: not before the payer has chosen how to pay. */
  isKnown: boolean
  isVerified: boolean
  paidAt: Date | null
  methodRefId: string | null
  savesCard: boolean
  refunds: Refund[]
}

export interface Refund {
  id: string
  amount: bigint
  /** 1 done, 2 on its way, 4 refused. */
  status: number
  notifyUrl: string
}

/** SHA-384 over JSON with the CRC key last: written anew here, so that both sides have to agree. */
export function sign(fields: Record<string, string | number>): string {
  const json = `${JSON.stringify(fields).slice(0, -1)},"crc":${JSON.stringify(account.crc)}}`
  return createHash('sha384').update(json, 'utf8').digest('hex')
}

/** What is posted once a payer has paid; undefined before. */
export function paidNotice(transaction: Transaction): Post | undefined {
  const { checkoutId: sessionId, paid, orderId, notifyUrl } = transaction
  if (!paid) return undefined
  const amount = Number(paid.amount)
  const fields = {
    merchantId: Number(account.merchantId),
    posId: Number(account.posId),
    sessionId,
    amount,
    originAmount: amount,
    currency: paid.currency,
    orderId,
    methodId: 154,
    statement: `p24-A${orderId}`,
  }
  return json(notifyUrl, { ...fields, sign: sign(fields) })
}

export function refundNotice(
  { checkoutId: sessionId, orderId, currency }: Transaction,
  refund: Refund,
): Post {
  const fields = {
    orderId,
    sessionId,
    refundsUuid: refund.id,
    merchantId: Number(account.merchantId),
    amount: Number(refund.amount),
    currency,
    status: refund.status === 1 ? 0 : 1,
  }
  return json(refund.notifyUrl, {
    ...fields,
    requestId: refund.id,
    timestamp: Math.floor(Date.now() / 1000),
    sign: sign(fields),
  })
}

function json(url: string, body: object): Post {
  return { url, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

/** On a Polish clock: `2026-11-22 12:30:00`. */
export function polishTime(moment: Date): string {
  return moment.toLocaleString('sv-SE', { timeZone: 'Europe/Warsaw' })
}
