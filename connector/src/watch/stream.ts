import { BillGatewayError } from '@bill-gateway/contract'
import { databaseTime } from '../platform/index.ts'
import { writeInfo } from '../store/index.ts'
import type { Context } from '../sync/links/index.ts'
import { bookEvent, eventCursor } from '../sync/payments/index.ts'

/** How often a gateway without events is asked whether it has them by now. */
export const withoutEventsMs = 3_600_000

/**
 * Holds the gateway's event stream and books what it tells, in its order, until the signal ends it. It goes on
 * where the ledger stands, so nothing is lost by a break.
 *
 * @param onCustomers told whose links have to be looked at, after each event that changed the ledger
 * @throws where the gateway refuses, or the ledger cannot be written: started again, it repeats nothing
 */
export async function followEvents(
  context: Context,
  signal: AbortSignal,
  onCustomers: (customers: readonly number[]) => void,
): Promise<'ended' | 'no-events'> {
  const gateway = context.gateway()
  const lastEventId = await eventCursor(context.lms, gateway.id)
  await tell(context, 'open')
  try {
    for await (const event of gateway.client.events.stream({ lastEventId, signal })) {
      const { payments, refunds } = await bookEvent({ ...context, signal }, event)
      const customers = [...payments.customers, ...refunds.customers]
      if (customers.length > 0) onCustomers(customers)
    }
    return 'ended'
  } catch (error) {
    if (signal.aborted) return 'ended'
    if (error instanceof BillGatewayError && (error.status === 404 || error.status === 405)) {
      await tell(context, 'none', 'this gateway has no event stream: its search is polled')
      return 'no-events'
    }
    await tell(context, 'away', error instanceof Error ? error.message : String(error))
    throw error
  }
}

async function tell({ lms }: Context, state: 'open' | 'away' | 'none', says?: string): Promise<void> {
  try {
    const at = await databaseTime(lms.db, lms)
    await writeInfo(lms, lms.db, 'stream:state', JSON.stringify({ at, state, ...(says ? { says } : {}) }))
  } catch {
    return
  }
}
