import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { formFreshMs, newFormToken, readFormToken } from './form-token.ts'

const secret = randomBytes(32)
const now = Date.UTC(2026, 10, 22)

describe('a form token', () => {
  it('is read for its subject while fresh, and gives each page its own nonce', () => {
    const token = newFormToken(secret, 'link 1 42', now)
    const nonce = readFormToken(secret, 'link 1 42', token, now + formFreshMs - 1)
    expect(nonce).toMatch(/^[0-9a-f]{32}$/)
    expect(readFormToken(secret, 'link 1 42', token, now)).toBe(nonce)
    const other = newFormToken(secret, 'link 1 42', now)
    expect(readFormToken(secret, 'link 1 42', other, now)).not.toBe(nonce)
  })
  it('is refused when stale, from the future, for another subject, under another secret, or changed', () => {
    const token = newFormToken(secret, 'link 1 42', now)
    expect(readFormToken(secret, 'link 1 42', token, now + formFreshMs)).toBeUndefined()
    expect(readFormToken(secret, 'link 1 42', token, now - 1)).toBeUndefined()
    expect(readFormToken(secret, 'link 1 43', token, now)).toBeUndefined()
    expect(readFormToken(randomBytes(32), 'link 1 42', token, now)).toBeUndefined()
    for (let at = 0; at < token.length; at++) {
      const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
      expect(readFormToken(secret, 'link 1 42', changed, now)).toBeUndefined()
    }
    for (const text of ['', '..', 'x', `${token}x`, token.repeat(100)])
      expect(readFormToken(secret, 'link 1 42', text, now)).toBeUndefined()
  })
})
