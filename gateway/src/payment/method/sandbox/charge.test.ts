import { describe, expect, test } from 'vitest'
import {
  type Behaviour,
  behaviourOfCode,
  type Charge,
  firstNotifyAt,
  nextNotifyAt,
  refusedAtOnce,
  statusOf,
} from './charge.ts'

const begin = Date.parse('2026-11-22T10:00:00Z')
const at = (seconds: number) => new Date(begin + seconds * 1000)

function charge(outcome: Behaviour | null, channel: Charge['channel']): Charge {
  return {
    providerId: 1,
    id: 'sb_1_x',
    checkoutPublicId: 'co_1_x',
    channel,
    amount: 12_345n,
    currency: 'PLN',
    title: 'FV 1',
    returnUrl: 'https://example.com',
    outcome,
    decidedAt: outcome && at(0),
    stoppedAt: null,
    createdAt: at(0),
    expiresAt: at(1800),
    notifyAt: null,
    notified: 0,
  }
}

/** `paid@2` is money paid two seconds after the beginning. */
function said(of: Charge, seconds: number): string {
  const status = statusOf(of, at(seconds))
  if (status.state === 'paid') {
    const [money] = status.money
    const amount = money?.amount === 12_345n ? '' : ` ${money?.amount}`
    return `paid@${((money?.paidAt.getTime() ?? 0) - begin) / 1000}${amount}`
  }
  return 'failure' in status && status.failure ? `${status.state} ${status.failure}` : status.state
}

describe('a BLIK code', () => {
  test.each([
    ['777000', { 0: 'paid@0' }],
    ['777123', { 1: 'pending', 2: 'paid@2' }],
    ['777111', { 19: 'pending', 20: 'paid@20' }],
    ['500500', { 0: 'failed declined' }],
    ['700701', { 0: 'failed expired-code' }],
    ['700702', { 1: 'pending', 2: 'failed cancelled-by-payer' }],
    ['700703', { 0: 'failed used-code' }],
    ['700704', { 59: 'pending', 60: 'expired timeout', 99999: 'expired timeout' }],
    ['700705', { 0: 'paid@0' }],
    ['700706', { 0: 'paid@0 12346' }],
    ['700707', { 59: 'pending', 60: 'expired timeout', 2099: 'expired timeout', 2100: 'paid@2100' }],
    ['700708', { 0: 'paid@0' }],
    ['700709', { 0: 'paid@0' }],
    ['123456', { 0: 'failed wrong-code' }],
    ['777', { 0: 'failed wrong-code' }],
    ['', { 0: 'failed wrong-code' }],
  ])('%s', (code, expected) => {
    const of = charge(behaviourOfCode(code), 'blik')
    for (const [seconds, status] of Object.entries(expected)) expect(said(of, Number(seconds))).toBe(status)
  })
})

describe('at the sandbox’s bank page', () => {
  test.each([
    [null, { 0: 'open', 1799: 'open', 1800: 'expired' }],
    ['paid', { 0: 'paid@0', 99999: 'paid@0' }],
    ['refused', { 0: 'failed declined' }],
    ['slow', { 19: 'pending', 20: 'paid@20' }],
    ['expired', { 0: 'open', 1799: 'open', 1800: 'expired' }],
    ['late', { 0: 'open', 2099: 'open', 2100: 'paid@2100' }],
    ['wrong-amount', { 0: 'paid@0 12346' }],
  ] as const)('%s', (outcome, expected) => {
    const of = charge(outcome, 'bank')
    for (const [seconds, status] of Object.entries(expected)) expect(said(of, Number(seconds))).toBe(status)
  })
})

test('a stopped charge takes no money, whatever was chosen', () => {
  expect(said({ ...charge('slow', 'bank'), stoppedAt: at(5) }, 9999)).toBe('failed stopped')
})

describe('the notification of', () => {
  test.each([
    ['paid', 'blik', 0],
    ['soon', 'blik', 2],
    ['slow', 'bank', 20],
    ['refused', 'bank', 0],
    ['late', 'bank', 2100],
    ['late', 'blik', 2100],
    ['expired', 'bank', 1800],
    ['expired', 'blik', null],
    ['silent', 'bank', null],
    ['wrong-code', 'blik', null],
  ] as const)('%s by %s comes after %s seconds', (outcome, channel, seconds) => {
    expect(firstNotifyAt(charge(outcome, channel))).toEqual(seconds === null ? null : at(seconds))
  })

  test('only twice comes twice', () => {
    expect(nextNotifyAt(charge('twice', 'blik'), at(0))).toEqual(at(1))
    expect(nextNotifyAt({ ...charge('twice', 'blik'), notified: 1 }, at(1))).toBeNull()
    expect(nextNotifyAt(charge('paid', 'blik'), at(0))).toBeNull()
  })
})

test('a code that is wrong is refused while it is submitted, a bank’s refusal comes later', () => {
  expect(refusedAtOnce('wrong-code')).toBe('wrong-code')
  expect(refusedAtOnce('used-code')).toBe('used-code')
  expect(refusedAtOnce('expired-code')).toBe('expired-code')
  expect(refusedAtOnce('refused')).toBeUndefined()
  expect(refusedAtOnce(null)).toBeUndefined()
})
