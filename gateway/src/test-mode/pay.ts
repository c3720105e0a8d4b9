import { amountOf, type SandboxOutcome, type TestPaid, type TestPay } from '@bill-gateway/contract'
import {
  type Checkout,
  decideSandboxCharge,
  linksPerCheckoutMax,
  payerReturned,
  paymentRow,
  rowsOfCheckout,
  sandboxBlikCodes,
  startCheckout,
} from '../payment/index.ts'
import { activeLinksOfPayer, findOwnLink, type PaymentLink, validateToken } from '../payment-link/index.ts'
import { ApiError, validationFailed } from '../platform/http/errors.ts'
import type { Platform } from '../platform/platform.ts'
import { warsawTime } from '../platform/warsaw-time.ts'
import type { Provider } from '../provider/index.ts'

/** Outcomes after which the payer does not come back to our page. */
const staysAway: readonly SandboxOutcome[] = ['silent', 'late', 'expired']

/**
 * Pays as a payer would: starts the checkout that the page starts, types the BLIK code or presses the button
 * at the sandbox that brings the outcome about, and comes back.
 *
 * @throws ApiError not_found, link_not_active, payment_in_progress; validation_failed for tokens that are not
 *   active links of the payer
 */
export async function payInTest(
  platform: Platform,
  provider: Provider,
  token: string,
  order: TestPay,
): Promise<TestPaid> {
  const link = validateToken(token) ? await findOwnLink(platform.db, provider.id, token) : undefined
  if (!link) throw new ApiError('not_found')
  const links = await linksToPay(platform, link, order)
  const channel = order.method ?? 'blik'
  const outcome = order.outcome ?? 'paid'
  const started = await startCheckout(platform, provider, {
    payerId: link.payerId,
    linkIds: links.map(({ id }) => id),
    channel,
    ...(channel === 'blik' ? { blikCode: codeOf(outcome) } : {}),
    ...(order.arrives ? { arrives: order.arrives } : {}),
    formNonce: null,
    language: provider.language,
    returnUrl: (checkoutId) => `${platform.settings.publicUrl}/checkout/${checkoutId}`,
  })
  if (started.kind === 'refused')
    throw new ApiError(started.reason === 'processing' ? 'payment_in_progress' : 'link_not_active')
  let { checkout } = started
  if (checkout.redirectUrl) await chooseAtSandbox(platform, checkout.redirectUrl, outcome)
  if (!staysAway.includes(outcome)) checkout = await payerReturned(platform, checkout)
  return answerOf(platform, provider, checkout)
}

async function linksToPay({ db }: Platform, link: PaymentLink, order: TestPay): Promise<PaymentLink[]> {
  if (order.scope === 'link') {
    if (order.tokens) throw notAllowed('/tokens', 'tokens can be given with scope balance only')
    if (link.status !== 'active') throw new ApiError('link_not_active')
    return [link]
  }
  const active = await activeLinksOfPayer(db, link.providerId, link.payerId)
  if (active.length === 0) throw new ApiError('link_not_active')
  if (!order.tokens) return active.slice(0, linksPerCheckoutMax)
  const byToken = new Map(active.map((one) => [one.token, one]))
  const wrong = order.tokens.flatMap((token, index) => (byToken.has(token.toLowerCase()) ? [] : [index]))
  if (wrong.length > 0)
    throw validationFailed(
      wrong.map((index) => ({
        pointer: `/tokens/${index}`,
        code: 'not_found',
        detail: `tokens[${index}] must be an active link of the payer`,
      })),
    )
  return order.tokens.flatMap((token) => byToken.get(token.toLowerCase()) ?? [])
}

function notAllowed(pointer: string, detail: string): ApiError {
  return validationFailed([{ pointer, code: 'not_allowed', detail }])
}

function codeOf(outcome: SandboxOutcome): string {
  const entry = sandboxBlikCodes.find((known) => known.outcome === outcome)
  if (!entry) throw new Error(`no BLIK code of the sandbox means ${outcome}`)
  return entry.code
}

async function chooseAtSandbox(platform: Platform, url: string, outcome: SandboxOutcome): Promise<void> {
  const chargeId = url.slice(url.lastIndexOf('/') + 1)
  await decideSandboxCharge(platform, chargeId, outcome)
}

async function answerOf({ db }: Platform, provider: Provider, checkout: Checkout): Promise<TestPaid> {
  const { payment } = checkout
  const rows = payment ? await rowsOfCheckout(db, provider.id, checkout.id) : []
  return {
    checkoutId: checkout.publicId,
    status: checkout.status,
    paymentId: payment?.publicId ?? null,
    referenceNumber: payment?.referenceNumber ?? checkout.referenceNumber,
    amount: amountOf(payment?.amount ?? checkout.amount),
    paidAt: payment && warsawTime(payment.paidAt),
    method: checkout.channel,
    arrives: checkout.arrives,
    rows: rows.map((row) => paymentRow(row, provider)),
  }
}
