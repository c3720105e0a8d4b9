import { type BulkOptions, type BulkOutcome, createManyLinks } from './client-bulk.ts'
import {
  type EventOf,
  type ListEventsOptions,
  listEvents,
  type StreamEventsOptions,
  streamEvents,
} from './client-events.ts'
import { type CallOptions, type CreateOptions, paymentLinkCalls } from './client-links.ts'
import { type PayoutCalls, payoutCalls } from './client-payouts.ts'
import { type RefundCalls, refundCalls } from './client-refunds.ts'
import { createTransport, type Transport } from './client-request.ts'
import { type SearchOptions, searchPayments } from './client-search.ts'
import { type SettlementCalls, settlementCalls } from './client-settlements.ts'
import { type StatementCalls, statementCalls } from './client-statements.ts'
import { type TestModeCalls, testModeCalls } from './client-test-mode.ts'
import { type WebhookCalls, webhookCalls } from './client-webhooks.ts'
import type { EventPage, EventType } from './event.ts'
import type { GeneratedKey, GenerateKey } from './key.ts'
import type { PaymentRow } from './payment.ts'
import type {
  CancelPaymentLink,
  PaymentLinkAddress,
  PaymentLinkItem,
  PaymentLinkStatus,
} from './payment-link.ts'
import type { EncodedShortLink } from './short-link.ts'

export * from './amount-helpers.ts'
export type { BulkOptions, BulkOutcome } from './client-bulk.ts'
export { BillGatewayError, type BillGatewayErrorCode, type ClientErrorCode } from './client-error.ts'
export type { EventOf, ListEventsOptions, StreamEventsOptions } from './client-events.ts'
export type { CallOptions, CreateOptions } from './client-links.ts'
export type { PayoutCalls, PayoutListOptions } from './client-payouts.ts'
export type { RefundCalls } from './client-refunds.ts'
export type { SearchOptions } from './client-search.ts'
export type { SettlementCalls, SettlementReportOptions } from './client-settlements.ts'
export type { ImportStatementOptions, StatementCalls, StatementEntriesOptions } from './client-statements.ts'
export type { TestModeCalls } from './client-test-mode.ts'
export type { DeliveriesOptions, WebhookCalls } from './client-webhooks.ts'

export interface KeylessClientOptions {
  /** The gateway’s address, such as `https://pay.example.pl`. */
  baseUrl: string
  /** What sends the requests. Default: the global `fetch`. */
  fetch?: typeof globalThis.fetch
  /** Milliseconds for each try of a call, its answer included. Default 30,000. */
  timeoutMs?: number
  /** How often a call that is safe to repeat is tried again. Default 2; 0 for never. */
  retries?: number
}

export interface ClientOptions extends KeylessClientOptions {
  apiKey: string
  /** Keep it out of code and logs. */
  apiSecret: string
}

/** Parameters that a short link can carry; anything else is refused by the types and dropped by the gateway. */
export interface ShortLinkParameters {
  type?: 'balance' | 'connect'
  connectApp?: string
  lang?: string
  [utm: `utm_${string}`]: string
}

/** The calls that need no key. */
export interface KeylessClient {
  shortLinks: {
    /**
     * Adds parameters to a short link at the price of a slash and a few characters. The same parameters always
     * give the same address.
     *
     * @example
     * await client.shortLinks.encode('https://zapl.ac/SscsYRx7qy', { type: 'balance' })
     * // 'https://zapl.ac/SscsYRx7qy/1'
     */
    encode(url: string, parameters: ShortLinkParameters, options?: CallOptions): Promise<string>
  }
  keys: {
    /**
     * Fetches a new secret for a key by a PIN that the operator has given you. The PIN works once. The old
     * secret dies when the new one is first used, or after 24 hours.
     *
     * @returns the secret; it cannot be asked for again
     * @throws BillGatewayError `generate_key_refused` where anything is wrong; five wrong PINs lock the PIN
     */
    generate(request: GenerateKey, options?: CallOptions): Promise<string>
  }
}

/** Everything that a provider’s key may do. */
export interface Client extends KeylessClient {
  paymentLinks: {
    /**
     * Makes links for 1 to 100 bills, or updates those of the same (userId, operationId). All or nothing: one
     * bad item refuses the whole request, and the error names every bad field.
     *
     * Safe to repeat: the request carries an idempotency key of its own, so that a lost answer never makes a
     * second link. Give `idempotencyKey` where the request must stay one across restarts of your program.
     *
     * @returns token and addresses, in the order of the items
     * @example
     * const [link] = await client.paymentLinks.create([
     *   { userId: 'user-1234', operationId: 'FV/123/2020', amount: 123.45, nrb: '28616102383202382844889825',
     *     title: 'FV 123/2020', paymentDue: '2020-07-23' },
     * ])
     * await saveToken('FV/123/2020', link.token)
     */
    create<const Items extends readonly PaymentLinkItem[]>(
      items: Items,
      options?: CreateOptions,
    ): Promise<{ -readonly [Index in keyof Items]: PaymentLinkAddress }>

    /**
     * Makes or updates any number of links over one connection. Items are read as fast as the gateway takes
     * them, results come in the same order while later items are still being sent, and neither side is held in
     * memory. A bad item fails alone. Items must not wait for results: the gateway takes them by the hundred.
     *
     * Not repeated by itself. After a broken connection go on after the last result that you have; items with
     * an operationId may be sent again without harm.
     *
     * @example
     * for await (const result of client.paymentLinks.createMany(openBills())) {
     *   if ('error' in result) console.error(result.item.operationId, result.error.title)
     *   else await saveToken(result.item.operationId, result.token)
     * }
     */
    createMany<Item extends PaymentLinkItem>(
      items: AsyncIterable<Item> | Iterable<Item>,
      options?: BulkOptions,
    ): AsyncIterable<BulkOutcome<Item>>

    /**
     * Ends an active link: `PAID` another way, or `CANCELLED` as out of date or a mistake.
     *
     * @throws BillGatewayError `not_found`, or `link_not_active` where it is paid or cancelled already
     * @example
     * await client.paymentLinks.cancel(token, { resolution: 'PAID' })
     */
    cancel(token: string, cancellation: CancelPaymentLink, options?: CallOptions): Promise<void>

    /**
     * State, amounts and payments of a link.
     *
     * @throws BillGatewayError `not_found`, also for another provider’s link
     */
    get(token: string, options?: CallOptions): Promise<PaymentLinkStatus>
  }

