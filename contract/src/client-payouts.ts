import type { CallOptions } from './client-links.ts'
import type { Transport } from './client-request.ts'
import type { Payout, PayoutDetails, PayoutItem, PayoutPage } from './payout.ts'

export interface PayoutListOptions extends CallOptions {
  /** The first and the last day, `yyyy-mm-dd` in Warsaw, both included. */
  from?: string
  to?: string
  /** Begins after this payout. */
  after?: string
}

/** What payment providers sent to the account in bulk, held against the payments. */
export interface PayoutCalls {
  /** Payouts in the order in which they were first read, page after page as the loop goes on. */
  list(options?: PayoutListOptions): AsyncIterable<Payout>
  /** A page of payouts, with the days that were read and payments that are missing. */
  page(options?: PayoutListOptions): Promise<PayoutPage>
  /** @throws BillGatewayError `not_found` */
  items(id: string, options?: CallOptions): AsyncIterable<PayoutItem>
}

const path = '/pay/v1/payouts'

export function payoutCalls(transport: Transport): PayoutCalls {
  const get = async (
    call: string,
    at: string,
    query: Record<string, string | number | undefined>,
    signal: AbortSignal | undefined,
  ) => (await transport.send({ call, method: 'GET', path: at, query, repeatable: true, signal })).body
  const page = async ({ signal, ...query }: PayoutListOptions = {}) =>
    (await get('payouts.list', path, query, signal)) as PayoutPage
  return {
    page,
    async *list(options = {}) {
      for (let after = options.after, more = true; more; ) {
        const { payouts, ...rest } = await page({ ...options, ...(after === undefined ? {} : { after }) })
        yield* payouts
        after = payouts.at(-1)?.id
        more = rest.more && after !== undefined
      }
    },
    async *items(id, { signal } = {}) {
      const at = `${path}/${encodeURIComponent(id)}`
      for (let after = 0, more = true; more; ) {
        const details = (await get('payouts.items', at, { after }, signal)) as PayoutDetails
        yield* details.items
        after = details.items.at(-1)?.position ?? after
        more = details.more && details.items.length > 0
      }
    },
  }
}
