import { Value } from 'typebox/value'
import { isCheckoutId } from '../../checkout.ts'
import { jsonOf } from '../json.ts'
import type { Heard, RawNotification } from '../method.ts'
import { isSignedByTpay } from './certificates.ts'
import type { TpayClient } from './client.ts'
import { detachedOf } from './jws.ts'
import { isSumOf } from './md5sum.ts'
import { Notice } from './wire.ts'

/** What the button of the panel sends. */
const panelTest = /^TR-\w+-TST\w+$/

/**
 * Reads a notification: both of its proofs have to hold, the sum with the security code over some of its values
 * and the signature over all of its bytes. The sum is looked at first, for it costs nothing.
 *
 * @throws MethodError, OutgoingError where Tpay's certificates cannot be had now
 */
export async function hearTpay(client: TpayClient, { headers, body }: RawNotification): Promise<Heard> {
  const detached = detachedOf(headers['x-jws-signature'], body, client.certificates)
  if (!detached) return { verdict: 'forged' }
  // An event of an alias or a card: it has no sum, and it tells nothing that is not asked for.
  const event = eventOf(body)
  const notice: unknown = Object.fromEntries(new URLSearchParams(body.toString('utf8')))
  if (event === undefined) {
    if (!Value.Check(Notice, notice)) return { verdict: 'unreadable' }
    const isOwn = notice.id === client.merchantId
    if (!isOwn || !isSumOf(notice.md5sum, notice, client.securityCode)) return { verdict: 'forged' }
  }
  if (!(await isSignedByTpay(detached, client.certificates, new Date()))) return { verdict: 'forged' }
  if (event !== undefined || !Value.Check(Notice, notice) || panelTest.test(notice.tr_id))
    return { verdict: 'believed', nothing: true }
  // A shop of the same account has its own ids.
  return isCheckoutId(notice.tr_crc)
    ? { verdict: 'believed', checkoutPublicId: notice.tr_crc }
    : { verdict: 'believed', nothing: true }
}

function eventOf(body: Buffer): object | undefined {
  const said = jsonOf(body)
  return said && typeof said === 'object' ? said : undefined
}
