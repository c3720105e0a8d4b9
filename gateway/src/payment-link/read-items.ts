import {
  CreatePaymentLinks,
  type FieldError,
  linksPerRequestMax,
  minorUnitsOf,
  type PaymentLinkItem,
  PaymentLinkItem as PaymentLinkItemSchema,
} from '@bill-gateway/contract'
import { ApiError, validationFailed } from '../platform/http/errors.ts'
import { compileSchema } from '../platform/http/validation.ts'
import type { Bill } from './bill.ts'
import { isAbsent, isObject, normaliseItem } from './normalise-item.ts'
import { adaptPluginItem } from './plugin-item.ts'

const checkRequest = compileSchema(CreatePaymentLinks)
const checkItem = compileSchema(PaymentLinkItemSchema)

/** Of a request with more items only that is told: errors of each would make an answer without end. */
const itemsReadMax = 1_000

const tooMany: FieldError = {
  pointer: '/payments',
  code: 'too_many',
  detail: `payments must be an array of 1 to ${linksPerRequestMax} items`,
}

/** What reading needs to know of the provider. */
export interface Reader {
  code: string
  defaultNrb: string | null
}

export interface BillsRequest {
  bills: Bill[]
  /** The body had a providerCode: the LMS plugin’s dialect. */
  lmsPlugin: boolean
}

/**
 * Reads the body of a create request, all of it or nothing.
 *
 * @throws ApiError validation_failed that names every bad field of every item; wrong_provider where the body
 *   names another provider than the key’s own
 */
export function readRequest(provider: Reader, body: unknown): BillsRequest {
  if (!isObject(body)) throw validationFailed(checkRequest(body))
  const { providerCode } = body
  const lmsPlugin = typeof providerCode === 'string' && providerCode !== ''
  if (lmsPlugin && providerCode !== provider.code) throw new ApiError('wrong_provider')
  if (Array.isArray(body.payments) && body.payments.length > itemsReadMax) {
    throw validationFailed([tooMany])
  }
  const read = Array.isArray(body.payments)
    ? body.payments.map((given) => readOne(given, lmsPlugin))
    : undefined
  const request = {
    payments: read ? read.map(({ item }) => item) : body.payments,
    ...(isAbsent(providerCode) ? {} : { providerCode }),
  }
  const errors = merged(checkRequest(request), read ? request.payments : [], provider)
  if (errors.length > 0) throw validationFailed(errors)
  const bills = (read ?? []).map(({ item, dropped }) => billOf(item as PaymentLinkItem, dropped, provider))
  return { bills, lmsPlugin }
}

/** Reads one item that stands alone: pointers are relative to it. */
export function readItem(provider: Reader, given: unknown): Bill | FieldError[] {
  const item = normaliseItem(given)
  const errors = checkItem(item)
  if (isObject(item) && item.nrb === undefined && provider.defaultNrb === null)
    errors.push(missingNrb('', 'nrb'))
  return errors.length > 0 ? errors : billOf(item as PaymentLinkItem, [], provider)
}

function readOne(given: unknown, lmsPlugin: boolean): { item: unknown; dropped: string[] } {
  const item = normaliseItem(given)
  return lmsPlugin && isObject(item) ? adaptPluginItem(item) : { item, dropped: [] }
}

function merged(fromSchema: FieldError[], items: unknown, provider: Reader): FieldError[] {
  const errors = [...fromSchema]
  const named = new Set(fromSchema.map((error) => error.pointer))
  const pairs = new Set<string>()
  if (!Array.isArray(items)) return errors
  for (const [index, item] of items.entries()) {
    if (!isObject(item)) continue
    if (item.nrb === undefined && provider.defaultNrb === null)
      errors.push(missingNrb(`/payments/${index}`, `payments[${index}].nrb`))
    if (typeof item.userId !== 'string' || typeof item.operationId !== 'string') continue
    const pair = JSON.stringify([item.userId, item.operationId])
    const pointer = `/payments/${index}/operationId`
    if (pairs.has(pair) && !named.has(pointer)) errors.push(duplicate(pointer, index))
    pairs.add(pair)
  }
  return errors
}

function missingNrb(parent: string, name: string): FieldError {
  return {
    pointer: `${parent}/nrb`,
    code: 'required',
    detail: `${name} is missing, and the provider has no default account`,
  }
}

function duplicate(pointer: string, index: number): FieldError {
  return {
    pointer,
    code: 'duplicate',
    detail: `payments[${index}].operationId stands in an earlier item with the same userId`,
  }
}

function billOf(item: PaymentLinkItem, dropped: string[], provider: Reader): Bill {
  const amount = minorUnitsOf(item.amount)
  const nrb = item.nrb ?? provider.defaultNrb
  if (amount === undefined || nrb === null) throw new Error('the item was not validated')
  return {
    userId: String(item.userId),
    operationId: item.operationId === undefined ? null : String(item.operationId),
    amount,
    nrb,
    title: item.title,
    paymentDue: item.paymentDue,
    name: item.name ?? null,
    surname: item.surname ?? null,
    email: item.email ?? null,
    recipientId: item.recipient === undefined ? null : String(item.recipient.id),
    recipientName: item.recipient?.name ?? null,
    seen: item.seen === undefined ? null : BigInt(item.seen),
    dropped,
  }
}
