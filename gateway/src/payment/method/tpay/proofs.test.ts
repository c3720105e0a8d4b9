import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { certify } from '../../../../testing/fakes/tpay/x509.ts'
import { detachedOf, isSigned } from './jws.ts'
import { isSumOf, md5sumOf } from './md5sum.ts'

describe('the sum', () => {
  const summed = { id: '12345', tr_id: 'TR-BRA-TST456X', tr_amount: '123.45', tr_crc: 'lnk_01' }
  const known = 'd151634299bdeac1f356e0008c3d7a81'

  test('of a known notification', () => {
    expect(md5sumOf(summed, 'secretcode')).toBe(known)
    expect(isSumOf(known, summed, 'secretcode')).toBe(true)
  })

  test('is another with one flipped bit anywhere', () => {
    const flipped = (text: string, bit: number) => {
      const bytes = Buffer.from(text)
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      return bytes.toString('latin1')
    }
    for (const [name, value] of Object.entries(summed))
      for (let bit = 0; bit < value.length * 8; bit++)
        expect(isSumOf(known, { ...summed, [name]: flipped(value, bit) }, 'secretcode'), name).toBe(false)
    for (let bit = 0; bit < known.length * 8; bit++)
      expect(isSumOf(flipped(known, bit), summed, 'secretcode')).toBe(false)
    expect(isSumOf(known, summed, 'secretcodf')).toBe(false)
    expect(isSumOf(known.toUpperCase(), summed, 'secretcode')).toBe(false)
    expect(isSumOf('', summed, 'secretcode')).toBe(false)
  })
})

describe('the signature', () => {
  const certificates = 'https://secure.tpay.com'
  const root = certify('root')
  const leaf = certify('leaf', root)
  const body = Buffer.from('id=12345&tr_id=TR-1&tr_status=TRUE')
  const now = new Date()
  const encoded = (header: object) => Buffer.from(JSON.stringify(header)).toString('base64url')
  const plain = { alg: 'RS256', x5u: `${certificates}/x509/notifications-jws.pem` }
  const jws = (header: object = plain, key = leaf.privateKey) => {
    const input = `${encoded(header)}.${body.toString('base64url')}`
    return `${encoded(header)}..${sign('RSA-SHA256', Buffer.from(input), key).toString('base64url')}`
  }
  const holds = (text: unknown, bytes = body, { by = leaf.pem, under = root.pem, at = now } = {}) => {
    const detached = detachedOf(text, bytes, certificates)
    return detached !== undefined && isSigned(detached, by, under, at)
  }

  test('holds over header and body, and over no others', () => {
    const right = jws()
    expect(holds(right)).toBe(true)
    for (let bit = 0; bit < body.length * 8; bit++) {
      const changed = Buffer.from(body)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(holds(right, changed)).toBe(false)
    }
    for (let bit = 0; bit < right.length * 8; bit++) {
      const changed = Buffer.from(right)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(holds(changed.toString('latin1')), `${bit}`).toBe(false)
    }
  })

  test.each([
    ['a host that begins like it', 'https://secure.tpay.com.evil.example/x509/a.pem'],
    ['a user that looks like it', 'https://secure.tpay.com@evil.example/x509/a.pem'],
    ['a user at it', 'https://me@secure.tpay.com/x509/a.pem'],
    ['another port', 'https://secure.tpay.com:8443/x509/a.pem'],
    ['no encryption', 'http://secure.tpay.com/x509/a.pem'],
    ['another host', 'https://secure.sandbox.tpay.com/x509/a.pem'],
    ['another folder', 'https://secure.tpay.com/x509/../upload/a.pem'],
    ['a query', 'https://secure.tpay.com/x509/a.pem?to=evil'],
    ['a file', 'file:///x509/a.pem'],
    ['nothing', ''],
  ])('of a certificate at %s is none', (_what, x5u) => {
    expect(detachedOf(jws({ ...plain, x5u }), body, certificates)).toBeUndefined()
  })

  test('may name the host in capital letters', () => {
    expect(holds(jws({ ...plain, x5u: 'HTTPS://SECURE.TPAY.COM/x509/a.pem' }))).toBe(true)
  })

  test.each(['none', 'HS256', 'RS512', 'PS256', 'rs256', ''])('by %s is none', (alg) => {
    expect(detachedOf(jws({ ...plain, alg }), body, certificates)).toBeUndefined()
  })

  test('with what we would have to understand, attached, or in another shape is none', () => {
    const right = jws()
    const [head = '', , tail = ''] = right.split('.')
    for (const wrong of [
      jws({ ...plain, crit: ['exp'] }),
      jws({ ...plain, b64: false }),
      `${head}.${body.toString('base64url')}.${tail}`,
      `${right}.`,
      `${head}..`,
      `..${tail}`,
      `${head}..${tail}=`,
      `${right} `,
      '',
      undefined,
      [right],
      'x'.repeat(8_001),
    ])
      expect(detachedOf(wrong, body, certificates), String(wrong).slice(0, 40)).toBeUndefined()
  })

  test('holds only by a certificate of the root that is valid now', () => {
    const right = jws()
    const stranger = certify('root')
    expect(holds(right, body, { under: stranger.pem })).toBe(false)
    expect(holds(jws(plain, stranger.privateKey), body, { by: stranger.pem, under: root.pem })).toBe(false)
    expect(holds(right, body, { by: certify('leaf', root).pem })).toBe(false)
    expect(holds(right, body, { by: 'no certificate' })).toBe(false)
    expect(holds(right, body, { at: new Date(now.getTime() + 40 * 86_400_000) })).toBe(false)
    expect(holds(right, body, { at: new Date(now.getTime() - 2 * 86_400_000) })).toBe(false)
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    expect(holds(jws(plain, privateKey))).toBe(false)
  })

  test('the bytes signed are header, dot and body in base64url', () => {
    const detached = detachedOf(jws(), body, certificates)
    const digest = createHash('sha256')
      .update(`${encoded(plain)}.${body.toString('base64url')}`)
      .digest()
    expect(
      createHash('sha256')
        .update(detached?.input ?? '')
        .digest(),
    ).toEqual(digest)
  })
})
