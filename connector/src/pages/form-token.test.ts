import { describe, expect, it } from 'vitest'
import { formFreshMs, isFormToken, newFormToken } from './form-token.ts'
import type { PageRequest } from './request.ts'

const secret = Buffer.alloc(32, 7)
const at = Date.UTC(2026, 10, 22)
const request: PageRequest = {
  module: 'billtechconfig',
  method: 'POST',
  query: {},
  form: {},
  operator: { id: 7, name: 'Anna', rights: [] },
  session: 'a'.repeat(64),
}

describe('a form token', () => {
  const token = newFormToken(request, at, secret)

  it('holds for its session, operator and page while it is fresh', () => {
    expect(isFormToken(request, token, at, secret)).toBe(true)
    expect(isFormToken(request, token, at + formFreshMs - 1, secret)).toBe(true)
  })

  it.each<[string, PageRequest]>([
    ['another session', { ...request, session: 'b'.repeat(64) }],
    ['another operator', { ...request, operator: { ...request.operator, id: 8 } }],
    ['another page', { ...request, module: 'billtechpayments' }],
    ['no session', { ...request, session: '' }],
  ])('does not hold for %s', (_, other) => {
    expect(isFormToken(other, token, at, secret)).toBe(false)
  })

  it('never holds without a session, even its own', () => {
    const nobody = { ...request, session: '' }
    expect(isFormToken(nobody, newFormToken(nobody, at, secret), at, secret)).toBe(false)
  })

  it('does not hold when it is old, from the future, changed, or of another secret', () => {
    expect(isFormToken(request, token, at + formFreshMs, secret)).toBe(false)
    expect(isFormToken(request, token, at - 1, secret)).toBe(false)
    expect(isFormToken(request, token, at, Buffer.alloc(32, 8))).toBe(false)
    const [issued = '', mac = ''] = token.split('.')
    const later = (Number.parseInt(issued, 36) + 1).toString(36)
    expect(isFormToken(request, `${later}.${mac}`, at + 2, secret)).toBe(false)
    for (const odd of ['', '.', issued, `${token}x`, `${issued}.${mac.slice(1)}`, 'ąę.ż']) {
      expect(isFormToken(request, odd, at, secret), odd).toBe(false)
    }
  })
})
