import { createHash } from 'node:crypto'
import type { FakeCharge } from '../fake-server.ts'
import type { Post } from '../notifications.ts'

/** The account that the fake knows. */
export const account = {
  posId: '300746',
  clientId: '300747',
  email: 'biuro@netix.example',
  signature: 'SHA-256',
  clientSecret: '5a3f0c9e7b1d4f62',
  secondKey: 'd41d8cd98f00b204',
} as const

export type OrderStatus = 'NEW' | 'PENDING' | 'WAITING_FOR_CONFIRMATION' | 'COMPLETED' | 'CANCELED'

export interface Order extends FakeCharge {
  orderId: string
  extOrderId: string
  status: OrderStatus
  /** As it was asked for, in PayU's words. */
  body: Record<string, unknown>
  refunds: Refund[]
}

export interface Refund {
  id: string
  extRefundId: string
  amount: bigint
  status: 'PENDING' | 'FINALIZED' | 'CANCELED'
  at: Date
}

/** As `GET /orders/…` and notifications show it. */
export function orderBody({
  orderId,
  extOrderId,
  status,
  body,
  amount,
  currency,
  paid,
  notifyUrl,
}: Order): object {
  return {
    orderId,
    extOrderId,
    orderCreateDate: new Date().toISOString(),
    notifyUrl,
    customerIp: body.customerIp,
    merchantPosId: account.posId,
    description: body.description,
    currencyCode: paid?.currency ?? currency,
    totalAmount: String(paid?.amount ?? amount),
    buyer: { email: 'jan@example.com', language: 'pl' },
    products: body.products,
    status,
  }
}

export function refundBody({ id, extRefundId, amount, status, at }: Refund, currencyCode: string): object {
  return {
    refundId: id,
    extRefundId,
    amount: String(amount),
    description: 'zwrot',
    currencyCode,
    creationDateTime: at.toISOString(),
    statusDatetime: at.toISOString(),
    status,
    ...(status === 'CANCELED' && { statusError: { code: 'BANK_DECLINED', description: 'Bank declined' } }),
  }
}

/** A notification of the order as it is now; undefined for a new one, of which PayU tells nothing. */
export function orderNotice(order: Order): Post | undefined {
  if (order.status === 'NEW') return undefined
  return signed(order.notifyUrl, {
    order: orderBody(order),
    localReceiptDateTime: new Date().toISOString(),
    properties: [{ name: 'PAYMENT_ID', value: '151471228' }],
  })
}

export function refundNotice(order: Order, refund: Refund): Post {
  const { orderId, extOrderId, currency } = order
  const { description: _, ...told } = refundBody(refund, currency) as { description: string }
  return signed(order.notifyUrl, { orderId, extOrderId, refund: told })
}

function signed(url: string, content: object): Post {
  const body = JSON.stringify(content)
  const signature = createHash('sha256').update(`${body}${account.secondKey}`, 'utf8').digest('hex')
  return {
    url,
    headers: {
      'content-type': 'application/json;charset=UTF-8',
      'openpayu-signature': `sender=checkout;signature=${signature};algorithm=${account.signature};content=DOCUMENT`,
    },
    body,
  }
}
