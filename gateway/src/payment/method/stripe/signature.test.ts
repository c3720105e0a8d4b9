import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isSignedBy, signatureOf } from './signature.ts'

const secret = 'whsec_test_secret'
const time = 1_767_225_600
const body = Buffer.from('{"id":"evt_1","object":"event"}')
const known = '238d47ccc3251152491130a4587f0a855c0e33e88993ce968255c6d168ef7601'
const now = new Date(time * 1000)

const isSigned = (header: unknown, bytes = body, at = now) => isSignedBy(secret, header, bytes, at)

test('the known signature of a known body', () => {
  expect(signatureOf(secret, time, body)).toBe(known)
  expect(isSigned(`t=${time},v1=${known}`)).toBe(true)
})

test('one right signature among several is enough, while secrets are exchanged', () => {
  expect(isSigned(`t=${time},v1=${'0'.repeat(64)},v1=${known},v0=${known}`)).toBe(true)
  expect(isSigned(`t=${time},${`v1=${'0'.repeat(64)},`.repeat(8)}v1=${known}`)).toBe(false)
})

test('one flipped bit of the body, the signature, the time or the secret is refused', () => {
  const flipped = (bytes: Buffer, bit: number) => {
    const copy = Buffer.from(bytes)
    copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    return copy
  }
  for (let bit = 0; bit < body.length * 8; bit++)
    expect(isSigned(`t=${time},v1=${known}`, flipped(body, bit))).toBe(false)
  for (let bit = 0; bit < known.length * 8; bit++) {
    const other = flipped(Buffer.from(known), bit).toString('latin1')
    expect(isSigned(`t=${time},v1=${other}`), other).toBe(false)
  }
  for (let bit = 0; bit < secret.length * 8; bit++) {
    const other = flipped(Buffer.from(secret), bit).toString('latin1')
    expect(isSignedBy(other, `t=${time},v1=${known}`, body, now)).toBe(false)
  }
  expect(isSigned(`t=${time + 1},v1=${known}`)).toBe(false)
})

describe('is no proof:', () => {
  test.each([
    ['nothing', undefined],
    ['several headers', [`t=${time},v1=${known}`]],
    ['an empty one', ''],
    ['no time', `v1=${known}`],
    ['two times', `t=${time},t=${time},v1=${known}`],
    ['a time that is no number', `t=1e9,v1=${known}`],
    ['another scheme alone', `t=${time},v0=${known}`],
    ['capital letters', `t=${time},v1=${known.toUpperCase()}`],
    ['a part of it', `t=${time},v1=${known.slice(0, -1)}`],
    ['more than it', `t=${time},v1=${known}0`],
  ])('%s', (_what, header) => expect(isSigned(header)).toBe(false))
})

test('is taken for 300 seconds before and after, and as a replay no more', () => {
  const header = `t=${time},v1=${known}`
  for (const seconds of [-300, 0, 300])
    expect(isSigned(header, body, new Date((time + seconds) * 1000)), String(seconds)).toBe(true)
  for (const seconds of [-301, 301, 86_400])
    expect(isSigned(header, body, new Date((time + seconds) * 1000)), String(seconds)).toBe(false)
})

test('whatever the header, nothing is thrown and only the right one is believed', () => {
  fc.assert(
    fc.property(fc.string(), fc.uint8Array({ maxLength: 200 }), (header, bytes) => {
      expect(isSigned(header, Buffer.from(bytes))).toBe(false)
    }),
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const text = createHmac('sha256', secret).update(`${time}.`).update(bytes).digest('hex')
      expect(isSigned(`t=${time},v1=${text}`, Buffer.from(bytes))).toBe(true)
    }),
  )
})
