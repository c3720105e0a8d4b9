import type { FakeReply } from '../fake-server.ts'
import { account, sign, type Transaction } from './state.ts'

type Body = Record<string, unknown>

export function invalid(error: string, code = 400): FakeReply {
  return { status: 400, body: { error, code } }
}

/** Fields that have to be there, and how long their text may be. */
const texts: Record<string, { max: number; optional?: true; pattern?: RegExp }> = {
  sessionId: { max: 100 },
  currency: { max: 3, pattern: /^[A-Z]{3}$/ },
  description: { max: 1_024 },
  email: { max: 50, pattern: /^[^\s@]+@[^\s@]+$/ },
  country: { max: 2 },
  language: { max: 2, pattern: /^(bg|cs|de|en|es|fr|hr|hu|it|nl|pl|pt|se|sk|ro)$/ },
  urlReturn: { max: 250, pattern: /^https?:/ },
  urlStatus: { max: 250, pattern: /^https?:/, optional: true },
  client: { max: 40, optional: true },
  transferLabel: { max: 20, optional: true, pattern: /^[a-zA-Z0-9ęółśążźćńĘÓŁŚĄŻŹĆŃ ./:-]*$/ },
  methodRefId: { max: 250, optional: true },
  sign: { max: 100 },
}

/** @returns what Przelewy24 says to a wrong registration; undefined where it is right */
export function faultOf(body: Body): FakeReply | undefined {
  for (const [name, { max, optional, pattern }] of Object.entries(texts)) {
    const value = body[name]
    if (value === undefined && optional) continue
    if (typeof value !== 'string' || value === '' || value.length > max || (pattern && !pattern.test(value)))
      return invalid(`Invalid ${name}`)
  }
  const { merchantId, posId, amount, timeLimit, channel, method, sessionId, currency } = body
  if (merchantId !== Number(account.merchantId)) return invalid('Invalid merchantId')
  if (posId !== Number(account.posId)) return invalid('Invalid posId')
  if (!isCount(amount) || amount < 1) return invalid('Invalid amount')
  if (timeLimit !== undefined && (!isCount(timeLimit) || timeLimit > 99)) return invalid('Invalid timeLimit')
  if (channel !== undefined && !isCount(channel)) return invalid('Invalid channel')
  if (method !== undefined && !isCount(method)) return invalid('Invalid method')
  const signed = { sessionId: String(sessionId), merchantId, amount, currency: String(currency) }
  return body.sign === sign(signed) ? undefined : invalid('Incorrect CRC value')
}

/** @returns the transaction as it is registered */
export function transactionOf(body: Body, url: string, orderId: number, token: string): Transaction {
  const cardData = body.cardData as { transactionType?: string } | undefined
  return {
    checkoutId: String(body.sessionId),
    reference: String(orderId),
    orderId,
    token,
    amount: BigInt(Number(body.amount)),
    currency: String(body.currency),
    state: 'open',
    paid: null,
    refunded: 0n,
    returnUrl: String(body.urlReturn),
    notifyUrl: String(body.urlStatus ?? ''),
    payerUrl: `${url}/trnRequest/${token}`,
    isKnown: false,
    isVerified: false,
    paidAt: null,
    methodRefId: typeof body.methodRefId === 'string' ? body.methodRefId : null,
    savesCard: cardData?.transactionType === 'initial',
    refunds: [],
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

/** BLIK by code asks for the payer's own address and browser. */
export function hasVisitor({ additional }: Body): boolean {
  const { PSU } = (additional ?? {}) as { PSU?: { IP?: unknown; userAgent?: unknown } }
  return typeof PSU?.IP === 'string' && typeof PSU.userAgent === 'string' && PSU.userAgent.length <= 255
}
