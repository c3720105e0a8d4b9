import { amountOf, type PaymentLinkStatus } from '@bill-gateway/contract'
import { findOwnLink, linkUrl, type PaymentLink, validateToken } from '../payment-link/index.ts'
import { ApiError } from '../platform/http/errors.ts'
import type { Platform } from '../platform/platform.ts'
import { warsawTime } from '../platform/warsaw-time.ts'
import type { Provider } from '../provider/index.ts'
import { shortLinkUrl } from '../short-link/index.ts'
import type { LinkPayment } from './payment.ts'
import { pendingCheckoutOfLinks } from './queries/checkouts.ts'
import { paymentsOfLink } from './queries/payments.ts'

/** @throws ApiError not_found for an unknown token and for another provider's */
export async function linkStatus(
  { db, settings }: Platform,
  provider: Provider,
  token: string,
): Promise<PaymentLinkStatus> {
  const link = validateToken(token) ? await findOwnLink(db, provider.id, token) : undefined
  if (!link) throw new ApiError('not_found')
  const pending = await pendingCheckoutOfLinks(db, provider.id, [link.id])
  const payments = await paymentsOfLink(db, provider.id, link.id)
  return {
    token: link.token,
    link: linkUrl(settings, link.token),
    ...(link.shortCode ? { shortLink: shortLinkUrl(settings, link.shortCode) } : {}),
    test: provider.test,
    status: link.status,
    processing: pending !== undefined,
    resolution: link.resolution,
    userId: link.userId,
    operationId: link.operationId,
    title: link.title,
    paymentDue: link.paymentDue,
    nrb: link.nrb,
    currency: link.currency,
    amounts: amountsOf(link),
    dropped: link.dropped,
    createdAt: warsawTime(link.createdAt),
    updatedAt: warsawTime(link.updatedAt),
    endedAt: link.endedAt && warsawTime(link.endedAt),
    payments: payments.map(shownPayment),
  }
}

function amountsOf(link: PaymentLink): PaymentLinkStatus['amounts'] {
  return {
    asked: amountOf(link.askedAmount),
    paid: amountOf(link.paidAmount),
    refunded: amountOf(link.refundedAmount),
    open: amountOf(link.openAmount),
  }
}

function shownPayment(payment: LinkPayment): PaymentLinkStatus['payments'][number] {
  return {
    id: payment.rowId,
    referenceNumber: payment.referenceNumber,
    amount: amountOf(payment.amount),
    unallocated: amountOf(payment.unallocated),
    paidAt: warsawTime(payment.paidAt),
    method: payment.channel,
  }
}
