import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'

/** A page that was open for longer is shown again before it can start anything. */
export const formFreshMs = 2 * 60 * 60 * 1000
const macBytes = 24

/**
 * What the button of a page carries: it proves that we drew the page for this subject lately. The nonce makes
 * two presses of one page one attempt. Nothing is stored.
 *
 * @param subject what the form pays, such as `link 1 42`
 */
export function newFormToken(secret: Buffer, subject: string, nowMs: number): string {
  const head = `${nowMs.toString(36)}.${randomUUID().replaceAll('-', '')}`
  return `${head}.${macOf(secret, subject, head)}`
}

/** @returns the nonce of a token that is ours, for the subject, and fresh; else undefined */
export function readFormToken(
  secret: Buffer,
  subject: string,
  token: string,
  nowMs: number,
): string | undefined {
  const [, issued = '', nonce, mac = ''] = /^([0-9a-z]{1,9})\.([0-9a-f]{32})\.([\w-]{32})$/.exec(token) ?? []
  if (!nonce || !equal(mac, macOf(secret, subject, `${issued}.${nonce}`))) return undefined
  const age = nowMs - Number.parseInt(issued, 36)
  return age >= 0 && age < formFreshMs ? nonce : undefined
}

function macOf(secret: Buffer, subject: string, head: string): string {
  const mac = createHmac('sha256', secret).update(`form\n${subject}\n${head}`).digest()
  return mac.subarray(0, macBytes).toString('base64url')
}

function equal(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))
}
