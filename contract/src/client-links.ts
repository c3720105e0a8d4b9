import { type Transport, unexpected } from './client-request.ts'
import type {
  CancelPaymentLink,
  CreatedPaymentLinks,
  PaymentLinkAddress,
  PaymentLinkItem,
  PaymentLinkStatus,
} from './payment-link.ts'

export interface CallOptions {
  /** Aborting it ends the call, which then rejects with the signal’s reason. */
  signal?: AbortSignal
}

export interface CreateOptions extends CallOptions {
  /**
   * 1 to 255 characters that name this request for 24 hours: the same items again get the same answer again.
   * Default: a new random one for each call.
   */
  idempotencyKey?: string
}

export function paymentLinkCalls(transport: Transport) {
  const get = async (token: string, { signal }: CallOptions = {}): Promise<PaymentLinkStatus> => {
    const { body } = await transport.send({
      call: 'paymentLinks.get',
      method: 'GET',
      path: pathOf(token),
      repeatable: true,
      signal,
    })
    return body as PaymentLinkStatus
  }

  return {
    get,

    async create<const Items extends readonly PaymentLinkItem[]>(
      items: Items,
      { idempotencyKey = crypto.randomUUID(), signal }: CreateOptions = {},
    ) {
      const call = 'paymentLinks.create'
      const { body } = await transport.send({
        call,
        method: 'POST',
        path: '/pay/v1/payments',
        body: { payments: items },
        headers: { 'idempotency-key': idempotencyKey },
        repeatable: true,
        signal,
      })
      const { links = [] } = (body ?? {}) as Partial<CreatedPaymentLinks>
      if (links.length !== items.length) {
        throw unexpected(call, 201, `${links.length} links for ${items.length} items`)
      }
      return links as { -readonly [Index in keyof Items]: PaymentLinkAddress }
    },

    async cancel(
      token: string,
      cancellation: CancelPaymentLink,
      { signal }: CallOptions = {},
    ): Promise<void> {
      await transport.send({
        call: 'paymentLinks.cancel',
        method: 'POST',
        path: `${pathOf(token)}/cancel`,
        body: cancellation,
        headers: { 'idempotency-key': crypto.randomUUID() },
        repeatable: true,
        signal,
      })
    },
  }
}

function pathOf(token: string): string {
  if (token === '') throw new TypeError('token must not be empty')
  return `/pay/v1/payments/${encodeURIComponent(token)}`
}
