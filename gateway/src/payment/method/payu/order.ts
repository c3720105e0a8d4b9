import type { Attempt, SavedAttempt, SaveOrder } from '../method.ts'
import type { PayuClient } from './client.ts'
import { extOrderIdOf, languageOf } from './wire.ts'

const descriptionCharactersMax = 4_000
const visibleCharactersMax = 80
const productCharactersMax = 255
const nameCharactersMax = 100
const emailCharactersMax = 255

/** A charge that no payer is there for comes from here. */
const nobodysIp = '127.0.0.1'

export interface OrderParts {
  payMethod: object | undefined
  /** The number of the order of this checkout, from 1. */
  number?: number
  further?: object
}

/** What `POST /orders` takes. */
export function orderOf(
  { posId, email }: PayuClient,
  attempt: Attempt | SavedAttempt,
  { payMethod, number = 1, further = {} }: OrderParts,
): object {
  const { checkout, title, payer, returnUrl, notifyUrl } = attempt
  const visitor = 'visitor' in attempt ? attempt.visitor : undefined
  const amount = String(checkout.amount)
  const { firstName, lastName } = namesOf(payer.name)
  const address = payer.email && payer.email.length <= emailCharactersMax ? payer.email : email
  return {
    extOrderId: extOrderIdOf(checkout.publicId, number),
    merchantPosId: posId,
    customerIp: visitor?.ip ?? nobodysIp,
    description: title.slice(0, descriptionCharactersMax),
    visibleDescription: title.slice(0, visibleCharactersMax),
    currencyCode: checkout.currency,
    totalAmount: amount,
    validityTime: String(secondsOf(checkout)),
    notifyUrl,
    continueUrl: returnUrl,
    buyer: {
      email: address,
      ...(firstName && { firstName }),
      ...(lastName && { lastName }),
      language: languageOf(checkout.language),
    },
    products: [{ name: title.slice(0, productCharactersMax), unitPrice: amount, quantity: '1' }],
    ...(payMethod && { payMethods: { payMethod } }),
    ...further,
  }
}

function namesOf(name: string | null): { firstName?: string; lastName?: string } {
  const [first, ...rest] = (name ?? '').split(' ').filter(Boolean)
  return {
    ...(first && { firstName: first.slice(0, nameCharactersMax) }),
    ...(rest.length > 0 && { lastName: rest.join(' ').slice(0, nameCharactersMax) }),
  }
}

function secondsOf({ createdAt, expiresAt }: { createdAt: Date; expiresAt: Date }): number {
  return Math.max(60, Math.round((expiresAt.getTime() - createdAt.getTime()) / 1000))
}

/** With a code PayU wants the payer's browser. What our page does not measure is 0. */
export function browserOf({ visitor, checkout }: Attempt): object {
  if (!visitor) return {}
  const browser = {
    requestIP: visitor.ip,
    userAgent: visitor.userAgent,
    language: checkout.language,
    acceptHeaders: '*/*',
    javaEnabled: false,
    screenWidth: '0',
    screenHeight: '0',
    colorDepth: '0',
    timezoneOffset: '0',
  }
  return { riskData: { browser } }
}

/** Variable amounts without the payer's word each time: bills differ from month to month. */
export function blikMethod(blikCode: string, save: SaveOrder | undefined): object {
  return {
    type: 'BLIK_AUTHORIZATION_CODE',
    value: blikCode,
    ...(save && {
      blikData: {
        register: true,
        aliasLabelProposal: save.label,
        recurring: { type: 'O', authorizeDespiteRecurringNotSupported: true },
      },
    }),
  }
}
