import type { Refund as RefundAnswer } from '@bill-gateway/contract'
import { transact } from '../../platform/db/transaction.ts'
import { ApiError, validationFailed } from '../../platform/http/errors.ts'
import type { Platform } from '../../platform/platform.ts'
import type { Provider } from '../../provider/index.ts'
import { refundAnswers } from './answer.ts'
import { orderRefunds } from './order.ts'
import { newestRefunds, paymentToReturn } from './queries/refunds.ts'
import type { RefundState } from './refund.ts'

export interface HandRefund {
  /** Minor units; default: all that is left. */
  amount?: bigint | undefined
  unallocatedOnly?: boolean | undefined
  manual?: boolean | undefined
  reason?: string | undefined
}

const reasonCharactersMax = 200

/**
 * Refunds one payment, whichever links it paid.
 *
 * @param named the payment's id or its reference number
 * @throws ApiError not_found, and as {@link orderRefunds}
 */
export async function refundPayment(
  { db }: Pick<Platform, 'db'>,
  provider: Provider,
  named: string,
  { amount, unallocatedOnly, manual, reason }: HandRefund,
): Promise<RefundAnswer> {
  if (reason !== undefined && (reason.trim() === '' || [...reason].length > reasonCharactersMax))
    throw validationFailed([
      {
        pointer: '/reason',
        code: 'too_long',
        detail: `reason must have 1 to ${reasonCharactersMax} characters`,
      },
    ])
  return transact(db, async (tx) => {
    const payment = await paymentToReturn(tx, provider.id, { named })
    if (!payment)
      throw new ApiError('not_found', { detail: `there is no payment ${named} of ${provider.code}` })
    const links = unallocatedOnly ? [] : undefined
    const ordered = await orderRefunds(tx, provider, { payments: [payment], amount, links, manual, reason })
    const [answer] = await refundAnswers(tx, provider, ordered)
    if (!answer) throw new Error(`no refund of payment ${payment.id} was made`)
    return answer
  })
}

/** The newest first. */
export async function listRefunds(
  { db }: Pick<Platform, 'db'>,
  provider: Provider,
  which: { status?: RefundState | undefined; limit: number },
): Promise<RefundAnswer[]> {
  return refundAnswers(db, provider, await newestRefunds(db, provider.id, which))
}
