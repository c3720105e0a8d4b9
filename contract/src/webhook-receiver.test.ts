import fc from 'fast-check'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { signWebhook, verifyWebhook, WebhookVerificationError } from './webhook-receiver.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const vectors = [
  {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: 1614265330,
    body: '{"test": 2432232314}',
    signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  },
  {
    id: 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W',
    timestamp: 1767225600,
    body: '{"type":"payment.succeeded","timestamp":"2026-01-01T00:00:00Z","data":{"linkId":"lnk_01","amount":12345}}',
    signature: 'v1,rxy1c2QKrd2cajEBn+/Oh36kcG3FpbxpzYyEgVyhOMs=',
  },
]
const [vector] = vectors as [(typeof vectors)[number]]
const now = vector.timestamp * 1_000

const headersOf = (values: Partial<typeof vector> = {}) => {
  const { id, timestamp, signature } = { ...vector, ...values }
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signature }
}

function faultOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof WebhookVerificationError) return error.code
    throw error
  }
  return 'believed'
}

describe('signWebhook', () => {
  it.each(vectors)('signs $id as Standard Webhooks', ({ id, timestamp, body, signature }) => {
    expect(signWebhook(secret, id, timestamp, body)).toBe(signature)
    expect(new StandardWebhook(secret).sign(id, new Date(timestamp * 1_000), body)).toBe(signature)
  })
})

describe('verifyWebhook', () => {
  it.each(vectors)('believes $id', ({ id, timestamp, body, signature }) => {
    const verified = verifyWebhook(headersOf({ id, timestamp, signature }), body, secret, {
      now: timestamp * 1_000,
    })
    expect(verified).toEqual({ id, sentAt: new Date(timestamp * 1_000), event: JSON.parse(body) })
  })

  it('takes headers of every kind, bytes, several secrets and several signatures', () => {
    const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
    const given = headersOf({ signature: `v1a,AAAA v1,AAAA ${vector.signature}` })
    const upper = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name.toUpperCase(), [value]]),
    )
    for (const headers of [given, upper, new Headers(given), Object.entries(given)]) {
      expect(verifyWebhook(headers, Buffer.from(vector.body), [other, secret], { now }).id).toBe(vector.id)
    }
  })

  it.each([
    ['too_old', vector.timestamp + 301],
    ['too_new', vector.timestamp - 301],
    ['believed', vector.timestamp + 300],
    ['believed', vector.timestamp - 300],
  ])('is %s at %i', (fault, seconds) => {
    expect(faultOf(() => verifyWebhook(headersOf(), vector.body, secret, { now: seconds * 1_000 }))).toBe(
      fault,
    )
  })

  it('keeps to the tolerance given', () => {
    const late = { now: now + 11_000 }
    expect(
      faultOf(() => verifyWebhook(headersOf(), vector.body, secret, { ...late, toleranceSeconds: 10 })),
    ).toBe('too_old')
    expect(
      faultOf(() => verifyWebhook(headersOf(), vector.body, secret, { ...late, toleranceSeconds: 12 })),
    ).toBe('believed')
  })

  it('refuses a request with one bit flipped, wherever it is', () => {
    const body = Buffer.from(vector.body)
    for (let bit = 0; bit < body.length * 8; bit++) {
      const flipped = Buffer.from(body)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(faultOf(() => verifyWebhook(headersOf(), flipped, secret, { now }))).toBe('wrong_signature')
    }
    const signature = Buffer.from(vector.signature.slice(3), 'base64')
    for (let bit = 0; bit < signature.length * 8; bit++) {
      const flipped = Buffer.from(signature)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      const headers = headersOf({ signature: `v1,${flipped.toString('base64')}` })
      expect(faultOf(() => verifyWebhook(headers, vector.body, secret, { now }))).toBe('wrong_signature')
    }
    for (const values of [{ id: `${vector.id}x` }, { timestamp: vector.timestamp + 1 }])
      expect(faultOf(() => verifyWebhook(headersOf(values), vector.body, secret, { now }))).toBe(
        'wrong_signature',
      )
  })

  it('refuses what is missing, malformed or of another kind', () => {
    const without = (name: string) => ({ ...headersOf(), [name]: undefined })
    for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature'])
      expect(faultOf(() => verifyWebhook(without(name), vector.body, secret, { now }))).toBe('missing_header')
    const stamped = { ...headersOf(), 'webhook-timestamp': 'now' }
    expect(faultOf(() => verifyWebhook(stamped, vector.body, secret, { now }))).toBe('malformed_header')
    for (const signature of [
      '',
      ' ',
      'v1',
      'v1,',
      `v1a,${vector.signature.slice(3)}`,
      vector.signature.slice(3),
    ]) {
      const fault = faultOf(() => verifyWebhook(headersOf({ signature }), vector.body, secret, { now }))
      expect(['wrong_signature', 'missing_header']).toContain(fault)
    }
  })

  it('never breaks on anything else, and never believes it', () => {
    const text = fc.string({ unit: 'binary', maxLength: 80 })
    fc.assert(
      fc.property(text, text, text, text, (id, timestamp, signature, body) => {
        const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature }
        expect(faultOf(() => verifyWebhook(headers, body, secret, { now }))).not.toBe('believed')
      }),
    )
  })

  it.each(['', 'whsec_', 'whsec_c2hvcnQ=', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', `whsec_${'A'.repeat(31)}!`])(
    'refuses a secret that protects nothing: "%s"',
    (weak) => expect(() => verifyWebhook(headersOf(), vector.body, weak, { now })).toThrow(TypeError),
  )
})
