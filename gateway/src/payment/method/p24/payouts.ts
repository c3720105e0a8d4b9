import { type Static, type TSchema, Type } from 'typebox'
import { MethodError } from '../method.ts'
import type { Days, PayoutReports, ReportedItem, ReportedPayout } from '../payouts.ts'
import { bodyOf, type P24Client, p24Client } from './client.ts'
import { timeOf } from './wire.ts'

const pagesMax = 1_000
const itemsMax = 200_000

/**
 * Payouts ("batches") by Przelewy24's reports, which a merchant has to have switched on. Its documentation names
 * the fields and leaves open where they stand, so they are read leniently: `details` may be an object or a list
 * of one, numbers may be text, and the id of a payment is also read under the name in which its documentation
 * has it misspelt. Pages are asked for as its text says, by `token` in the query; a page that comes twice, as
 * it would where the token is not understood, is an error.
 */
export const p24Payouts: PayoutReports = {
  daysMax: 31,
  list: async (platform, provider, days) => listPayouts(await p24Client(platform, provider), days),
  items: async (platform, provider, payout) => itemsOf(await p24Client(platform, provider), payout),
}

const Fields = Type.Record(Type.String(), Type.Unknown())
type Fields = Static<typeof Fields>
const Token = Type.Optional(Type.Union([Type.String({ maxLength: 4_096 }), Type.Null()]))
const History = Type.Object({ data: Type.Array(Fields), token: Token })
const Details = Type.Object({ data: Type.Union([Type.Array(Fields), Fields]), token: Token })

async function listPayouts(client: P24Client, { from, to }: Days): Promise<ReportedPayout[]> {
  const query = { dateFrom: compact(from), dateTo: compact(to), type: 'batch' }
  const payouts: ReportedPayout[] = []
  for await (const { data } of pages(client, '/report/history', query, History))
    for (const entry of data) if (isBatch(entry)) payouts.push(payoutOf(flat(entry)))
  return payouts
}

async function itemsOf(client: P24Client, payout: ReportedPayout): Promise<ReportedItem[]> {
  const items: ReportedItem[] = []
  const query = { batch: payout.methodPayoutId }
  for await (const { data } of pages(client, '/report/batch/details', query, Details))
    for (const part of listOf(data)) {
      for (const entry of listOf(part.transactions)) items.push(paymentOf(flat(entry), payout))
      for (const entry of listOf(part.refunds)) items.push(refundOf(flat(entry), payout))
      if (items.length > itemsMax) throw new MethodError('Przelewy24 reports a payout of too many items')
    }
  return items
}

/** Page after page, until one names no next one. */
async function* pages<T extends TSchema>(
  client: P24Client,
  path: string,
  query: Record<string, string>,
  schema: T,
): AsyncGenerator<Static<T>> {
  const seen = new Set<string>()
  for (let token: string | null | undefined; ; ) {
    const asked = new URLSearchParams({ ...query, ...(token && { token }) })
    const answer = await client.call('GET', `${path}?${asked}`)
    const page = bodyOf(answer, schema, 'a question for payouts')
    yield page
    token = (page as { token?: string | null }).token
    if (!token) return
    if (seen.has(token) || seen.size >= pagesMax)
      throw new MethodError('Przelewy24 says the same page of a report again and again')
    seen.add(token)
  }
}

function isBatch({ type }: Fields): boolean {
  return type === undefined || type === 'batch'
}

function payoutOf(fields: Fields): ReportedPayout {
  const id = idOf(fields.batchId)
  const amount = numberOf(fields.amount)
  if (id === undefined || amount === undefined)
    throw new MethodError('Przelewy24 reports a payout without id or amount')
  const fee = numberOf(fields.charge) ?? 0n
  return {
    methodPayoutId: id,
    currency: currencyOf(fields) ?? 'PLN',
    amount,
    fee: size(fee),
    madeAt: timeOf(fields.dateIn) ?? null,
    sentAt: timeOf(fields.dateOut) ?? null,
  }
}

function paymentOf(fields: Fields, payout: ReportedPayout): ReportedItem {
  const { methodPaymentId, amount } = named(fields, 'a payment')
  const settled = numberOf(fields.settledAmount)
  return {
    methodPaymentId,
    refundReference: null,
    currency: currencyOf(fields) ?? payout.currency,
    amount,
    // What was really kept back: a fee that is billed apart is named all the same.
    fee: settled === undefined ? (numberOf(fields.fee) ?? 0n) : amount - settled,
  }
}

function refundOf(fields: Fields, payout: ReportedPayout): ReportedItem {
  const { methodPaymentId, amount } = named(fields, 'a refund')
  return {
    methodPaymentId,
    refundReference: idOf(fields.requestId) ?? idOf(fields.refundId) ?? methodPaymentId,
    currency: currencyOf(fields) ?? payout.currency,
    amount: -size(amount),
    fee: numberOf(fields.fee) ?? 0n,
  }
}

function named(fields: Fields, what: string): { methodPaymentId: string; amount: bigint } {
  const methodPaymentId = idOf(fields.orderId) ?? idOf(fields.ordrId) ?? idOf(fields.sessionId)
  const amount = numberOf(fields.amount)
  if (methodPaymentId === undefined || amount === undefined)
    throw new MethodError(`Przelewy24 reports ${what} without id or amount`)
  return { methodPaymentId, amount }
}

/** The fields of an entry, with those of its details; the entry's own come first. */
function flat(entry: Fields): Fields {
  return { ...Object.assign({}, ...listOf(entry.details)), ...entry }
}

function listOf(value: unknown): Fields[] {
  const values: unknown[] = Array.isArray(value) ? value : [value]
  return values.filter((one): one is Fields => typeof one === 'object' && one !== null)
}

function numberOf(value: unknown): bigint | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? BigInt(value) : undefined
}

function idOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return String(value)
  return typeof value === 'string' && /^[\w-]{1,100}$/.test(value) && value !== '0' ? value : undefined
}

function currencyOf({ currency }: Fields): string | undefined {
  return typeof currency === 'string' && /^[A-Z]{3}$/.test(currency) ? currency : undefined
}

function size(amount: bigint): bigint {
  return amount < 0n ? -amount : amount
}

/** `20261122` */
function compact(day: string): string {
  return day.replaceAll('-', '')
}
