import { type Static, Type } from 'typebox'
import { isCheckoutId } from '../../checkout.ts'

const Id = Type.String({ pattern: '^[\\w-]{1,100}$' })
const Grosze = Type.String({ pattern: '^\\d{1,15}$' })
const Currency = Type.String({ pattern: '^[A-Z]{3}$' })

export const Token = Type.Object({
  access_token: Type.String({ minLength: 1, maxLength: 4_096 }),
  expires_in: Type.Number({ minimum: 0, maximum: 31_536_000 }),
})

export const Status = Type.Object({
  status: Type.Object({
    statusCode: Type.String(),
    codeLiteral: Type.Optional(Type.String()),
    statusDesc: Type.Optional(Type.String()),
  }),
})

export const Created = Type.Object({
  orderId: Id,
  redirectUri: Type.Optional(Type.String({ maxLength: 4_096 })),
})

export const Order = Type.Object({
  orderId: Id,
  extOrderId: Type.String({ maxLength: 1_024 }),
  merchantPosId: Type.Optional(Type.String()),
  totalAmount: Grosze,
  currencyCode: Currency,
  status: Type.String(),
})
export type Order = Static<typeof Order>

export const Orders = Type.Object({ orders: Type.Array(Order, { minItems: 1 }) })

/** What is read of a notification: which order, and which refund of it. */
export const Notice = Type.Object({
  order: Type.Object({
    orderId: Id,
    extOrderId: Type.Optional(Type.String({ maxLength: 1_024 })),
    merchantPosId: Type.Optional(Type.String()),
  }),
})
export const RefundNotice = Type.Object({
  orderId: Id,
  refund: Type.Object({ extRefundId: Type.Optional(Type.String({ maxLength: 1_024 })) }),
})

/** PENDING, FINALIZED, CANCELED. */
export const Refund = Type.Object({
  refundId: Id,
  extRefundId: Type.Optional(Type.String()),
  status: Type.String(),
  statusDatetime: Type.Optional(Type.String()),
  statusError: Type.Optional(Type.Object({ code: Type.Optional(Type.String()) })),
})
export type Refund = Static<typeof Refund>
export const RefundCreated = Type.Object({ refund: Refund })
export const RefundList = Type.Array(Refund)

export const PayMethods = Type.Object({
  payByLinks: Type.Optional(
    Type.Array(
      Type.Object({
        value: Type.String({ maxLength: 100 }),
        name: Type.String({ maxLength: 200 }),
        status: Type.String(),
        brandImageUrl: Type.Optional(Type.String()),
      }),
    ),
  ),
  cardTokens: Type.Optional(
    Type.Array(
      Type.Object({
        value: Type.String({ maxLength: 250 }),
        status: Type.Optional(Type.String()),
        cardNumberMasked: Type.Optional(Type.String()),
      }),
    ),
  ),
  blikTokens: Type.Optional(
    Type.Array(Type.Object({ value: Type.String({ maxLength: 250 }), type: Type.String() })),
  ),
})

/**
 * Our id of an order: the checkout's public id. PayU takes no id twice, so an order that is made again, because
 * the answer to the first was lost, has a number behind it.
 */
export function extOrderIdOf(publicId: string, attempt: number): string {
  return attempt === 1 ? publicId : `${publicId}.${attempt}`
}

/** @returns the checkout that an order is of; undefined where it is none of ours */
export function checkoutOfExtOrderId(extOrderId: string | undefined): string | undefined {
  const publicId = extOrderId?.replace(/\.\d$/, '')
  return publicId !== undefined && isCheckoutId(publicId) ? publicId : undefined
}

/** The reference of an attempt that saves: PayU's order, and our name of whose it is. */
export function referenceOf(orderId: string, alias: string | undefined): string {
  return alias === undefined ? orderId : `${orderId}+${alias}`
}

export function partsOfReference(reference: string): { orderId: string; alias: string | undefined } {
  const [orderId = '', alias] = reference.split('+', 2)
  return { orderId, alias }
}

type BlikFailure = 'wrong-code' | 'expired-code' | 'used-code' | 'cancelled-by-payer' | 'declined'
const blikWords: readonly [RegExp, BlikFailure][] = [
  [/EXPIRED/i, 'expired-code'],
  [/CANCEL/i, 'cancelled-by-payer'],
  [/USED/i, 'used-code'],
  [/(INVALID|WRONG|INCORRECT).*(CODE|TICKET|BLIK)|(CODE|TICKET).*(INVALID|WRONG|INCORRECT)/i, 'wrong-code'],
]

/** Why a BLIK code was not taken, by the words of the error. */
export function blikFailure(words: string): BlikFailure {
  return blikWords.find(([pattern]) => pattern.test(words))?.[1] ?? 'declined'
}

/** PayU's pages and mails speak no Ukrainian to Polish shops. */
export function languageOf(language: string): string {
  return language === 'pl' ? 'pl' : 'en'
}
