import { describe, expect, test } from 'vitest'
import { hearP24 } from './hear.ts'
import { isSignatureOf, signatureOf } from './signature.ts'
import { timeOf } from './wire.ts'

const checkoutId = `co_1_${'a'.repeat(22)}`

describe('the signature is that of', () => {
  test.each([
    [
      'a registration',
      { sessionId: 'unique-session-id', merchantId: 999999, amount: 1234, currency: 'PLN' },
      'crc-z-panelu-p24',
      'b27f9adce99faee87750d350e24fab781f734fd80af7bdcff7063dab3fcebbf5f051b264a9b547e611e8e6af7b377cfa',
    ],
    [
      'a verification',
      { sessionId: 'unique-session-id', orderId: 300123456, amount: 1234, currency: 'PLN' },
      'crc-z-panelu-p24',
      '3863beb191d9d0b8d1043b9009874b0fb7e486cd1b6c12ca7501503067bc29b686c2f1df7d2ae11ec0f56b155062e99e',
    ],
    [
      'a notification',
      {
        merchantId: 12345,
        posId: 123,
        sessionId: '0beec7',
        amount: 1500,
        originAmount: 1500,
        currency: 'PLN',
        orderId: 123456789,
        methodId: 32,
        statement: `p24-${'X'.repeat(3)}-YYY-ZZZ`,
      },
      'bar',
      '703e946290d92230297c35d3bc8f554d4a458a4c97c9917665929c5ef5e682f7a868ac36e5dff20184c6a5302ef66c77',
    ],
    [
      'a refund’s notification',
      {
        orderId: 123456789,
        sessionId: '0beec7',
        refundsUuid: 'dda251',
        merchantId: 12345,
        amount: 1500,
        currency: 'PLN',
        status: 0,
      },
      'bar',
      '689010bfd5819bcf683ee0556c0412808b760063a6a66ed4d305d9d85b0bb16ab38bc8fcd0808c85f977f5a041344688',
    ],
  ] as const)('%s', (_name, fields, crc, signature) => {
    expect(signatureOf(fields, crc)).toBe(signature)
    expect(isSignatureOf(signature, fields, crc)).toBe(true)
    expect(isSignatureOf(signature, fields, `${crc} `)).toBe(false)
    expect(isSignatureOf(signature.toUpperCase(), fields, crc)).toBe(false)
    expect(isSignatureOf(signature.slice(0, -1), fields, crc)).toBe(false)
    expect(isSignatureOf('', fields, crc)).toBe(false)
  })
})

/** Only what the notifications need. */
const client = {
  merchantId: 12345,
  posId: 123,
  crc: 'bar',
  email: 'a@b.pl',
  url: '',
  call: () => Promise.reject(new Error('nothing is asked')),
}
const paid = {
  merchantId: 12345,
  posId: 123,
  sessionId: checkoutId,
  amount: 1500,
  originAmount: 1500,
  currency: 'PLN',
  orderId: 123456789,
  methodId: 32,
  statement: 'p24-ż/1',
}
const refunded = {
  orderId: 123456789,
  sessionId: checkoutId,
  refundsUuid: `re_${'b'.repeat(20)}`,
  merchantId: 12345,
  amount: 1500,
  currency: 'PLN',
  status: 0,
}
const bodyOf = (fields: Record<string, string | number>, more: object = {}) =>
  Buffer.from(JSON.stringify({ ...fields, ...more, sign: signatureOf(fields, 'bar') }))
const hear = (body: Buffer) => hearP24(client, { headers: {}, body })

describe('a notification', () => {
  test('that Przelewy24 signed is believed, whatever else it says', () => {
    expect(hear(bodyOf(paid))).toEqual({ verdict: 'believed', checkoutPublicId: checkoutId })
    expect(hear(bodyOf(paid, { more: true }))).toMatchObject({ verdict: 'believed' })
    expect(hear(bodyOf(refunded, { timestamp: 1 }))).toEqual({
      verdict: 'believed',
      refundPublicId: refunded.refundsUuid,
    })
  })

  test.each([
    ['payment', paid],
    ['refund', refunded],
  ])('of a %s is refused whichever of its bits is changed', (_name, fields) => {
    const right = bodyOf(fields)
    expect(hear(right).verdict).toBe('believed')
    for (let bit = 0; bit < right.length * 8; bit++) {
      const changed = Buffer.from(right)
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      expect(['forged', 'unreadable'], changed.toString()).toContain(hear(changed).verdict)
    }
  })

  test('of another merchant or shop is forged, though the key be the same', () => {
    expect(hear(bodyOf({ ...paid, merchantId: 12346 }))).toEqual({ verdict: 'forged' })
    expect(hear(bodyOf({ ...paid, posId: 124 }))).toEqual({ verdict: 'forged' })
    expect(hear(bodyOf({ ...refunded, merchantId: 12346 }))).toEqual({ verdict: 'forged' })
  })

  test('that is none is unreadable', () => {
    for (const body of ['', 'null', '[]', '{}', '{"sign":"x"}', '{', `${'['.repeat(20_000)}`])
      expect(hear(Buffer.from(body))).toEqual({ verdict: 'unreadable' })
    expect(hear(bodyOf({ ...paid, sessionId: 'shop-order-7' }))).toEqual({ verdict: 'unreadable' })
  })
})

test.each([
  ['2026-11-22 12:30:00', '2026-11-22T11:30:00.000Z'],
  ['2026-07-01 00:15:00', '2026-06-30T22:15:00.000Z'],
  ['202611221230', '2026-11-22T11:30:00.000Z'],
  ['20261122123001', '2026-11-22T11:30:01.000Z'],
  ['2026-03-29 03:10:00', '2026-03-29T01:10:00.000Z'],
  ['2026-10-25 04:10:00', '2026-10-25T03:10:00.000Z'],
])('%s in Poland is %s', (text, moment) => {
  expect(timeOf(text)?.toISOString()).toBe(moment)
})

test('what is no time is none', () => {
  for (const text of ['', '2026', 'tomorrow', '2026-13-40 99:00:00', 5, null])
    expect(timeOf(text)).toBe(undefined)
})
