import { type Static, Type } from 'typebox'
import { momentOf } from '../../../platform/warsaw-time.ts'

const Id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
const Grosze = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const Currency = Type.String({ pattern: '^[A-Z]{3}$' })
const Text = Type.String({ maxLength: 1_024 })

/** That a transaction was paid. Every field here is signed. */
export const TransactionNotice = Type.Object({
  merchantId: Id,
  posId: Id,
  sessionId: Text,
  amount: Grosze,
  originAmount: Grosze,
  currency: Currency,
  orderId: Id,
  methodId: Type.Integer(),
  statement: Text,
  sign: Type.String({ maxLength: 100 }),
})
export type TransactionNotice = Static<typeof TransactionNotice>

/** How a refund ended: status 0 it is done, 1 it is refused. What else comes is not signed, and not read. */
export const RefundNotice = Type.Object({
  orderId: Id,
  sessionId: Text,
  refundsUuid: Text,
  merchantId: Id,
  amount: Grosze,
  currency: Currency,
  status: Type.Integer(),
  sign: Type.String({ maxLength: 100 }),
})
export type RefundNotice = Static<typeof RefundNotice>

/** The fields that are signed, in their order. */
export function signedOf(notice: TransactionNotice): Record<string, string | number> {
  const { merchantId, posId, sessionId, amount, originAmount, currency, orderId, methodId, statement } =
    notice
  return { merchantId, posId, sessionId, amount, originAmount, currency, orderId, methodId, statement }
}

export function signedOfRefund(notice: RefundNotice): Record<string, string | number> {
  const { orderId, sessionId, refundsUuid, merchantId, amount, currency, status } = notice
  return { orderId, sessionId, refundsUuid, merchantId, amount, currency, status }
}

export const Registered = Type.Object({
  data: Type.Object({ token: Type.String({ pattern: '^[\\w-]{1,100}$' }) }),
})
export const Charged = Type.Object({ data: Type.Object({ orderId: Id }) })
export const Verified = Type.Object({ data: Type.Object({ status: Type.Literal('success') }) })
export const Refused = Type.Object({ error: Type.Unknown(), code: Type.Optional(Type.Unknown()) })

/** 0: not paid; 1: paid, and waiting for us to verify it; 2: paid and verified; 3: given back. */
export const Transaction = Type.Object({
  data: Type.Object({
    orderId: Id,
    sessionId: Text,
    status: Type.Integer(),
    amount: Grosze,
    currency: Currency,
    dateOfTransaction: Type.Optional(Type.Unknown()),
  }),
})
export type Transaction = Static<typeof Transaction>['data']

/** What became of the refunds that one request asked for. */
export const RefundsTaken = Type.Object({
  data: Type.Array(Type.Object({ status: Type.Boolean(), message: Type.Optional(Type.String()) })),
})

/** 1: done; 2: on its way; 3: waits for Przelewy24; 4: refused. */
export const Refunds = Type.Object({
  data: Type.Object({
    refunds: Type.Array(
      Type.Object({
        requestId: Type.String(),
        status: Type.Integer(),
        amount: Grosze,
        date: Type.Optional(Type.Unknown()),
      }),
    ),
  }),
})

export const PaymentMethods = Type.Object({
  data: Type.Array(
    Type.Object({
      id: Type.Integer(),
      name: Type.String(),
      group: Type.Optional(Type.String()),
      status: Type.Boolean(),
      imgUrl: Type.Optional(Type.String()),
    }),
  ),
})

export const CardInfo = Type.Object({
  data: Type.Object({
    refId: Type.String({ minLength: 1, maxLength: 250 }),
    mask: Type.Optional(Type.String()),
  }),
})

/** Why a BLIK code was not taken, by the code of the error. */
const blikFailures: Record<string, 'wrong-code' | 'expired-code' | 'used-code'> = {
  28: 'wrong-code',
  29: 'expired-code',
  35: 'used-code',
}

export function blikFailure(code: unknown): 'wrong-code' | 'expired-code' | 'used-code' | 'declined' {
  return blikFailures[String(code)] ?? 'declined'
}

/**
 * A time as Przelewy24 writes it, `2026-11-22 12:30:00` on a Polish clock, with or without separators and
 * seconds.
 *
 * @returns undefined where it is none
 */
export function timeOf(text: unknown): Date | undefined {
  const digits = typeof text === 'string' ? text.replace(/\D/g, '') : ''
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?$/.exec(digits)
  if (!parts) return undefined
  const [, year, month, day, hour, minute, second = '00'] = parts
  return momentOf(`${year}-${month}-${day} ${hour}:${minute}:${second}`)
}

/** What a transfer's label may have, at most 20 characters. */
export function labelOf(referenceNumber: string): string {
  return `ref ${referenceNumber}`.slice(0, 20)
}

const languages: Record<string, string> = { pl: 'pl', en: 'en', uk: 'en' }

/** Przelewy24 speaks no Ukrainian. */
export function languageOf(language: string): string {
  return languages[language] ?? 'pl'
}
