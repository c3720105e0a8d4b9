import type { CallOptions, CreateOptions } from './client-links.ts'
import type { Transport } from './client-request.ts'
import type { OrderRefund, Refund, Refunds, UnallocatedPayment } from './refund.ts'

/** Money that goes back to payers. */
export interface RefundCalls {
  /**
   * Refunds what a link was paid: all that is left, or the amount named, what no link took first. Safe to repeat:
   * the request carries an idempotency key of its own. Give `idempotencyKey` where the request must stay one
   * across restarts of your program.
   *
   * @returns one refund of each payment that money goes back of; an event tells when it has
   * @throws BillGatewayError `not_found`, `refund_exceeds_payment` where less is left, or `refund_not_possible`
   *   where the method cannot give money back: transfer it yourself and say `manual`
   * @example
   * const [refund] = await client.refunds.create(token, { amount: 23.45 })
   */
  create(token: string, order?: OrderRefund, options?: CreateOptions): Promise<Refund[]>
  /** Refunds and reversals of a link's payments, the newest first. @throws BillGatewayError `not_found` */
  list(token: string, options?: CallOptions): Promise<Refund[]>
  /** What became of a refund. @throws BillGatewayError `not_found` */
  get(id: string, options?: CallOptions): Promise<Refund>
  /** The first payments with money that no link took, at most 1,000, in the order in which they were recorded. */
  unallocated(options?: CallOptions): Promise<UnallocatedPayment[]>
}

export function refundCalls(transport: Transport): RefundCalls {
  const read = async (call: string, path: string, query: Record<string, number>, signal?: AbortSignal) =>
    (await transport.send({ call, method: 'GET', path, query, repeatable: true, signal })).body
  const ofLink = (token: string) => `/pay/v1/payments/${encodeURIComponent(token)}/refunds`
  return {
    async create(token, order = {}, { idempotencyKey = crypto.randomUUID(), signal } = {}) {
      const answer = await transport.send({
        call: 'refunds.create',
        method: 'POST',
        path: ofLink(token),
        body: order,
        headers: { 'idempotency-key': idempotencyKey },
        repeatable: true,
        signal,
      })
      return (answer.body as Refunds).refunds
    },
    async list(token, { signal } = {}) {
      return ((await read('refunds.list', ofLink(token), {}, signal)) as Refunds).refunds
    },
    async get(id, { signal } = {}) {
      return (await read('refunds.get', `/pay/v1/refunds/${encodeURIComponent(id)}`, {}, signal)) as Refund
    },
    async unallocated({ signal } = {}) {
      const query = { limit: 1_000 }
      return (await read('refunds.unallocated', '/pay/v1/unallocated', query, signal)) as UnallocatedPayment[]
    },
  }
}
