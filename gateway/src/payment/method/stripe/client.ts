import Stripe from 'stripe'
import type { Platform } from '../../../platform/platform.ts'
import type { Provider } from '../../../provider/index.ts'
import { methodAccount } from '../accounts.ts'
import { MethodError } from '../method.ts'

/** Milliseconds for one try of a request. */
const timeoutMs = 8_000
/** Further tries; the SDK sends the same idempotency key with each. */
const retriesMax = 2

/** Statuses by which Stripe says that it did nothing. */
const refusedStatuses: readonly number[] = [400, 401, 402, 403, 404, 429]

/**
 * The SDK with the provider's key.
 *
 * @throws MethodError where there is no account, or a key for real money in a test provider or the other way
 */
export async function stripeOf(platform: Platform, provider: Provider): Promise<Stripe> {
  const { credentials } = await methodAccount(platform, provider, 'stripe')
  const { secretKey = '' } = credentials
  if (/^[a-z]+_test_/.test(secretKey) !== provider.test)
    throw new MethodError(
      provider.test
        ? `provider ${provider.code} is for tests: its Stripe key has to be one of a sandbox (sk_test_…)`
        : `provider ${provider.code} is live: its Stripe key has to be a live one (sk_live_…)`,
    )
  const { protocol, hostname, port } = new URL(
    platform.settings.methodUrls.stripe[provider.test ? 'test' : 'live'],
  )
  return new Stripe(secretKey, {
    host: hostname,
    protocol: protocol === 'http:' ? 'http' : 'https',
    port: port || (protocol === 'http:' ? 80 : 443),
    timeout: timeoutMs,
    maxNetworkRetries: retriesMax,
    telemetry: false,
  })
}

/** Stripe's refusal. What the SDK throws holds the payer's data, so no more is kept of it than this. */
export class StripeRefusal extends MethodError {
  override name = 'StripeRefusal'
  /** Nothing was done. */
  readonly isCertain: boolean
  readonly code: string
  readonly declineCode: string | undefined
  /** Of a payment intent that came of the request all the same. */
  readonly intentId: string | undefined
  /** The idempotency key was used with other words before. */
  readonly isOtherRequest: boolean

  constructor(error: Stripe.errors.StripeError) {
    const { type, code, statusCode, requestId, decline_code: declined } = error
    const said = [code ?? type, declined].filter(Boolean).join(', ')
    super(`Stripe says: ${said}${requestId ? ` (${requestId})` : ''}`)
    this.code = code ?? type
    this.declineCode = declined
    this.isCertain = refusedStatuses.includes(statusCode ?? 0)
    this.intentId = error.payment_intent?.id
    this.isOtherRequest = error instanceof Stripe.errors.StripeIdempotencyError
  }
}

/** @throws StripeRefusal instead of the SDK's errors */
export async function calling<T>(call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) throw new StripeRefusal(error)
    throw error
  }
}
