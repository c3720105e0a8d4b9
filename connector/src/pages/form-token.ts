import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { PageRequest } from './request.ts'

/** A page may stay open for a working day; after that it is drawn anew before it can change anything. */
export const formFreshMs = 12 * 60 * 60 * 1000

const sessionCharsMin = 16

/** New at each start: a restart makes open pages stale, which costs one more press and keeps nothing on disk. */
const processSecret = randomBytes(32)

/** What every form that changes something carries: proof that this page was drawn for this session and operator. */
export function newFormToken(request: PageRequest, nowMs = Date.now(), secret = processSecret): string {
  const issued = nowMs.toString(36)
  return `${issued}.${macOf(secret, request, issued)}`
}

/** Whether the token is ours, for this session, operator and page, and fresh. */
export function isFormToken(
  request: PageRequest,
  token: string,
  nowMs = Date.now(),
  secret = processSecret,
): boolean {
  const [, issued = '', mac = ''] = /^([0-9a-z]{1,10})\.([\w-]{43})$/.exec(token) ?? []
  // Without a session the token would hold for anybody.
  if (request.session.length < sessionCharsMin) return false
  if (!mac || !timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(secret, request, issued)))) return false
  const age = nowMs - Number.parseInt(issued, 36)
  return age >= 0 && age < formFreshMs
}

function macOf(secret: Buffer, { session, operator, module }: PageRequest, issued: string): string {
  const said = JSON.stringify(['form', module, session, operator.id, issued])
  return createHmac('sha256', secret).update(said).digest('base64url')
}
