import type { Platform } from '../../../platform/platform.ts'
import type { Provider } from '../../../provider/index.ts'
import { providerNow } from '../../../provider/index.ts'
import type { Checkout } from '../../checkout.ts'
import { MethodError, type MethodStatus, type Money, type Saved } from '../method.ts'
import { bodyOf, type P24Client } from './client.ts'
import { signatureOf } from './signature.ts'
import { savesCard } from './start.ts'
import { CardInfo, Transaction, timeOf, Verified } from './wire.ts'

/**
 * A bank's app waits for about a minute. Przelewy24 shows a refusal in the app as it shows a payer who has not
 * answered yet, so time has to tell them apart: what comes later all the same is heard.
 */
const blikAnsweredMs = 120_000

/**
 * The transaction's state. One that is paid and not verified is verified here: only then the money is the
 * biller's, so nothing is paid before. In another currency than asked it stays unverified, for a person.
 */
export async function statusP24(
  { log }: Platform,
  client: P24Client,
  provider: Provider,
  checkout: Checkout,
): Promise<MethodStatus> {
  const answer = await client.call('GET', `/transaction/by/sessionId/${checkout.publicId}`)
  // Unknown until the payer has chosen how to pay, or a code came.
  if (answer.status === 404) return unknown(checkout)
  const { data: transaction } = bodyOf(answer, Transaction, 'a question for a status')
  if (transaction.sessionId !== checkout.publicId)
    throw new MethodError('Przelewy24 answered with another transaction than it was asked about')
  switch (transaction.status) {
    case 0:
      return unpaid(checkout, providerNow(provider))
    case 1:
      if (transaction.currency === checkout.currency) await verify(client, transaction)
      return paid(log, client, provider, checkout, transaction)
    case 2:
      return paid(log, client, provider, checkout, transaction)
    case 3:
      // Given back before we recorded it, it never was the biller's.
      return checkout.status === 'succeeded'
        ? paid(log, client, provider, checkout, transaction)
        : { state: 'failed', failure: 'declined' }
    default:
      throw new MethodError(`Przelewy24 said status ${transaction.status}, which is none`)
  }
}

/** A code that was submitted makes the transaction known, so without one it never arrived. */
function unknown({ channel }: Checkout): MethodStatus {
  return channel === 'blik' ? { state: 'absent' } : { state: 'open' }
}

function unpaid({ channel, submittedAt, createdAt }: Checkout, now: Date): MethodStatus {
  if (channel !== 'blik') return { state: 'open' }
  const waited = now.getTime() - (submittedAt ?? createdAt).getTime()
  return waited < blikAnsweredMs
    ? { state: 'pending' }
    : { state: 'expired', failure: 'timeout', mayStillPay: true }
}

async function verify(
  client: P24Client,
  { sessionId, orderId, amount, currency }: Transaction,
): Promise<void> {
  const { merchantId, posId, crc } = client
  const sign = signatureOf({ sessionId, orderId, amount, currency }, crc)
  const body = { merchantId, posId, sessionId, amount, currency, orderId, sign }
  bodyOf(await client.call('PUT', '/transaction/verify', body), Verified, 'the verification of a payment')
}

async function paid(
  log: Platform['log'],
  client: P24Client,
  provider: Provider,
  checkout: Checkout,
  { orderId, amount, currency, dateOfTransaction }: Transaction,
): Promise<MethodStatus> {
  const paidAt = timeOf(dateOfTransaction) ?? providerNow(provider)
  const money: Money = { methodPaymentId: String(orderId), amount: BigInt(amount), currency, paidAt }
  const saved = checkout.methodReference?.endsWith(savesCard)
    ? await cardOf(log, client, checkout, orderId)
    : undefined
  return { state: 'paid', money: [money], ...(saved && { saved }) }
}

/**
 * The card of a payment, to be charged later; undefined where Przelewy24 does not give it away, or does not answer:
 * the money is there all the same.
 */
async function cardOf(
  log: Platform['log'],
  client: P24Client,
  { id }: Checkout,
  orderId: number,
): Promise<Saved | undefined> {
  try {
    const answer = await client.call('GET', `/card/info/${orderId}`)
    if (answer.status === 404) return undefined
    const { refId, mask } = bodyOf(answer, CardInfo, 'a question for a card').data
    const digits = mask?.replace(/\D/g, '').slice(-4)
    return { reference: refId, label: digits?.length === 4 ? `•••• ${digits}` : null }
  } catch (error) {
    log.warn({ err: error, checkout: String(id) }, 'the card at Przelewy24 could not be asked for')
    return undefined
  }
}
