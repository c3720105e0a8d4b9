import type { Channel } from '@bill-gateway/contract'
import { Value } from 'typebox/value'
import type { Platform } from '../../../platform/platform.ts'
import { type Attempt, MethodError, type SavedAttempt, type SaveOrder, type Started } from '../method.ts'
import { bodyOf, type P24Answer, type P24Client, saidOf } from './client.ts'
import { signatureOf } from './signature.ts'
import { blikFailure, Charged, labelOf, languageOf, Refused, Registered } from './wire.ts'

/** What is offered on the page at Przelewy24: cards with wallets, transfers. BLIK is submitted by code. */
const offered: Record<Channel, number> = { card: 1, bank: 2, transfer: 2, blik: 8192 }

/** A longer address is refused, and a shortened one is somebody else's. */
const emailCharactersMax = 50
const clientCharactersMax = 40
const descriptionCharactersMax = 1_024
const userAgentCharactersMax = 255
/** A charge that no payer is there for: BLIK wants to be told of a payer's browser all the same. */
const nobody = { ip: '127.0.0.1', userAgent: 'bill-gateway' }
/** Minutes that the page at Przelewy24 stays open. */
const pageMinutesMax = 99

/** Marks the reference of an attempt whose card is to be remembered. */
export const savesCard = '+card'

/** Registering again with the same id and amount gives the same transaction. */
export async function startP24(platform: Platform, client: P24Client, attempt: Attempt): Promise<Started> {
  const registered = await register(client, attempt, attempt.save)
  if (isRefused(registered)) return refused(platform, attempt, registered, 'the registration of a payment')
  const { token } = bodyOf(registered, Registered, 'the registration of a payment').data
  if (attempt.channel === 'blik') return submitCode(platform, client, attempt, token)
  const reference = attempt.channel === 'card' && attempt.save ? `${token}${savesCard}` : token
  return { kind: 'redirect', reference, url: `${client.url}/trnRequest/${token}` }
}

/**
 * Charges a BLIK alias or a card. A transaction of the checkout that is already there was charged before: it is
 * not charged again.
 */
export async function chargeSavedP24(
  platform: Platform,
  client: P24Client,
  attempt: SavedAttempt,
): Promise<Started> {
  const { publicId } = attempt.checkout
  const known = await client.call('GET', `/transaction/by/sessionId/${publicId}`)
  if (known.status === 200) return { kind: 'pending', reference: publicId }
  if (known.status !== 404)
    throw new MethodError(`Przelewy24 answered ${known.status} to a question for an earlier charge`)
  const registered = await register(client, attempt, undefined, attempt.saved.reference)
  if (isRefused(registered)) return refused(platform, attempt, registered, 'the registration of a charge')
  const { token } = bodyOf(registered, Registered, 'the registration of a charge').data
  const charged =
    attempt.channel === 'blik'
      ? await client.call('POST', '/paymentMethod/blik/chargeByAlias', { token, type: 'alias' })
      : await client.call('POST', '/card/charge', { token })
  if (isRefused(charged)) return refused(platform, attempt, charged, 'a charge')
  const { orderId } = bodyOf(charged, Charged, 'a charge').data
  return { kind: 'pending', reference: String(orderId) }
}

async function submitCode(
  platform: Platform,
  client: P24Client,
  attempt: Attempt,
  token: string,
): Promise<Started> {
  const charged = await client.call('POST', '/paymentMethod/blik/chargeByCode', {
    token,
    blikCode: attempt.blikCode ?? '',
    ...(attempt.save && recurring(attempt.save)),
  })
  if (isRefused(charged)) return refused(platform, attempt, charged, 'a BLIK code')
  const { orderId } = bodyOf(charged, Charged, 'a BLIK code').data
  return { kind: 'pending', reference: String(orderId) }
}

/** Variable amounts without the payer's word each time: bills differ from month to month. */
function recurring({ alias, label }: SaveOrder): object {
  return { aliasValue: alias, aliasLabel: label.padEnd(5, '.'), recurring: { type: 'O', frequency: '1D' } }
}

function register(
  client: P24Client,
  attempt: Attempt | SavedAttempt,
  save: SaveOrder | undefined,
  savedReference?: string,
): Promise<P24Answer> {
  const { checkout, channel, title, payer, returnUrl, notifyUrl } = attempt
  const { merchantId, posId, crc } = client
  const { publicId: sessionId, currency } = checkout
  const amount = Number(checkout.amount)
  const { email, name } = payer
  const visitor = 'visitor' in attempt ? attempt.visitor : savedReference ? nobody : undefined
  const bankId = 'bankId' in attempt ? attempt.bankId : undefined
  return client.call('POST', '/transaction/register', {
    merchantId,
    posId,
    sessionId,
    amount,
    currency,
    description: title.slice(0, descriptionCharactersMax),
    email: email && email.length <= emailCharactersMax ? email : client.email,
    ...(name && { client: name.slice(0, clientCharactersMax) }),
    country: 'PL',
    language: languageOf(checkout.language),
    ...(bankId && { method: Number(bankId) }),
    urlReturn: returnUrl,
    urlStatus: notifyUrl,
    timeLimit: minutesOf(checkout),
    channel: offered[channel],
    transferLabel: labelOf(checkout.referenceNumber),
    ...(savedReference && { methodRefId: savedReference }),
    ...(save && channel === 'card' && { cardData: { transactionType: 'initial' } }),
    ...(visitor && {
      additional: { PSU: { IP: visitor.ip, userAgent: visitor.userAgent.slice(0, userAgentCharactersMax) } },
    }),
    sign: signatureOf({ sessionId, merchantId, amount, currency }, crc),
  })
}

function minutesOf({ createdAt, expiresAt }: { createdAt: Date; expiresAt: Date }): number {
  const minutes = Math.round((expiresAt.getTime() - createdAt.getTime()) / 60_000)
  return Math.min(Math.max(minutes, 1), pageMinutesMax)
}

/** Whether by the status nothing was done and nothing is on its way. */
function isRefused({ status }: P24Answer): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 409
}

/**
 * A clear no: nothing was charged. What it was is for the operator to read; a payer is told of his bank or his code
 * only where a charge was asked for and looked at.
 */
function refused(
  { log }: Platform,
  { checkout, channel }: Attempt | SavedAttempt,
  answer: P24Answer,
  doing: 'the registration of a payment' | 'the registration of a charge' | 'a charge' | 'a BLIK code',
): Started {
  const code = Value.Check(Refused, answer.body) ? answer.body.code : undefined
  const said = `Przelewy24 answered ${answer.status} to ${doing}${saidOf(answer.body)}`
  log.warn({ checkout: String(checkout.id), said }, 'a start is refused')
  const isCharge = answer.status === 400 && (doing === 'a charge' || doing === 'a BLIK code')
  const failure = channel === 'blik' ? blikFailure(code) : 'declined'
  return { kind: 'failed', reference: null, failure: isCharge ? failure : 'not-started' }
}
