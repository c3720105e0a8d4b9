import { BillGatewayError, type EventPage, type PaymentRow } from '@bill-gateway/contract'
import type { Gateway } from './connect.ts'

/** What was paid since a moment, oldest first, page after page: never more than a page in memory. */
export function fetchPayments(
  gateway: Gateway,
  { fromDate, signal }: { /** Unix seconds. */ fromDate: number; signal?: AbortSignal | undefined },
): AsyncIterable<PaymentRow> {
  return gateway.client.payments.search({ fromDate, ...(signal ? { signal } : {}) })
}

/**
 * One page of events after a cursor.
 *
 * @returns undefined where the gateway has no events; `supportsEvents` is false from then on
 * @throws BillGatewayError `events_expired` where the cursor is older than the gateway keeps events
 */
export async function fetchEvents(
  gateway: Gateway,
  { after, limit, signal }: { after: string; limit?: number; signal?: AbortSignal | undefined },
): Promise<EventPage | undefined> {
  try {
    return await gateway.client.events.list({
      after,
      ...(limit === undefined ? {} : { limit }),
      ...(signal ? { signal } : {}),
    })
  } catch (error) {
    if (!(error instanceof BillGatewayError) || ![404, 405].includes(error.status)) throw error
    gateway.supportsEvents = false
    return undefined
  }
}
