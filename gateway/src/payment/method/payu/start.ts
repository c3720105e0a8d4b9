import { Value } from 'typebox/value'
import type { Platform } from '../../../platform/platform.ts'
import { type Attempt, MethodError, type SavedAttempt, type Started } from '../method.ts'
import { bodyOf, isStatus, type PayuAnswer, type PayuClient, saidOf } from './client.ts'
import { blikMethod, browserOf, orderOf } from './order.ts'
import { blikFailure, Created, referenceOf, Status } from './wire.ts'

/** Orders of one checkout: the answers to the first ones were lost, so nobody can pay them. */
const ordersMax = 9
/** Answers by which PayU says that it made no order. */
const refusedStatuses: readonly number[] = [400, 401, 403]

export async function startPayu(platform: Platform, client: PayuClient, attempt: Attempt): Promise<Started> {
  const { channel, save } = attempt
  const asking = save ? client.forCustomer(save.alias) : client
  return channel === 'blik' ? submitCode(platform, asking, attempt) : openPage(platform, asking, attempt)
}

/** A code is sent once: whatever becomes of the answer, the notification names the order. */
async function submitCode(platform: Platform, client: PayuClient, attempt: Attempt): Promise<Started> {
  const { blikCode = '', save } = attempt
  const order = orderOf(client, attempt, {
    payMethod: blikMethod(blikCode, save),
    further: { ...browserOf(attempt), ...(save && { recurring: 'FIRST' }) },
  })
  const answer = await client.call('POST', '/orders', order)
  if (refusedStatuses.includes(answer.status) && !isStatus(answer.body, 'ERROR_ORDER_NOT_UNIQUE'))
    return refused(platform, attempt, answer)
  const { orderId } = bodyOf(answer, Created, 'a BLIK code')
  return { kind: 'pending', reference: referenceOf(orderId, save?.alias) }
}

async function openPage(platform: Platform, client: PayuClient, attempt: Attempt): Promise<Started> {
  const { channel, bankId, save } = attempt
  const value = channel === 'card' ? 'c' : bankId
  const payMethod = value === undefined ? undefined : { type: 'PBL', value }
  const further = save && channel === 'card' ? { cardOnFile: 'FIRST' } : {}
  for (let number = 1; number <= ordersMax; number++) {
    const answer = await client.call(
      'POST',
      '/orders',
      orderOf(client, attempt, { payMethod, number, further }),
    )
    if (isStatus(answer.body, 'ERROR_ORDER_NOT_UNIQUE')) continue
    if (refusedStatuses.includes(answer.status)) return refused(platform, attempt, answer)
    const { orderId, redirectUri } = bodyOf(answer, Created, 'an order')
    if (redirectUri === undefined) throw new MethodError('PayU gave the order no address for the payer')
    return { kind: 'redirect', reference: referenceOf(orderId, save?.alias), url: redirectUri }
  }
  throw new MethodError('PayU has too many orders of this checkout')
}

/**
 * Charges a card or BLIK alias: its reference is PayU's token, a space, and our name of whose it is. PayU takes
 * no order twice, so nothing is charged twice.
 */
export async function chargeSavedPayu(
  platform: Platform,
  client: PayuClient,
  attempt: SavedAttempt,
): Promise<Started> {
  const [value = '', alias = ''] = attempt.saved.reference.split(' ', 2)
  const isBlik = attempt.channel === 'blik'
  const order = orderOf(client, attempt, {
    payMethod: isBlik
      ? { type: 'BLIK_TOKEN', value, blikData: { recommendedAuthLevel: 'NO_CONFIRMATION' } }
      : { type: 'CARD_TOKEN', value },
    further: isBlik ? { recurring: 'STANDARD' } : { cardOnFile: 'STANDARD_MERCHANT' },
  })
  const answer = await client.forCustomer(alias).call('POST', '/orders', order)
  if (isStatus(answer.body, 'ERROR_ORDER_NOT_UNIQUE'))
    throw new MethodError('PayU has this charge already; its notification will name it')
  if (refusedStatuses.includes(answer.status)) return refused(platform, attempt, answer)
  const { orderId } = bodyOf(answer, Created, 'a charge')
  return { kind: 'pending', reference: orderId }
}

/**
 * A clear no: nothing was charged. What it was is for the operator to read; a payer is told of his bank or his code
 * only where a charge was asked for and looked at.
 */
function refused({ log }: Platform, attempt: Attempt | SavedAttempt, { status, body }: PayuAnswer): Started {
  const { checkout, channel } = attempt
  const isRedirect = channel !== 'blik' && !('saved' in attempt)
  log.warn(
    { checkout: String(checkout.id), said: `PayU answered ${status}${saidOf(body)}` },
    'a start is refused',
  )
  const words = Value.Check(Status, body)
    ? `${body.status.codeLiteral ?? ''} ${body.status.statusDesc ?? ''}`
    : ''
  if (status !== 400 || isRedirect) return { kind: 'failed', reference: null, failure: 'not-started' }
  return { kind: 'failed', reference: null, failure: channel === 'blik' ? blikFailure(words) : 'declined' }
}
