import { askBridge, type Place } from '../src/bridge/index.ts'
import type { PageAnswer, PageRequest } from '../src/pages/index.ts'
import { formatGrosze } from '../src/platform/index.ts'
import type { CustomerNow, LedgerRow } from './queries.ts'

/** As long as PHP waits. */
const pageMs = 1_000
const mailMs = 2_000
const relayMs = 10_000

export interface Mail {
  headers: Record<string, string>
  html: string
  text: string
}

/** What PHP would ask the connector; an answer that does not come leaves the page as it would be without. */
export function hooksOf(place: Place) {
  const ask = async <T extends object>(hook: string, data: object, ms: number): Promise<Partial<T>> => {
    try {
      return (await askBridge(place, hook, data, ms)) as Partial<T>
    } catch (error) {
      console.error(`${hook}: ${error instanceof Error ? error.message : error}`)
      return {}
    }
  }
  const placeholders = async (documentId: number, format: 'html' | 'text') => {
    const data = { documentId, format, wants: ['btn', 'balance_btn'] }
    type Answer = { replace: Record<string, string>; headers: Record<string, string> }
    return ask<Answer>('invoice-mail', data, mailMs)
  }
  return {
    panel: ({ id, balance }: CustomerNow, rows: readonly LedgerRow[]) =>
      ask<{ balance: string; rows: Record<string, string> }>(
        'panel',
        {
          customerId: id,
          balance: formatGrosze(balance),
          style: 'bclean',
          rows: rows.map((row) => ({ id: row.id, docid: row.docid, doctype: row.doctype })),
        },
        pageMs,
      ),
    blockPage: (customerId: number) =>
      ask<{ html: string }>('block-page', { customerId, page: 'customer' }, pageMs),
    statement: (importIds: number[]) => ask('statement', { importIds }, relayMs),
    page: (request: PageRequest) => askBridge(place, 'page', request, relayMs) as Promise<PageAnswer>,
    /** A mail as it would go out: LMS's template with our two placeholders, as HTML and as text. */
    async mail(documentId: number, template: { html: string; text: string }): Promise<Mail> {
      const [html, text] = [await placeholders(documentId, 'html'), await placeholders(documentId, 'text')]
      const filled = (body: string, replace: Record<string, string> = {}) =>
        body.replace(/%billtech_(balance_btn|btn)/g, (_, name: string) => replace[name] ?? '')
      return {
        headers: html.headers ?? {},
        html: filled(template.html, html.replace),
        text: filled(template.text, text.replace),
      }
    },
  }
}

export type Hooks = ReturnType<typeof hooksOf>
