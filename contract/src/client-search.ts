import type { ApiRequest, Transport } from './client-request.ts'
import { unexpected } from './client-request.ts'
import type { PaymentRow } from './payment.ts'

export interface SearchOptions {
  /**
   * Payments recorded at this moment or later: a Date, or unix seconds as the API has them. 0 for all. Ask from
   * one second before your last search and dedupe by `id`: nothing is then missed.
   */
  fromDate: Date | number
  /** Rows a page. Default 500. */
  pageSize?: number
  signal?: AbortSignal
}

const call = 'payments.search'
const path = '/pay/v1/payments/search'
const pageSizeDefault = 500

/** Every row, oldest first; the next page is asked for once this one is used up. */
export async function* searchPayments(
  transport: Transport,
  options: SearchOptions,
): AsyncGenerator<PaymentRow, void, undefined> {
  const { fromDate, pageSize = pageSizeDefault, signal } = options
  const seconds = typeof fromDate === 'number' ? fromDate : Math.floor(fromDate.getTime() / 1000)
  if (!Number.isSafeInteger(seconds)) throw new TypeError('fromDate must be a Date or whole unix seconds')
  let query: ApiRequest['query'] | undefined = { fromDate: seconds, limit: pageSize }
  while (query) {
    const answer = await transport.send({ call, method: 'GET', path, query, repeatable: true, signal })
    const rows = answer.body
    if (!Array.isArray(rows)) throw unexpected(call, 200, 'the answer is not an array')
    yield* rows as PaymentRow[]
    const next = nextQuery(answer.headers.get('link'))
    if (next && rows.length === 0) throw unexpected(call, 200, 'an empty page leads to a next one')
    query = next
  }
}

/**
 * The query of the page that `rel="next"` names. Only the query is taken: the client goes on talking to the
 * address that it was given, and gives its secret to no other.
 */
export function nextQuery(link: string | null): Record<string, string> | undefined {
  for (const part of link?.split(/,\s*(?=<)/) ?? []) {
    const [, url, parameters = ''] = /^<([^>]*)>(.*)$/.exec(part.trim()) ?? []
    const [, quoted, bare] = /;\s*rel=(?:"([^"]*)"|([^\s;]*))/i.exec(parameters) ?? []
    const isNext = (quoted ?? bare ?? '').toLowerCase().split(/\s+/).includes('next')
    if (url && isNext) return Object.fromEntries(new URL(url, 'http://gateway.invalid').searchParams)
  }
  return undefined
}
