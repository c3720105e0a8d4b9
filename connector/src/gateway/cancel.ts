import { BillGatewayError, type CancelPaymentLink } from '@bill-gateway/contract'
import type { Gateway } from './connect.ts'

export interface Cancellation {
  resolution: 'PAID' | 'CANCELLED'
  /** `yyyymmdd-nnnnnn` of the transfer that paid the bill. */
  referenceNumber?: string | undefined
}

/**
 * Ends a link. `already`: it had ended before, or the gateway knows no such link; both are as good as done.
 *
 * @throws BillGatewayError where the gateway cannot be reached or refuses the key
 */
export async function cancelLink(
  gateway: Gateway,
  token: string,
  { resolution, referenceNumber }: Cancellation,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<'done' | 'already'> {
  const call = options.signal ? { signal: options.signal } : {}
  const body: CancelPaymentLink = { resolution, ...(referenceNumber ? { referenceNumber } : {}) }
  try {
    await gateway.client.paymentLinks.cancel(token, body, call)
    return 'done'
  } catch (error) {
    if (!(error instanceof BillGatewayError)) throw error
    if (error.status === 404 || error.code === 'link_not_active') return 'already'
    // The reference is a courtesy: a link must not live on because of it.
    if (error.code === 'validation_failed' && referenceNumber)
      return cancelLink(gateway, token, { resolution }, options)
    throw error
  }
}
