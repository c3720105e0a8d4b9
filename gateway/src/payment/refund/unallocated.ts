import { amountOf, type Channel, type UnallocatedPayment } from '@bill-gateway/contract'
import { validationFailed } from '../../platform/http/errors.ts'
import type { Platform } from '../../platform/platform.ts'
import { warsawTime } from '../../platform/warsaw-time.ts'
import type { Provider } from '../../provider/index.ts'
import { rowId } from '../payment-row.ts'
import { type UnallocatedRow, unallocatedRows } from './queries/rows.ts'

export interface UnallocatedPage {
  payments: UnallocatedPayment[]
  /** The cursor of the next page; undefined after the last. */
  next: string | undefined
}

/** Payments with money that no link took and that has not gone back, in the order in which they were recorded. */
export async function unallocatedPage(
  { db }: Platform,
  provider: Provider,
  after: bigint,
  limit: number,
): Promise<UnallocatedPage> {
  const rows = await unallocatedRows(db, provider.id, { after, payments: limit + 1 })
  const byPayment = new Map<string, UnallocatedRow[]>()
  for (const row of rows)
    byPayment.set(row.paymentPublicId, [...(byPayment.get(row.paymentPublicId) ?? []), row])
  const found = [...byPayment.values()]
  const shown = found.slice(0, limit)
  const last = found.length > limit ? shown.at(-1)?.[0] : undefined
  return { payments: shown.flatMap(shownPayment), next: last && encodeCursor(last.eventId) }
}

function shownPayment(rows: UnallocatedRow[]): UnallocatedPayment[] {
  const [first] = rows
  if (!first) return []
  return [
    {
      paymentId: first.paymentPublicId,
      referenceNumber: first.referenceNumber,
      amount: amountOf(first.amount),
      unallocated: amountOf(rows.reduce((sum, row) => sum + row.unallocated, 0n)),
      currency: first.currency,
      // The database's own check allows no other words.
      method: first.channel as Channel,
      paidAt: warsawTime(first.paidAt),
      rows: rows.map(({ paymentPublicId, position, token, userId, operationId, title, unallocated }) => ({
        id: rowId(paymentPublicId, position),
        token,
        userId,
        operationId,
        title,
        unallocated: amountOf(unallocated),
      })),
    },
  ]
}

function encodeCursor(eventId: bigint): string {
  return Buffer.from(`u${eventId}`).toString('base64url')
}

/** @throws ApiError validation_failed where it is no cursor of ours */
export function decodeUnallocatedCursor(cursor: string | undefined): bigint {
  if (cursor === undefined) return 0n
  const digits = /^u(\d{1,18})$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1]
  if (digits === undefined) {
    const detail = 'cursor must be one out of a Link header'
    throw validationFailed([{ pointer: '/querystring/cursor', code: 'invalid', detail }])
  }
  return BigInt(digits)
}
