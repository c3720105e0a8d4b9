import { createHash } from 'node:crypto'
import { minorUnitsOf } from '@bill-gateway/contract'
import { referenceDigits, timeMax } from '../../lms/index.ts'

/** One payment's money for one link, read and checked: what a ledger row is made of. */
export interface Incoming {
  /** Names the row for ever, over all gateways. */
  rowId: string
  /** Undefined where the gateway's user is no customer number. */
  customerId: number | undefined
  operationId: string | null
  /** Grosze. */
  amount: bigint
  title: string
  token: string
  referenceNumber: string
  /**
   * Digits of the reference that the transfer’s title names; null for one of another form: no bank statement is
   * searched for it.
   */
  references: string | null
  /** Epoch seconds. */
  paidAt: number
  arrives: 'transfer' | 'batch'
  method: string
  companyTaxId: string
  documentNumber: string
  isTest: boolean
}

/** A row that makes no sense: it is shown to the operator and books nothing. */
export interface Unreadable {
  rowId: string
  customerId: number | undefined
  field: string
  says: string
}

const titleCharactersMax = 1_000
const textCharactersMax = 255
const rowIdCharactersMax = 100
const idMax = 2_147_483_647

/** The first characters of a gateway's hash: a row of a former gateway stays the same row. */
function gatewayMark(gatewayId: string): string {
  return createHash('sha256').update(gatewayId).digest('hex').slice(0, 12)
}

/** A gateway's id as our tables keep it. */
export function rowIdOf(gatewayId: string, id: string): string {
  const whole = `${gatewayMark(gatewayId)}:${id}`
  if (whole.length <= rowIdCharactersMax) return whole
  return `${gatewayMark(gatewayId)}:${createHash('sha256').update(id).digest('hex')}`
}

/** Reads a row as a gateway sent it. Older services send no id, method or arrival. */
export function readIncoming(raw: unknown, gatewayId: string): Incoming | Unreadable {
  const row = typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>) : {}
  const text = (name: string, lengthMax = textCharactersMax) => {
    const value = row[name]
    return typeof value === 'string' || typeof value === 'number' ? oneLine(String(value), lengthMax) : ''
  }
  const token = text('token', 1_000)
  const referenceNumber = text('referenceNumber')
  const stated = text('id', 1_000) || undefined
  const rowId = rowIdOf(gatewayId, stated ?? unnamed(token, referenceNumber, row))
  const customerId = customerOf(text('userId'))
  const amount = typeof row.amount === 'number' ? minorUnitsOf(row.amount) : undefined
  const paidAt = typeof row.paidAt === 'string' ? Math.floor(Date.parse(row.paidAt) / 1_000) : Number.NaN
  const wrong = (field: string, says: string) => ({ rowId, customerId, field, says })
  if (amount === undefined) return wrong('amount', 'its amount is no amount above zero with two decimals')
  if (amount > 999_999_999n) return wrong('amount', 'its amount is more than LMS can hold: 9,999,999.99')
  if (!(paidAt > 0 && paidAt <= timeMax)) return wrong('paidAt', 'its time of payment is no moment in time')
  return {
    rowId,
    customerId,
    operationId: text('operationId', 100) || null,
    amount,
    title: text('title', titleCharactersMax),
    token,
    referenceNumber,
    references: referenceDigits(text('titleReference')) ?? referenceDigits(referenceNumber),
    paidAt,
    arrives: row.arrives === 'batch' ? 'batch' : 'transfer',
    method: text('method', 20),
    companyTaxId: text('companyTaxId', 16),
    documentNumber: text('invoiceNumber'),
    isTest: row.test === true,
  }
}

export function isUnreadable(row: Incoming | Unreadable): row is Unreadable {
  return 'says' in row
}

function oneLine(text: string, charactersMax: number): string {
  const bare = text.replace(/[\p{Cc}\p{Cs}]+/gu, ' ').trim()
  return [...bare].slice(0, charactersMax).join('')
}

/** What names a row of a service that gives no ids: link and reference, as the old plugin had it. */
function unnamed(token: string, referenceNumber: string, row: Record<string, unknown>): string {
  const parts = [token, referenceNumber, token ? '' : `${row.userId}|${row.amount}|${row.paidAt}`]
  return createHash('sha256').update(parts.join('|')).digest('hex')
}

function customerOf(userId: string): number | undefined {
  if (!/^[1-9]\d{0,9}$/.test(userId)) return undefined
  const id = Number(userId)
  return id <= idMax ? id : undefined
}
