import { expect, test } from 'vitest'
import { readSettings } from '../../settings.ts'
import { leadsToMethod } from './payer-address.ts'

const settings = readSettings({
  PUBLIC_URL: 'https://pay.example.com',
  METHOD_TPAY_URL: 'https://tpay-proxy.example.com',
  METHOD_P24_TEST_URL: 'http://127.0.0.1:4711',
})
const leads = (method: string, address: string, test = false) =>
  leadsToMethod({ settings }, { test }, method, address)

test.each([
  ['p24', 'https://secure.przelewy24.pl/trnRequest/T1'],
  ['p24', 'https://go.przelewy24.pl/'],
  ['payu', 'https://merch-prod.snd.payu.com/pay/?orderId=1'],
  ['tpay', 'https://secure.tpay.com/?title=TR-1'],
  ['tpay', 'https://tpay-proxy.example.com/?title=TR-1'],
  ['stripe', 'https://checkout.stripe.com/c/pay/cs_1'],
  ['sandbox', 'https://pay.example.com/sandbox/sb_1'],
])('%s may lead a payer to %s', (method, address) => expect(leads(method, address)).toBe(true))

test.each([
  ['p24', 'http://secure.przelewy24.pl/trnRequest/T1'],
  ['p24', 'https://secure.payu.com/'],
  ['p24', 'https://przelewy24.pl.evil.example/'],
  ['p24', 'https://evilprzelewy24.pl/'],
  ['p24', 'https://secure.przelewy24.pl@evil.example/'],
  ['p24', 'https://user:pass@secure.przelewy24.pl/'],
  ['p24', 'https://pay.example.com/single-payment/1'],
  ['p24', 'http://127.0.0.1:4711/trnRequest/T1'],
  ['p24', 'javascript:alert(1)'],
  ['p24', 'data:text/html,hello'],
  ['p24', '/trnRequest/T1'],
  ['p24', `https://secure.przelewy24.pl/${'x'.repeat(2_000)}`],
  ['transfer', 'https://secure.przelewy24.pl/'],
  ['sandbox', 'https://evil.example/sandbox/sb_1'],
])('%s may not lead a payer to %s', (method, address) => expect(leads(method, address)).toBe(false))

test('a host without https only where the operator’s own setting has none, for providers that it is for', () => {
  expect(leads('p24', 'http://127.0.0.1:4711/trnRequest/T1', true)).toBe(true)
  expect(leads('p24', 'http://127.0.0.1:4711/trnRequest/T1', false)).toBe(false)
  expect(leads('p24', 'http://localhost:4711/trnRequest/T1', true)).toBe(false)
})
