import { ApiError } from '../platform/http/errors.ts'
import { OutgoingError } from '../platform/http/outgoing.ts'
import type { Platform } from '../platform/platform.ts'
import { findProviderByCode, type Provider, providerNow } from '../provider/index.ts'
import { obey, wordOf } from './check.ts'
import type { Checkout } from './checkout.ts'
import { type Heard, type Method, MethodError, type RawNotification } from './method/method.ts'
import { methodOf } from './method/methods.ts'
import { findCheckout, updateCheckout } from './queries/checkouts.ts'
import { doubtedLately, insertNotification, type Verdict } from './queries/notifications.ts'
import { findRefund } from './refund/queries/refunds.ts'
import { isRefundId } from './refund/refund.ts'
import { askRefund } from './refund/send.ts'

/** What is kept of a notification: bytes of its text in UTF-8. */
export const notificationBytesMax = 64 * 1024
/** Notifications of an hour that are kept though nobody believes them: strangers cannot fill the disk. */
const doubtedPerHourMax = 1_000

/**
 * Takes what came to /notify/{method}/{providerCode}. It is believed only if the method proves to have sent it
 * and it names a checkout or a refund of the provider and method; then it is no more than a reason to ask the
 * method.
 * Everything is kept for inspection, and what is not believed changes nothing else. Money of a disabled
 * provider is heard of all the same.
 *
 * @returns what the method wants to read; undefined where that is nothing
 * @throws ApiError not_found for an unknown method, provider, checkout or refund; bad_request where it is forged or
 *   cannot be read; unavailable where the method could not be asked: it then sends it again
 */
export async function hearNotification(
  platform: Platform,
  methodCode: string,
  providerCode: string,
  notification: RawNotification,
): Promise<string | undefined> {
  const provider = await findProviderByCode(platform.db, providerCode)
  const method = provider && methodOf(provider, methodCode)
  if (!provider || !method) throw new ApiError('not_found')
  const heard = await heardBy(platform, provider, method, notification)
  if ('nothing' in heard) {
    await keep(platform, provider, method, notification, 'believed', {})
    return method.heardAnswer
  }
  if ('refundPublicId' in heard) {
    await hearOfRefund(platform, provider, method, notification, heard.refundPublicId)
    return method.heardAnswer
  }
  const checkout = await checkoutOf(platform, provider, method, heard)
  const verdict: Verdict = heard.verdict === 'believed' && !checkout ? 'unknown' : heard.verdict
  await keep(platform, provider, method, notification, verdict, { checkoutId: checkout?.id })
  if (verdict === 'unknown') throw new ApiError('not_found', { detail: 'no such checkout' })
  if (!checkout) throw new ApiError('bad_request', { detail: `the notification is ${verdict}` })
  const named = await withReference(platform, provider, checkout, heard)
  const word = await wordOf(platform, provider, named, method)
  if (word.state === 'unreachable') throw unreachable()
  await obey(platform, provider, named, word)
  return method.heardAnswer
}

/** Some methods have to be asked before they can be believed: for a certificate, for what a dispute is about. */
async function heardBy(
  platform: Platform,
  provider: Provider,
  method: Method,
  notification: RawNotification,
): Promise<Heard> {
  try {
    return await method.hear(platform, provider, notification)
  } catch (error) {
    if (!(error instanceof MethodError || error instanceof OutgoingError)) throw error
    platform.log.warn(
      { err: error, method: method.code, provider: provider.code },
      'a notification has to wait',
    )
    throw unreachable()
  }
}

/** A start whose answer was lost has no reference yet: the method's notification brings it. */
async function withReference(
  { db }: Platform,
  provider: Provider,
  checkout: Checkout,
  heard: Heard,
): Promise<Checkout> {
  if (!('reference' in heard) || !heard.reference || checkout.methodReference !== null) return checkout
  await updateCheckout(db, provider.id, checkout.id, { method_reference: heard.reference })
  return { ...checkout, methodReference: heard.reference }
}

/** The method sends it again, and what it tells of may be asked about no more by ourselves. */
function unreachable(): ApiError {
  return new ApiError('unavailable', { headers: { 'retry-after': '30' } })
}

/** A refund was decided: the method's own status says how. */
async function hearOfRefund(
  platform: Platform,
  provider: Provider,
  method: Method,
  notification: RawNotification,
  publicId: string,
): Promise<void> {
  const found = isRefundId(publicId) ? await findRefund(platform.db, provider.id, publicId) : undefined
  const own = found?.kind === 'refund' && !found.manual && found.payment.method === method.code
  const refund = own ? found : undefined
  const verdict = refund ? 'believed' : 'unknown'
  await keep(platform, provider, method, notification, verdict, { refundId: refund?.id })
  if (!refund) throw new ApiError('not_found', { detail: 'no such refund' })
  // The method knows it, whatever of its answer was lost.
  const sent = { ...refund, sentAt: refund.sentAt ?? providerNow(provider) }
  if (!(await askRefund(platform, provider, sent))) throw unreachable()
}

async function checkoutOf(
  { db }: Platform,
  provider: Provider,
  method: Method,
  heard: Heard,
): Promise<Checkout | undefined> {
  if (!('checkoutPublicId' in heard)) return undefined
  const checkout = await findCheckout(db, heard.checkoutPublicId)
  return checkout?.providerId === provider.id && checkout.method === method.code ? checkout : undefined
}

async function keep(
  { db, log }: Platform,
  provider: Provider,
  method: Method,
  { body }: RawNotification,
  verdict: Verdict,
  { checkoutId, refundId }: { checkoutId?: bigint | undefined; refundId?: bigint | undefined },
): Promise<void> {
  if (verdict !== 'believed') {
    log.warn({ provider: provider.code, method: method.code, verdict }, 'a notification is not believed')
    if ((await doubtedLately(db, provider.id, doubtedPerHourMax)) >= doubtedPerHourMax) return
  }
  await insertNotification(db, provider.id, {
    method: method.code,
    verdict,
    checkoutId: checkoutId ?? null,
    refundId: refundId ?? null,
    body: storable(body),
  })
}

/** Text that the database takes: no zero characters, no half characters, no more than is kept. */
export function storable(body: Buffer): string {
  const text = body.toString('utf8').replaceAll('\0', '\ufffd')
  const bytes = Buffer.from(text)
  if (bytes.length <= notificationBytesMax) return text
  // A character that is cut becomes a longer replacement character: leave room for it.
  return bytes.subarray(0, notificationBytesMax - 3).toString('utf8')
}
