import type { Platform } from '../../../platform/platform.ts'
import type { Provider } from '../../../provider/index.ts'
import type { Checkout } from '../../checkout.ts'
import type { Method, MethodStatus } from '../method.ts'
import { calling, StripeRefusal, stripeOf } from './client.ts'
import { findIntent, findSession } from './find.ts'
import { hearStripe } from './hear.ts'
import { refundStatus, sendRefund } from './refund.ts'
import { chargeSaved, startStripe } from './start.ts'
import { intentOfSession, statusOfIntent, statusOfSession } from './status.ts'

/**
 * Stripe, by its own SDK. A BLIK code goes straight from our page; banks (Przelewy24 behind Stripe) and cards
 * are chosen on Stripe's page. What is saved there is a customer with a payment method, charged without the
 * payer. Stripe's clock is the real one: it knows nothing of a test clock.
 */
export const stripe: Method = {
  code: 'stripe',
  arrives: 'batch',
  channels: ['blik', 'bank', 'card'],
  collectedBy: 'account',
  account: {
    credentials: {
      secretKey: {
        description: 'the secret or a restricted key: sk_live_… or rk_live_…, for a test provider sk_test_…',
        pattern: /^[sr]k_(live|test)_\w{8,250}$/,
      },
      webhookSecret: {
        description: 'signing secret of the event destination: whsec_…',
        pattern: /^whsec_[\w+/=]{8,250}$/,
      },
    },
    settings: {},
  },

  async start(platform, provider, attempt) {
    return startStripe(await stripeOf(platform, provider), platform, provider, attempt)
  },

  async chargeSaved(platform, provider, attempt) {
    return chargeSaved(await stripeOf(platform, provider), platform, provider, attempt)
  },

  hear: hearStripe,
  status,

  async stop(platform, provider, checkout) {
    const client = await stripeOf(platform, provider)
    try {
      const session = isPage(checkout) ? await findSession(client, provider, checkout) : undefined
      if (session) {
        if (session.status === 'open') await calling(client.checkout.sessions.expire(session.id))
        return
      }
      const intent = await findIntent(client, provider, checkout)
      if (intent && intent.status !== 'succeeded' && intent.status !== 'canceled')
        await calling(
          client.paymentIntents.cancel(intent.id, { cancellation_reason: 'requested_by_customer' }),
        )
    } catch (error) {
      // It is too late for that: what the intent then says decides.
      if (!(error instanceof StripeRefusal && error.isCertain)) throw error
    }
  },

  refund: {
    async send(platform, provider, order) {
      return sendRefund(await stripeOf(platform, provider), order)
    },
    async status(platform, provider, order) {
      return refundStatus(await stripeOf(platform, provider), order)
    },
  },

  banks: 'cannot',

  async testConnection(platform, provider) {
    const client = await stripeOf(platform, provider)
    await calling(client.paymentIntents.list({ limit: 1 }))
  },

  payouts: 'cannot',
}

async function status(platform: Platform, provider: Provider, checkout: Checkout): Promise<MethodStatus> {
  const client = await stripeOf(platform, provider)
  const session = isPage(checkout) ? await findSession(client, provider, checkout) : undefined
  if (session) {
    const intent = intentOfSession(session)
    return intent ? statusOfSession(client, session, intent) : unpaidSession(session.status)
  }
  // A saved method is charged without a page, by whatever channel.
  const intent = await findIntent(client, provider, checkout)
  return intent ? statusOfIntent(client, intent, true) : { state: 'absent' }
}

function unpaidSession(state: string | null): MethodStatus {
  return state === 'expired' ? { state: 'expired', failure: null } : { state: 'open' }
}

/** Whether the payer may have been sent to Stripe's page; a BLIK code has a payment intent at once. */
function isPage({ channel, methodReference }: Checkout): boolean {
  return methodReference ? methodReference.startsWith('cs_') : channel !== 'blik'
}
