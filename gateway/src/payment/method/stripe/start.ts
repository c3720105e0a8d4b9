import type Stripe from 'stripe'
import type { Platform } from '../../../platform/platform.ts'
import type { Provider } from '../../../provider/index.ts'
import { type Attempt, MethodError, type SavedAttempt, type SaveOrder, type Started } from '../method.ts'
import { calling, StripeRefusal } from './client.ts'
import { findSession } from './find.ts'
import { failureOf, savedParts, unpaidStatus } from './wire.ts'

/** Stripe's page is open for so long. It takes no less than half an hour, and a checkout may start that late. */
const pageLifeSeconds = 65 * 60

/**
 * Submits the BLIK code, or makes the page to which the payer goes. The checkout's id is the idempotency key: a
 * start that is asked for again makes nothing new.
 */
export async function startStripe(
  stripe: Stripe,
  platform: Platform,
  provider: Provider,
  attempt: Attempt,
): Promise<Started> {
  const customer = attempt.save && (await customerFor(stripe, attempt, attempt.save))
  return asStarted(platform, attempt, async () => {
    if (attempt.channel === 'blik') return submit(stripe, blikOf(attempt, customer), attempt)
    const session = await openPage(stripe, provider, attempt, customer)
    if (!session.url) throw new MethodError('Stripe gave its page no address')
    return { kind: 'redirect', reference: session.id, url: session.url }
  })
}

/** Charges a saved card or BLIK without the payer. */
export async function chargeSaved(
  stripe: Stripe,
  platform: Platform,
  _provider: Provider,
  attempt: SavedAttempt,
): Promise<Started> {
  const saved = savedParts(attempt.saved.reference)
  if (!saved) throw new MethodError('what is saved is nothing of Stripe’s')
  return asStarted(platform, attempt, () =>
    submit(
      stripe,
      {
        ...commonOf(attempt),
        customer: saved.customer,
        payment_method: saved.method,
        allowed_payment_method_types: [attempt.channel === 'blik' ? 'blik' : 'card'],
        off_session: true,
        confirm: true,
      },
      attempt,
    ),
  )
}

type Ordered = Pick<Attempt, 'checkout' | 'title' | 'payer'>

function commonOf({ checkout: { amount, currency, publicId }, title }: Ordered) {
  return {
    amount: Number(amount),
    currency: currency.toLowerCase(),
    description: title,
    metadata: { checkout: publicId },
  }
}

function blikOf(attempt: Attempt, customer: string | undefined): Stripe.PaymentIntentCreateParams {
  const { blikCode, payer, visitor } = attempt
  if (blikCode === undefined) throw new MethodError('Stripe takes BLIK with a code only')
  const { email, name } = payer
  return {
    ...commonOf(attempt),
    confirm: true,
    allowed_payment_method_types: ['blik'],
    payment_method_data: {
      type: 'blik',
      billing_details: { ...(email ? { email } : {}), ...(name ? { name } : {}) },
    },
    payment_method_options: {
      blik: { code: blikCode, ...(customer ? { setup_future_usage: 'off_session' } : {}) },
    },
    ...(customer ? { customer, ...mandateOf(visitor) } : {}),
  }
}

/** The payer's consent to later charges, as it was given on our page. */
function mandateOf(visitor: Attempt['visitor']): Pick<Stripe.PaymentIntentCreateParams, 'mandate_data'> {
  return visitor
    ? {
        mandate_data: {
          customer_acceptance: {
            type: 'online',
            online: { ip_address: visitor.ip, user_agent: visitor.userAgent },
          },
        },
      }
    : {}
}

async function submit(
  stripe: Stripe,
  order: Stripe.PaymentIntentCreateParams,
  { checkout }: Ordered,
): Promise<Started> {
  const intent = await calling(stripe.paymentIntents.create(order, { idempotencyKey: checkout.publicId }))
  const said = intent.status === 'succeeded' ? undefined : unpaidStatus(intent, true)
  return said?.state === 'failed'
    ? { kind: 'failed', reference: intent.id, failure: said.failure }
    : { kind: 'pending', reference: intent.id }
}

async function openPage(
  stripe: Stripe,
  provider: Provider,
  attempt: Attempt,
  customer: string | undefined,
): Promise<Stripe.Checkout.Session> {
  const { checkout, channel, payer, returnUrl, title } = attempt
  const { amount, currency, description, metadata } = commonOf(attempt)
  const begun = Math.floor((checkout.createdAt.getTime() - provider.clockAheadMs) / 1000)
  const order: Stripe.Checkout.SessionCreateParams = {
    mode: 'payment',
    line_items: [
      { quantity: 1, price_data: { currency, unit_amount: amount, product_data: { name: title } } },
    ],
    allowed_payment_method_types: [channel === 'card' ? 'card' : 'p24'],
    payment_intent_data: {
      description,
      metadata,
      ...(customer ? { setup_future_usage: 'off_session' } : {}),
    },
    client_reference_id: checkout.publicId,
    metadata,
    ...(customer ? { customer } : payer.email ? { customer_email: payer.email } : {}),
    success_url: returnUrl,
    cancel_url: returnUrl,
    expires_at: begun + pageLifeSeconds,
    // Stripe's page does not speak Ukrainian: it then follows the browser.
    locale: checkout.language === 'pl' || checkout.language === 'en' ? checkout.language : 'auto',
  }
  try {
    return await calling(stripe.checkout.sessions.create(order, { idempotencyKey: checkout.publicId }))
  } catch (error) {
    // It was made before, in other words: the bill has another e-mail by now.
    if (!(error instanceof StripeRefusal && error.isOtherRequest)) throw error
    const made = await findSession(stripe, provider, checkout)
    if (!made) throw error
    return made
  }
}

/** Who the saved method belongs to at Stripe: a customer of its own for each, without the payer's data. */
async function customerFor(stripe: Stripe, { checkout }: Attempt, { alias }: SaveOrder): Promise<string> {
  const idempotencyKey = `${checkout.publicId}-customer`
  const { id } = await calling(stripe.customers.create({ metadata: { alias } }, { idempotencyKey }))
  return id
}

/** A refusal by which nothing was done, or that left an intent without money, is a start that failed. */
async function asStarted(
  { log }: Platform,
  { checkout }: Ordered,
  start: () => Promise<Started>,
): Promise<Started> {
  try {
    return await start()
  } catch (error) {
    if (!(error instanceof StripeRefusal && error.isCertain)) throw error
    log.warn({ err: error, checkout: String(checkout.id) }, 'Stripe did not take a start')
    const { code, declineCode, intentId } = error
    if (!intentId) return { kind: 'failed', reference: null, failure: 'not-started' }
    const failure = failureOf({ code, ...(declineCode ? { decline_code: declineCode } : {}) })
    return { kind: 'failed', reference: intentId, failure }
  }
}
