import { meaningOfCode } from '../blik.ts'
import type { FakeReply } from '../fake-server.ts'
import { account, type Order } from './state.ts'

type Body = Record<string, unknown>

export function failed(
  status: number,
  statusCode: string,
  codeLiteral?: string,
  statusDesc?: string,
): FakeReply {
  return {
    status,
    body: {
      status: {
        statusCode,
        severity: 'ERROR',
        ...(codeLiteral && { codeLiteral }),
        ...(statusDesc && { statusDesc }),
      },
    },
  }
}

export interface PayMethod {
  type: string
  value: string
  blikData?: { register?: boolean; recommendedAuthLevel?: string; recurring?: { type?: string } }
}

const payMethodTypes = ['PBL', 'CARD_TOKEN', 'PAYMENT_WALL', 'BLIK_AUTHORIZATION_CODE', 'BLIK_TOKEN']

/** Required texts and the longest that they may be. */
const texts: Record<string, { max: number; optional?: true; pattern?: RegExp }> = {
  customerIp: { max: 45, pattern: /^(?!0\.0\.0\.0$)[\da-f.:]+$/i },
  merchantPosId: { max: 20 },
  description: { max: 4_000 },
  currencyCode: { max: 3, pattern: /^[A-Z]{3}$/ },
  totalAmount: { max: 15, pattern: /^[1-9]\d*$/ },
  extOrderId: { max: 1_024, optional: true },
  notifyUrl: { max: 1_024, optional: true, pattern: /^https?:/ },
  continueUrl: { max: 1_024, optional: true, pattern: /^https?:/ },
  validityTime: { max: 10, optional: true, pattern: /^\d+$/ },
  visibleDescription: { max: 80, optional: true },
  recurring: { max: 8, optional: true, pattern: /^(FIRST|STANDARD)$/ },
  cardOnFile: { max: 19, optional: true, pattern: /^(FIRST|STANDARD_CARDHOLDER|STANDARD_MERCHANT)$/ },
}

/** @returns what PayU says to a wrong order; undefined where it is right */
export function faultOf(body: Body): FakeReply | undefined {
  for (const [name, { max, optional, pattern }] of Object.entries(texts)) {
    const value = body[name]
    if (value === undefined && optional) continue
    if (value === undefined)
      return failed(400, 'ERROR_VALUE_MISSING', undefined, `Missing required field: ${name}`)
    if (typeof value !== 'string' || value === '' || value.length > max || (pattern && !pattern.test(value)))
      return failed(400, 'ERROR_VALUE_INVALID', undefined, `Invalid ${name}`)
  }
  if (body.merchantPosId !== account.posId)
    return failed(403, 'ERROR_VALUE_INVALID', 'INVALID_AUTH_FOR_THIS_ORDER')
  if (body.recurring !== undefined && body.cardOnFile !== undefined)
    return failed(400, 'ERROR_VALUE_INVALID', undefined, 'cardOnFile with recurring')
  return productsFault(body) ?? payMethodFault(body)
}

function productsFault({ products, totalAmount }: Body): FakeReply | undefined {
  const list = (Array.isArray(products) ? products : []) as {
    name?: unknown
    unitPrice?: unknown
    quantity?: unknown
  }[]
  const right = list.every(
    ({ name, unitPrice, quantity }) =>
      typeof name === 'string' &&
      name !== '' &&
      name.length <= 255 &&
      typeof unitPrice === 'string' &&
      typeof quantity === 'string',
  )
  const sum = list.reduce((total, { unitPrice, quantity }) => total + Number(unitPrice) * Number(quantity), 0)
  return list.length > 0 && right && sum === Number(totalAmount)
    ? undefined
    : failed(400, 'ERROR_VALUE_INVALID', undefined, 'Invalid products')
}

export function payMethodOf({ payMethods }: Body): PayMethod | undefined {
  return (payMethods as { payMethod?: PayMethod } | undefined)?.payMethod
}

const browserFields =
  'acceptHeaders requestIP screenWidth javaEnabled timezoneOffset screenHeight userAgent colorDepth language'

function payMethodFault(body: Body): FakeReply | undefined {
  const method = payMethodOf(body)
  if (!method) return undefined
  if (!payMethodTypes.includes(method.type) || typeof method.value !== 'string')
    return failed(400, 'ERROR_VALUE_INVALID', undefined, 'Invalid payMethod')
  if (method.type !== 'BLIK_AUTHORIZATION_CODE') return undefined
  const browser = (body.riskData as { browser?: Record<string, unknown> } | undefined)?.browser ?? {}
  if (browserFields.split(' ').some((name) => browser[name] === undefined))
    return failed(400, 'ERROR_VALUE_MISSING', undefined, 'Missing riskData.browser')
  if (method.blikData?.register && method.blikData.recurring?.type !== 'O')
    return failed(400, 'ERROR_VALUE_INVALID', undefined, 'Invalid blikData')
  return codeFault(method.value)
}

function codeFault(code: string): FakeReply | undefined {
  const meaning = meaningOfCode(code)
  if (!/^\d{6}$/.test(code) || meaning === 'wrong')
    return failed(400, 'ERROR_VALUE_INVALID', 'INVALID_BLIK_CODE')
  if (meaning === 'expired') return failed(400, 'BUSINESS_ERROR', 'BLIK_CODE_EXPIRED')
  if (meaning === 'cancelled') return failed(400, 'BUSINESS_ERROR', 'BLIK_CODE_CANCELLED')
  if (meaning === 'used') return failed(400, 'BUSINESS_ERROR', 'BLIK_CODE_USED')
  return undefined
}

export function newOrder(body: Body, orderId: string, payerUrl: string | null): Order {
  const extOrderId = String(body.extOrderId ?? '')
  return {
    checkoutId: extOrderId.replace(/\.\d$/, ''),
    reference: orderId,
    orderId,
    extOrderId,
    status: 'NEW',
    state: 'open',
    body,
    amount: BigInt(String(body.totalAmount)),
    currency: String(body.currencyCode),
    paid: null,
    refunded: 0n,
    refunds: [],
    returnUrl: String(body.continueUrl ?? ''),
    notifyUrl: String(body.notifyUrl ?? ''),
    payerUrl,
  }
}
