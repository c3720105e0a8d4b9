import { bareNrb, isExactNumber } from '@bill-gateway/contract'

const requiredFields = ['userId', 'amount', 'title', 'paymentDue'] as const
const optionalFields = ['nrb', 'name', 'surname', 'email', 'operationId', 'recipient', 'seen'] as const
const recipientFields = ['id', 'name'] as const
/** Fields that may be written as a number and are kept as a string. */
const identifiers = new Set<string>(['userId', 'operationId', 'id', 'seen'])

type Json = Record<string, unknown>

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * One item as the schema wants to see it: text in NFC, ids as strings, accounts bare, and optional fields that
 * are null or empty taken out. What cannot be read so is left for the schema to refuse.
 */
export function normaliseItem(given: unknown): unknown {
  if (!isObject(given)) return given
  const item: Json = {}
  for (const field of requiredFields) {
    if (given[field] !== undefined) item[field] = normaliseValue(field, given[field])
  }
  for (const field of optionalFields) {
    if (!isAbsent(given[field])) item[field] = normaliseValue(field, given[field])
  }
  if (typeof item.nrb === 'string' && item.nrb.trim() === '') delete item.nrb
  return item
}

/** null and an empty string mean that an optional field is absent. */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

function normaliseValue(field: string, value: unknown): unknown {
  if (typeof value === 'string') return field === 'nrb' ? bareUnlessBlank(value) : value.normalize('NFC')
  if (typeof value === 'number') return identifiers.has(field) && isExactNumber(value) ? String(value) : value
  return field === 'recipient' && isObject(value) ? normaliseRecipient(value) : value
}

/** A lone country code is no account, and not the same as none. */
function bareUnlessBlank(nrb: string): string {
  return bareNrb(nrb) || nrb
}

function normaliseRecipient(given: Json): Json {
  const recipient: Json = {}
  for (const field of recipientFields) {
    if (given[field] !== undefined) recipient[field] = normaliseValue(field, given[field])
  }
  return recipient
}
