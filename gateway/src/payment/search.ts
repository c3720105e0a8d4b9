import type { PaymentRow } from '@bill-gateway/contract'
import { awaitRecorded, markFetched } from '../event/index.ts'
import { validationFailed } from '../platform/http/errors.ts'
import type { Platform } from '../platform/platform.ts'
import type { Provider } from '../provider/index.ts'
import { paymentRow, pluginPaymentRow } from './payment-row.ts'
import { newestPayment, type RowCursor, rowsInRange, type SearchRow } from './queries/rows.ts'

/** Rows that are in memory at a time, however long the answer is. */
const pageRows = 1_000

export interface Search {
  /** Unix seconds, inclusive: when the gateway recorded the payment. */
  fromDate: number
  after: RowCursor | undefined
  /** In the LMS plugin's dialect. */
  plugin: boolean
}

/**
 * Every row from fromDate on as the text of a JSON array, in the order in which payments were recorded. The
 * search first waits for what is being recorded, so nothing can later appear before its end. When the last of
 * it has been read, all of it counts as fetched, and what lies before fromDate too: who asks for later has it.
 */
export async function* searchText(
  { db }: Platform,
  provider: Provider,
  search: Search,
): AsyncGenerator<string> {
  await awaitRecorded(db, provider.id)
  const until = await newestPayment(db, provider.id)
  const range = { ...rangeOf(provider, search), until, limit: pageRows }
  let { after } = search
  let separator = '['
  for (;;) {
    const rows = await rowsInRange(db, provider.id, { ...range, after })
    const shown = rows.map((row) => JSON.stringify(show(row, provider, search)))
    if (shown.length > 0) {
      yield separator + shown.join(',')
      separator = ','
    }
    if (rows.length < pageRows) break
    after = rows.at(-1)
  }
  yield separator === '[' ? '[]' : ']'
  if (range.from <= until) await markFetched(db, provider.id, until)
}

export interface SearchPage {
  rows: PaymentRow[]
  /** The cursor of the next page; undefined after the last. */
  next: string | undefined
}

/** One page; what has been answered counts as fetched, up to the last payment that is on it whole. */
export async function searchPage(
  { db }: Platform,
  provider: Provider,
  search: Search,
  limit: number,
): Promise<SearchPage> {
  await awaitRecorded(db, provider.id)
  const until = await newestPayment(db, provider.id)
  const range = { ...rangeOf(provider, search), until, after: search.after, limit: limit + 1 }
  const found = await rowsInRange(db, provider.id, range)
  const rows = found.slice(0, limit)
  const last = found.length > limit ? rows.at(-1) : undefined
  if (range.from <= until) await markFetched(db, provider.id, last ? last.eventId - 1n : until)
  return {
    rows: rows.map((row) => show(row, provider, search)),
    next: last && encodeCursor(last),
  }
}

function rangeOf(provider: Provider, { fromDate, plugin }: Search) {
  return {
    from: BigInt(fromDate) * 1_000_000n,
    lmsPluginOnly: plugin,
    withoutTransfers: plugin && provider.importsTransfers,
  }
}

function show(row: SearchRow, provider: Provider, { plugin }: Search): PaymentRow {
  return plugin ? pluginPaymentRow(row, provider) : paymentRow(row, provider)
}

export function encodeCursor({ eventId, position }: RowCursor): string {
  return Buffer.from(`${eventId}.${position}`).toString('base64url')
}

/** @throws ApiError validation_failed where it is no cursor of ours */
export function decodeCursor(cursor: string): RowCursor {
  const match = /^(\d{1,18})\.(\d{1,4})$/.exec(Buffer.from(cursor, 'base64url').toString())
  if (!match?.[1] || !match[2]) {
    const detail = 'cursor must be one out of a Link header'
    throw validationFailed([{ pointer: '/querystring/cursor', code: 'invalid', detail }])
  }
  return { eventId: BigInt(match[1]), position: Number(match[2]) }
}
