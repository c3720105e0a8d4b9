import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { failureOf, moneyOf, refundStatusOf, savedOf, savedParts, takenBackOf, unpaidStatus } from './wire.ts'

const intent = (changes: Record<string, unknown> = {}) =>
  ({
    id: 'pi_1',
    status: 'succeeded',
    amount: 12_345,
    amount_received: 12_345,
    currency: 'pln',
    created: 1_767_225_600,
    last_payment_error: null,
    cancellation_reason: null,
    latest_charge: null,
    ...changes,
  }) as unknown as Stripe.PaymentIntent

describe('a payment intent without money', () => {
  const expired = { code: 'payment_intent_payment_attempt_expired' }
  test.each([
    ['processing', {}, 'pending', 'pending'],
    ['requires_capture', {}, 'pending', 'pending'],
    ['requires_action', {}, 'pending', 'open'],
    ['requires_payment_method', {}, 'absent', 'open'],
    ['requires_confirmation', {}, 'absent', 'open'],
    ['requires_payment_method', { last_payment_error: { code: 'x' } }, 'failed declined', 'open'],
    ['requires_payment_method', { last_payment_error: expired }, 'expired timeout', 'open'],
    ['canceled', { cancellation_reason: 'requested_by_customer' }, 'failed stopped', 'failed stopped'],
    ['canceled', { cancellation_reason: 'automatic' }, 'expired', 'expired'],
    ['a word of next year', {}, 'pending', 'open'],
  ])('%s %j: tried once it is %s, on a page %s', (status, changes, once, onPage) => {
    const said = (isOneTry: boolean) => {
      const { state, ...more } = unpaidStatus(intent({ status, ...changes }), isOneTry)
      return [state, ...Object.values(more)].filter(Boolean).join(' ')
    }
    expect([said(true), said(false)]).toEqual([once, onPage])
  })
})

test.each([
  [{ decline_code: 'code_invalid', code: 'payment_method_provider_decline' }, 'wrong-code'],
  [{ decline_code: 'code_expired' }, 'expired-code'],
  [{ decline_code: 'customer_declined' }, 'cancelled-by-payer'],
  [{ decline_code: 'insufficient_funds' }, 'declined'],
  [{ decline_code: 'payment_limit_exceeded' }, 'declined'],
  [{ decline_code: 'partner_generic_decline' }, 'declined'],
  [{ decline_code: 'constructor' }, 'declined'],
  [{}, 'declined'],
])('the refusal %j is %s', (error, failure) => expect(failureOf(error)).toBe(failure))

test('money is what was received, when it was charged', () => {
  const paid = intent({ amount_received: 12_300, latest_charge: { created: 1_767_225_700 } })
  expect(moneyOf(paid)).toEqual({
    methodPaymentId: 'pi_1',
    amount: 12_300n,
    currency: 'PLN',
    paidAt: new Date(1_767_225_700_000),
  })
})

test('only a lost dispute has taken money back', () => {
  const disputes = ['needs_response', 'under_review', 'won', 'warning_closed', 'lost'].map(
    (status, index) => ({ id: `du_${index}`, status, amount: 500, created: 1_767_225_600 }),
  )
  expect(takenBackOf('pi_1', disputes as Stripe.Dispute[])).toEqual([
    { methodReversalId: 'du_4', methodPaymentId: 'pi_1', amount: 500n, at: new Date(1_767_225_600_000) },
  ])
})

test('what is saved is a customer with a payment method, and only where it was asked for', () => {
  const customer = { customer: 'cus_1', payment_method: 'pm_1' }
  const card = { payment_method_details: { card: { last4: '4242' } } }
  expect(savedOf(intent({ ...customer, setup_future_usage: 'off_session', latest_charge: card }))).toEqual({
    reference: 'cus_1 pm_1',
    label: '•••• 4242',
  })
  const blik = { payment_method_options: { blik: { setup_future_usage: 'off_session' } } }
  expect(savedOf(intent({ ...customer, ...blik }))).toEqual({ reference: 'cus_1 pm_1', label: null })
  expect(savedOf(intent(customer))).toBeUndefined()
  expect(savedOf(intent({ setup_future_usage: 'off_session' }))).toBeUndefined()
  expect(savedParts('cus_1 pm_1')).toEqual({ customer: 'cus_1', method: 'pm_1' })
  expect(savedParts('cus_1')).toBeUndefined()
})

test.each([
  ['succeeded', { state: 'succeeded', at: new Date(1_767_225_600_000) }],
  ['pending', { state: 'pending' }],
  ['requires_action', { state: 'pending' }],
  ['failed', { state: 'failed', reason: 'declined' }],
  ['canceled', { state: 'failed', reason: 'declined' }],
])('a refund that is %s', (status, expected) => {
  const refund = { id: 're_1', status, created: 1_767_225_600, failure_reason: 'declined' }
  expect(refundStatusOf(refund as Stripe.Refund)).toEqual({ methodRefundId: 're_1', ...expected })
})
