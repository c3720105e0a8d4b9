import { setTimeout as sleep } from 'node:timers/promises'
import { confirmMs, meaningOfCode } from '../blik.ts'
import type { FakeReply, Routes } from '../fake-server.ts'
import { type Api, type Call, error, invalid, isExpanded, missing, pageOf } from './api.ts'
import { intentObject, newId, nowSeconds, type StripeCharge, sessionObject } from './objects.ts'
import { type Notifying, refuse, type StripeWorld, succeed } from './world.ts'

const intentParams = [
  ...['amount', 'currency', 'description', 'metadata[]', 'confirm', 'allowed_payment_method_types[]'],
  ...['payment_method_data[type]', 'payment_method_data[billing_details][]', 'payment_method', 'customer'],
  ...['payment_method_options[blik][code]', 'payment_method_options[blik][setup_future_usage]'],
  ...['off_session', 'mandate_data[customer_acceptance][type]'],
  'mandate_data[customer_acceptance][online][]',
]

const sessionParams = [
  ...['mode', 'client_reference_id', 'metadata[]', 'success_url', 'cancel_url', 'expires_at', 'locale'],
  ...['allowed_payment_method_types[]', 'customer', 'customer_email', 'line_items[0][quantity]'],
  ...['line_items[0][price_data][currency]', 'line_items[0][price_data][unit_amount]'],
  'line_items[0][price_data][product_data][name]',
  ...['payment_intent_data[description]', 'payment_intent_data[metadata][]'],
  'payment_intent_data[setup_future_usage]',
]

const locales = ['auto', 'pl', 'en']
const minute = 60

/** Payment intents and pages. */
export function startRoutes(api: Api, world: StripeWorld, notifying: Notifying, url: () => string): Routes {
  const intents = () => [...world.charges.values()].filter(({ sessionId, tried }) => !sessionId || tried)
  const intentOf = (id: string) => intents().find(({ intentId }) => intentId === id)
  const pages = () => [...world.charges.values()].filter(({ sessionId }) => sessionId)
  const pageOfId = (id: string) => pages().find(({ sessionId }) => sessionId === id)
  return {
    'POST /v1/payment_intents': api.post(intentParams, (call) => newIntent(call, world, notifying)),
    'GET /v1/payment_intents': api.get([], (call) => {
      const whole = isExpanded(call.params, 'latest_charge')
      return pageOf(
        intents().map((charge) => intentObject(charge, whole)),
        call,
      )
    }),
    'GET /v1/payment_intents/:id': api.get([], ({ id, params }) => {
      const charge = intentOf(id)
      if (!charge) return missing('payment_intent', id)
      return { status: 200, body: intentObject(charge, isExpanded(params, 'latest_charge')) }
    }),
    'POST /v1/payment_intents/:id/cancel': api.post(['cancellation_reason'], ({ id, params }) => {
      const charge = intentOf(id)
      if (!charge) return missing('payment_intent', id)
      if (charge.paid) return invalid('status', 'payment_intent_unexpected_state')
      charge.state = 'stopped'
      charge.canceledFor = params.get('cancellation_reason') ?? 'requested_by_customer'
      void notifying.tell('payment_intent.canceled', intentObject(charge))
      return { status: 200, body: intentObject(charge) }
    }),
    'POST /v1/checkout/sessions': api.post(sessionParams, (call) => newSession(call, world, url())),
    'GET /v1/checkout/sessions': api.get([], (call) => {
      const whole = isExpanded(call.params, 'payment_intent.latest_charge')
      return pageOf(
        pages().map((charge) => sessionObject(charge, whole)),
        call,
      )
    }),
    'GET /v1/checkout/sessions/:id': api.get([], ({ id, params }) => {
      const charge = pageOfId(id)
      if (!charge) return missing('checkout.session', id)
      return { status: 200, body: sessionObject(charge, isExpanded(params, 'payment_intent.latest_charge')) }
    }),
    'POST /v1/checkout/sessions/:id/expire': api.post([], ({ id }) => {
      const charge = pageOfId(id)
      if (!charge) return missing('checkout.session', id)
      if (charge.sessionState !== 'open') return invalid('status', 'resource_invalid_state')
      charge.sessionState = 'expired'
      charge.state = 'stopped'
      return { status: 200, body: sessionObject(charge) }
    }),
    'POST /v1/customers': api.post(['metadata[]'], ({ params }) => {
      const id = newId('cus')
      world.customers.add(id)
      return { status: 200, body: { id, object: 'customer', metadata: metadataOf(params, 'metadata') } }
    }),
  }
}

function newIntent({ params }: Call, world: StripeWorld, notifying: Notifying): FakeReply {
  const type = params.get('allowed_payment_method_types[0]')
  const fault = moneyFault(params, 'amount', 'currency') ?? typeFault(params, type)
  if (fault) return fault
  const customer = params.get('customer') ?? null
  if (customer && !world.customers.has(customer)) return missing('customer', customer)
  const charge = newCharge(world, {
    metadata: metadataOf(params, 'metadata'),
    amount: BigInt(params.get('amount') ?? 0),
    currency: (params.get('currency') ?? '').toUpperCase(),
    type: type === 'blik' ? 'blik' : 'card',
    customer,
    savesIt: params.get('payment_method_options[blik][setup_future_usage]') === 'off_session',
  })
  charge.tried = true
  charge.state = 'pending'
  if (params.get('off_session') === 'true') return chargeOffSession(charge, params, notifying)
  const code = params.get('payment_method_options[blik][code]') ?? ''
  return submitCode(charge, code, notifying)
}