  payments: {
    /**
     * What was paid, oldest first, page after page as the loop goes on.
     *
     * @example
     * for await (const row of client.payments.search({ fromDate: lastSearch })) await bookOnce(row.id, row)
     */
    search(options: SearchOptions): AsyncIterable<PaymentRow>
    /** As `search`, all rows at once. For answers that fit into memory. */
    searchAll(options: SearchOptions): Promise<PaymentRow[]>
  }

  events: {
    /**
     * One page of events after a cursor. `next` is the cursor for the next call; an empty page means that there
     * is nothing new.
     *
     * @throws BillGatewayError `events_expired` where the cursor is older than 400 days
     */
    list(options?: ListEventsOptions): Promise<EventPage>
    /**
     * Events as they happen, within a second, through outages: the client connects again, with growing pauses,
     * and goes on after the last event it has given. Save `event.id` when you have dealt with an event and give
     * it as `lastEventId` after a restart: nothing is lost, and at most what you had not saved comes again.
     *
     * Ends when the signal is aborted. Throws only what waiting cannot mend: a wrong or revoked key, a cursor
     * older than 400 days.
     *
     * @example
     * for await (const event of client.events.stream({ lastEventId: await load(), types: ['payment.succeeded'] })) {
     *   for (const row of event.data.rows) await bookOnce(row.id, row)
     *   await save(event.id)
     * }
     */
    stream<T extends EventType = EventType>(options?: StreamEventsOptions<T>): AsyncIterable<EventOf<T>>
  }

  refunds: RefundCalls
  statements: StatementCalls
  settlements: SettlementCalls
  payouts: PayoutCalls
  webhooks: WebhookCalls

  /** For test providers; live ones are answered `not_found`. */
  test: TestModeCalls
}

/**
 * A client of one gateway, with the rights of one key. It holds no connection and no state: make one and share
 * it.
 *
 * Every call ends within `timeoutMs` a try. Reading calls and repeatable writes are tried again, with growing,
 * jittered pauses, where the connection failed, the time ran out, or the gateway was busy (429, 502, 503, 504;
 * its `Retry-After` is kept). Everything else rejects with a {@link BillGatewayError}.
 *
 * @throws TypeError where an option cannot be used
 * @example
 * const client = createClient({
 *   baseUrl: 'https://pay.example.pl',
 *   apiKey: process.env.BILL_GATEWAY_KEY ?? '',
 *   apiSecret: process.env.BILL_GATEWAY_SECRET ?? '',
 * })
 */
export function createClient(options: ClientOptions): Client
/** Without a key: the calls that need none. */
export function createClient(options: KeylessClientOptions): KeylessClient
export function createClient(options: ClientOptions | KeylessClientOptions): Client | KeylessClient {
  if (!('apiKey' in options)) return keylessCalls(createTransport(options))
  const { apiKey, apiSecret, ...rest } = options
  const transport = createTransport({ ...rest, credentials: { apiKey, apiSecret } })
  return {
    ...keylessCalls(createTransport(rest)),
    paymentLinks: {
      ...paymentLinkCalls(transport),
      createMany: (items, bulkOptions = {}) => createManyLinks(transport, items, bulkOptions),
    },
    payments: {
      search: (search) => searchPayments(transport, search),
      async searchAll(search) {
        const rows: PaymentRow[] = []
        for await (const row of searchPayments(transport, search)) rows.push(row)
        return rows
      },
    },
    events: {
      list: (list = {}) => listEvents(transport, list),
      stream: (stream = {}) => streamEvents(transport, stream),
    },
    refunds: refundCalls(transport),
    statements: statementCalls(transport),
    settlements: settlementCalls(transport),
    payouts: payoutCalls(transport),
    webhooks: webhookCalls(transport),
    test: testModeCalls(transport),
  }
}

function keylessCalls(transport: Transport): KeylessClient {
  return {
    shortLinks: {
      async encode(url, parameters, { signal } = {}) {
        const { body } = await transport.send({
          call: 'shortLinks.encode',
          method: 'POST',
          path: '/s/encode',
          query: { ...parameters },
          body: { url },
          repeatable: true,
          signal,
        })
        return (body as EncodedShortLink).url
      },
    },
    keys: {
      async generate(request, { signal } = {}) {
        const { body } = await transport.send({
          call: 'keys.generate',
          method: 'POST',
          path: '/api/service-provider/generate-key',
          body: request,
          repeatable: false,
          signal,
        })
        return (body as GeneratedKey).data.apiSecret
      },
    },
  }
}
