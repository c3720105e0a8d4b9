import { describe, expect, test } from 'vitest'
import { hearPayu } from './hear.ts'
import { type Algorithm, algorithms, isSignedBy, signatureOf } from './signature.ts'
import { blikFailure, checkoutOfExtOrderId, extOrderIdOf } from './wire.ts'

const vector = Buffer.from(
  '{"order":{"orderId":"LDLW5N7MF4140324GUEST000P01","extOrderId":"lnk_01","totalAmount":"12345","currencyCode":"PLN","status":"COMPLETED"}}',
)
const secondKey = 'second-key-demo'
const header = (algorithm: string, signature: string) =>
  `sender=checkout;signature=${signature};algorithm=${algorithm};content=DOCUMENT`

describe('a signature', () => {
  test.each([
    ['MD5', 'eb9fd24b93fc7091703b800ccfb3421f'],
    ['SHA-256', '8c06d1550c57c92d2b00f261262dea4d213582496297a4a9de51c53232d79eff'],
  ] as const)('by %s is that of the body and the second key', (algorithm, signature) => {
    expect(vector).toHaveLength(137)
    expect(signatureOf(algorithm, vector, secondKey)).toBe(signature)
    expect(isSignedBy(secondKey, algorithm, header(algorithm, signature), vector)).toBe(true)
    expect(isSignedBy(`${secondKey} `, algorithm, header(algorithm, signature), vector)).toBe(false)
  })

  test.each(algorithms)('by %s is refused whichever bit of it or of the body is changed', (algorithm) => {
    const signature = signatureOf(algorithm, vector, secondKey)
    for (const [bytes, isRight] of [
      [vector, (changed: Buffer) => isSignedBy(secondKey, algorithm, header(algorithm, signature), changed)],
      [
        Buffer.from(signature),
        (changed: Buffer) =>
          isSignedBy(secondKey, algorithm, header(algorithm, changed.toString('latin1')), vector),
      ],
    ] as const) {
      expect(isRight(bytes)).toBe(true)
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const changed = Buffer.from(bytes)
        changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
        expect(isRight(changed), `bit ${bit}`).toBe(false)
      }
    }
  })

  test('by another algorithm than the shop’s is refused, though it be right', () => {
    for (const agreed of algorithms)
      for (const used of algorithms) {
        const signed = header(used, signatureOf(used, vector, secondKey))
        expect(isSignedBy(secondKey, agreed, signed, vector)).toBe(agreed === used)
      }
    const sha = signatureOf('SHA-256', vector, secondKey)
    expect(isSignedBy(secondKey, 'SHA-256', header('SHA', sha), vector)).toBe(true)
    for (const unknown of ['', 'none', 'md5', 'SHA-2', 'HMAC', '__proto__'])
      expect(isSignedBy(secondKey, 'SHA-256', header(unknown, sha), vector)).toBe(false)
  })

  test('that is missing, doubled or too long is none', () => {
    const right = signatureOf('MD5', vector, secondKey)
    const wrong = [
      undefined,
      ['a', 'b'],
      '',
      'signature=',
      `sender=checkout;algorithm=MD5`,
      `signature=${right}`,
      `signature=${right};signature=${right};algorithm=MD5`,
      `${header('MD5', right)};${'x'.repeat(1_000)}`,
    ]
    for (const given of wrong) expect(isSignedBy(secondKey, 'MD5', given, vector)).toBe(false)
    expect(isSignedBy(secondKey, 'MD5', `signature=${right};algorithm=MD5`, vector)).toBe(true)
  })
})

const checkoutId = `co_1_${'a'.repeat(22)}`
const algorithm: Algorithm = 'SHA-256'
/** Only what the notifications need. */
const client = {
  posId: '300746',
  email: 'a@b.pl',
  secondKey,
  algorithm,
  forCustomer: () => client,
  call: () => Promise.reject(new Error('nothing is asked')),
}
function hear(content: unknown, name = 'openpayu-signature') {
  const body = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))
  return hearPayu(client, {
    headers: { [name]: header(algorithm, signatureOf(algorithm, body, secondKey)) },
    body,
  })
}
const order = { orderId: 'LDLW5N7MF4140324GUEST000P01', extOrderId: checkoutId, status: 'COMPLETED' }

describe('a notification', () => {
  test('names the checkout and PayU’s own order, under either name of the header', () => {
    const believed = { verdict: 'believed', checkoutPublicId: checkoutId, reference: order.orderId }
    expect(hear({ order })).toEqual(believed)
    expect(hear({ order: { ...order, merchantPosId: '300746' } }, 'x-openpayu-signature')).toEqual(believed)
    expect(hear({ order: { ...order, extOrderId: `${checkoutId}.2` } })).toEqual(believed)
    expect(hear({ order }, 'signature')).toEqual({ verdict: 'forged' })
  })

  test('of another shop is forged, and of another thing of this shop says nothing', () => {
    expect(hear({ order: { ...order, merchantPosId: '300748' } })).toEqual({ verdict: 'forged' })
    for (const extOrderId of ['lnk_01', '', undefined])
      expect(hear({ order: { ...order, extOrderId } })).toEqual({ verdict: 'believed', nothing: true })
  })

  test('of a refund names it where it is ours', () => {
    const { orderId } = order
    const extRefundId = `re_${'b'.repeat(20)}`
    expect(hear({ orderId, extOrderId: checkoutId, refund: { extRefundId } })).toEqual({
      verdict: 'believed',
      refundPublicId: extRefundId,
    })
    expect(hear({ orderId, refund: { refundId: '5' } })).toEqual({ verdict: 'believed', nothing: true })
  })

  test('that is none is unreadable', () => {
    for (const content of ['', 'null', '[]', '{}', '{', '['.repeat(20_000)])
      expect(hear(content)).toEqual({ verdict: 'unreadable' })
  })
})

test('an order that is made again has another id, of the same checkout', () => {
  const ids = [1, 2, 9].map((number) => extOrderIdOf(checkoutId, number))
  expect(new Set(ids).size).toBe(3)
  for (const id of ids) expect(checkoutOfExtOrderId(id)).toBe(checkoutId)
  expect(checkoutOfExtOrderId(`${checkoutId}.2.3`)).toBe(undefined)
})

test.each([
  ['BLIK_CODE_EXPIRED', 'expired-code'],
  ['BLIK_CODE_CANCELLED', 'cancelled-by-payer'],
  ['BLIK_CODE_USED', 'used-code'],
  ['INVALID_BLIK_CODE', 'wrong-code'],
  ['Authorization code is invalid', 'wrong-code'],
  ['INSUFFICIENT_FUNDS', 'declined'],
  ['', 'declined'],
])('"%s" about a code means %s', (words, failure) => {
  expect(blikFailure(words)).toBe(failure)
})