/** What was saved is charged at once, unless the bank wants the payer. */
function chargeOffSession(charge: StripeCharge, params: Call['params'], notifying: Notifying): FakeReply {
  if (params.get('payment_method')?.endsWith('_refused'))
    return refusedAtOnce(charge, { code: 'authentication_required', decline_code: 'authentication_required' })
  void sleep(confirmMs).then(() => succeed(notifying, charge))
  return { status: 200, body: intentObject(charge) }
}

function submitCode(charge: StripeCharge, code: string, notifying: Notifying): FakeReply {
  const later = (act: () => Promise<void>) =>
    void sleep(confirmMs).then(() => (charge.state === 'pending' ? act() : undefined))
  switch (meaningOfCode(code)) {
    case 'confirmed':
      later(() => succeed(notifying, charge))
      break
    case 'declined':
      later(() =>
        refuse(notifying, charge, {
          code: 'payment_intent_authentication_failure',
          decline_code: 'insufficient_funds',
        }),
      )
      break
    case 'cancelled':
      later(() => refuse(notifying, charge))
      break
    case 'waits':
      break
    case 'expired':
      return refusedAtOnce(charge, { code: 'payment_method_provider_decline', decline_code: 'code_expired' })
    default:
      return refusedAtOnce(charge, { code: 'payment_method_provider_decline', decline_code: 'code_invalid' })
  }
  return { status: 200, body: intentObject(charge) }
}

function refusedAtOnce(charge: StripeCharge, reason: { code: string; decline_code: string }): FakeReply {
  charge.state = 'refused'
  charge.error = reason
  return error(402, { type: 'card_error', ...reason, payment_intent: intentObject(charge) })
}

function newSession({ params }: Call, world: StripeWorld, url: string): FakeReply {
  const price = 'line_items[0][price_data]'
  const type = params.get('allowed_payment_method_types[0]')
  const fault = moneyFault(params, `${price}[unit_amount]`, `${price}[currency]`)
  if (fault) return fault
  const seconds = Number(params.get('expires_at')) - nowSeconds()
  if (seconds < 30 * minute || seconds > 24 * 60 * minute) return invalid('expires_at')
  if (!locales.includes(params.get('locale') ?? '')) return invalid('locale')
  if (params.get('mode') !== 'payment' || params.get('line_items[0][quantity]') !== '1')
    return invalid('mode')
  if (!params.get(`${price}[product_data][name]`)) return invalid('name', 'parameter_missing')
  if (type !== 'card' && type !== 'p24') return invalid('allowed_payment_method_types')
  if (!URL.canParse(params.get('success_url') ?? '')) return invalid('success_url', 'url_invalid')
  const customer = params.get('customer') ?? null
  if (customer && !world.customers.has(customer)) return missing('customer', customer)
  const charge = newCharge(world, {
    metadata: metadataOf(params, 'payment_intent_data[metadata]'),
    amount: BigInt(params.get(`${price}[unit_amount]`) ?? 0),
    currency: (params.get(`${price}[currency]`) ?? '').toUpperCase(),
    type,
    customer,
    savesIt: params.get('payment_intent_data[setup_future_usage]') === 'off_session',
  })
  const sessionId = newId('cs_test')
  charge.sessionId = sessionId
  charge.reference = sessionId
  charge.returnUrl = params.get('success_url') ?? ''
  charge.payerUrl = `${url}/c/pay/${sessionId}`
  return { status: 200, body: sessionObject(charge) }
}

type NewCharge = Pick<StripeCharge, 'metadata' | 'amount' | 'currency' | 'type' | 'customer' | 'savesIt'>

function newCharge(world: StripeWorld, values: NewCharge): StripeCharge {
  const intentId = newId('pi')
  const checkoutId = values.metadata.checkout ?? intentId
  const charge: StripeCharge = {
    ...values,
    checkoutId,
    intentId,
    reference: intentId,
    sessionId: null,
    sessionState: 'open',
    state: 'open',
    paid: null,
    refunded: 0n,
    returnUrl: '',
    get notifyUrl() {
      return world.endpoint
    },
    payerUrl: null,
    tried: false,
    created: nowSeconds(),
    paidAt: 0,
    error: null,
    canceledFor: null,
    refunds: [],
    disputes: [],
  }
  world.charges.set(checkoutId, charge)
  return charge
}

function moneyFault(params: Call['params'], amount: string, currency: string): FakeReply | undefined {
  if (!/^[1-9]\d{0,7}$/.test(params.get(amount) ?? '')) return invalid(amount, 'parameter_invalid_integer')
  return /^(pln|eur)$/.test(params.get(currency) ?? '') ? undefined : invalid(currency)
}

function typeFault(params: Call['params'], type: string | undefined): FakeReply | undefined {
  if (params.get('confirm') !== 'true') return invalid('confirm')
  if (params.get('off_session') === 'true')
    return params.get('payment_method')?.startsWith('pm_') && params.get('customer')
      ? undefined
      : invalid('payment_method', 'parameter_missing')
  if (type !== 'blik' || params.get('payment_method_data[type]') !== 'blik')
    return invalid('payment_method_data')
  if (params.get('currency') !== 'pln') return invalid('currency')
  return /^\d{6}$/.test(params.get('payment_method_options[blik][code]') ?? '')
    ? undefined
    : invalid('payment_method_options[blik][code]')
}

function metadataOf(params: Call['params'], name: string): Record<string, string> {
  const entries = [...params].filter(([key]) => key.startsWith(`${name}[`))
  return Object.fromEntries(entries.map(([key, value]) => [key.slice(name.length + 1, -1), value]))
}
