import { describe, expect, test } from 'vitest'
import {
  failureOf,
  languageOf,
  moneyOf,
  refundStatusOf,
  refused,
  standingOf,
  type Transaction,
  wentBack,
} from './wire.ts'

const transaction = (changes: Partial<Transaction> = {}): Transaction => ({
  transactionId: 'ta_1',
  status: 'correct',
  amount: 123.45,
  currency: 'PLN',
  hiddenDescription: 'co_1',
  date: { creation: '2026-07-01 11:59:00', realization: '2026-07-01 12:00:00' },
  payments: { amountPaid: 123.45, date: { realization: '2026-07-01 12:00:00' } },
  ...changes,
})
const now = new Date('2026-11-22T12:00:00Z')

test.each([
  ['correct', 'paid', false],
  ['paid', 'paid', false],
  ['success', 'paid', false],
  ['refund', 'paid', true],
  ['chargeback', 'paid', true],
  ['pending', 'pending', false],
  ['error', 'failed', false],
  ['declined', 'failed', false],
  ['canceled', 'stopped', false],
  ['a word of next year', 'unknown', false],
])('a transaction that is %s is %s', (status, standing, back) => {
  expect(standingOf(transaction({ status }))).toBe(standing)
  expect(wentBack(transaction({ status }))).toBe(back)
})

describe('money', () => {
  test('is what came, in grosze, at the time of a Polish clock', () => {
    expect(moneyOf(transaction(), now)).toEqual({
      methodPaymentId: 'ta_1',
      amount: 12_345n,
      currency: 'PLN',
      paidAt: new Date('2026-07-01T10:00:00Z'),
    })
  })

  test.each([
    [{ payments: { amountPaid: 123.44 } }, 12_344n],
    [{ payments: { amountPaid: '200.00' } }, 20_000n],
    [{ payments: { amountPaid: 0 } }, 12_345n],
    [{ payments: null }, 12_345n],
    [{ amount: 0.29, payments: {} }, 29n],
    [{ amount: 1_234_567.89, payments: {} }, 123_456_789n],
  ])('of %j is %s', (changes, amount) => {
    expect(moneyOf(transaction(changes), now).amount).toBe(amount)
  })

  test('without a time that can be read came now', () => {
    const odd = { date: { realization: 'soon' }, payments: {} }
    expect(moneyOf(transaction(odd), now).paidAt).toEqual(now)
  })

  test('with a third decimal is none', () => {
    expect(() => moneyOf(transaction({ amount: 1.005, payments: {} }), now)).toThrow(RangeError)
  })
})

describe('the last try of a payer', () => {
  test.each([
    [{ attempts: [{ paymentErrorCode: '63' }] }, 'wrong-code'],
    [{ attempts: [{ paymentErrorCode: 101 }] }, 'cancelled-by-payer'],
    [{ attempts: [{ paymentErrorCode: '102' }] }, 'declined'],
    [{ attempts: [{ paymentErrorCode: '63' }, { paymentErrorCode: '104' }] }, 'timeout'],
    [{ errors: [{ errorCode: 'payment_failed' }] }, 'declined'],
    [{ errors: [{ errorCode: 'constructor' }] }, 'declined'],
    [{ attempts: [{ paymentErrorCode: '' }] }, undefined],
    [{ attempts: [{ paymentErrorCode: null }] }, undefined],
    [{ attempts: [] }, undefined],
    [{}, undefined],
    [null, undefined],
  ])('%j: %s', (payments, failure) => expect(failureOf(payments)).toBe(failure))

  test('that took too long is over, every other has failed', () => {
    expect(refused('timeout')).toEqual({ state: 'expired', failure: 'timeout' })
    expect(refused('declined')).toEqual({ state: 'failed', failure: 'declined' })
  })
})

test.each([
  ['complete', { state: 'succeeded', at: now }],
  ['correct', { state: 'succeeded', at: now }],
  ['pending', { state: 'pending' }],
  ['a word of next year', { state: 'pending' }],
  [undefined, { state: 'pending' }],
  ['declined', { state: 'failed', reason: 'declined' }],
])('a refund that is %s', (status, expected) => {
  const refund = { refundId: 're_1', amount: 1, ...(status && { status }) }
  expect(refundStatusOf(refund, now)).toEqual({ methodRefundId: 're_1', ...expected })
})

test('Tpay’s page speaks Polish or English to those who read our three languages', () => {
  expect(['pl', 'en', 'uk'].map(languageOf)).toEqual(['pl', 'en', 'en'])
})
