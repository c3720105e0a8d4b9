import { type KeyObject, sign } from 'node:crypto'
import { md5sumOf } from '../../../src/payment/method/tpay/md5sum.ts'
import type { Post } from '../notifications.ts'
import { certify } from './x509.ts'

export const merchantId = '12345'
export const securityCode = 'kod-bezpieczenstwa'

/** Making keys takes a while: all fakes of a process share theirs. */
export const root = certify('tpay-jws-root')
export const leaf = certify('notifications-jws', root)

export const leafPath = '/x509/notifications-jws.pem'

export interface Signing {
  alg?: string
  x5u?: string
  key?: KeyObject
  /** More of the header. */
  more?: object
}

/** `<header>..<signature>` over the body. */
export function jwsOf(url: string, body: string, { alg = 'RS256', x5u, key, more }: Signing = {}): string {
  const header = { alg, x5u: x5u ?? `${url}${leafPath}`, ...more }
  const head = Buffer.from(JSON.stringify(header)).toString('base64url')
  const input = `${head}.${Buffer.from(body).toString('base64url')}`
  return `${head}..${sign('RSA-SHA256', Buffer.from(input), key ?? leaf.privateKey).toString('base64url')}`
}

export interface NoticeFields {
  tr_id: string
  tr_crc: string
  tr_amount: string
  tr_paid: string
  tr_status: 'TRUE' | 'PAID' | 'CHARGEBACK'
}

/** The form of a notification, with its sum. */
export function noticeOf(
  { tr_id, tr_crc, tr_amount, tr_paid, tr_status }: NoticeFields,
  code = securityCode,
): string {
  const summed = { id: merchantId, tr_id, tr_amount, tr_crc }
  return new URLSearchParams({
    ...summed,
    tr_date: '2026-11-22 12:00:00',
    tr_paid,
    tr_desc: 'Faktura',
    tr_status,
    tr_error: 'none',
    tr_email: 'jan@example.com',
    test_mode: '0',
    md5sum: md5sumOf(summed, code),
  }).toString()
}

export function postOf(url: string, notifyUrl: string, body: string, signing?: Signing): Post {
  return {
    url: notifyUrl,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-jws-signature': jwsOf(url, body, signing),
    },
    body,
  }
}
