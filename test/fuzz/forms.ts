import fc from 'fast-check'
import type { FuzzRequest } from './client.ts'
import type { World } from './world.ts'

const text = fc.string({ unit: 'binary', maxLength: 60 })

/** What mail scanners and strangers may post to pages: without a fresh form token nothing starts. */
export function formRequests(world: World): fc.Arbitrary<FuzzRequest>[] {
  const token = fc.constantFrom(...world.tokens)
  const fields = fc.record(
    {
      form: fc.oneof(text, fc.constant('mwrsmvhi.HlqUiWwAACN0NXZB.5TNyx4Q_qhCRPiWfOPu96c5k4rD6owbz')),
      bills: fc.oneof(
        text,
        token.map((whole) => whole.slice(8, 20)),
      ),
      amount: fc.oneof(text, fc.constantFrom('12345', '0', '-1', '1e9')),
      channel: fc.oneof(text, fc.constantFrom('blik', 'bank', 'card', 'transfer')),
      code: fc.oneof(text, fc.constantFrom('777123', '777 000')),
      outcome: fc.constantFrom('paid', 'x'),
    },
    { requiredKeys: [] },
  )
  const path = fc.oneof(
    token.map((whole) => `/single-payment/${whole}`),
    fc.constantFrom(
      '/checkout/co_1_aaaaaaaaaaaaaaaaaaaaaa',
      '/sandbox/sb_1_aaaaaaaaaaaaaaaaaaaaaa',
      '/checkout/x',
    ),
  )
  const body = fc.oneof(
    fields.map((values) => new URLSearchParams(values as Record<string, string>).toString()),
    text,
    fc.constantFrom('a[b][c]=d&a[__proto__][x]=1', '%', 'form=%00', `${'a=b&'.repeat(3_000)}`),
  )
  return [
    fc.tuple(path, body).map(([at, sent]) => ({
      kind: 'form',
      method: 'POST',
      path: at,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
      body: sent,
    })),
  ]
}
