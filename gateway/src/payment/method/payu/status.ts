import type { Platform } from '../../../platform/platform.ts'
import { type Provider, providerNow } from '../../../provider/index.ts'
import type { Checkout } from '../../checkout.ts'
import { MethodError, type MethodStatus, type Saved } from '../method.ts'
import { bodyOf, type PayuClient } from './client.ts'
import { checkoutOfExtOrderId, type Order, Orders, PayMethods, partsOfReference } from './wire.ts'

/** A bank's app waits for about a minute; later than that only the notification tells of a code. */
const blikAnsweredMs = 120_000
/** PayU ends an order whose code nobody confirmed; if it does not, the payer is let go. */
const blikUndecidedMs = 10 * 60_000

/** The order's state. Without a reference the answer to the start was lost: a notification will bring it. */
export async function statusPayu(
  { log }: Platform,
  client: PayuClient,
  provider: Provider,
  checkout: Checkout,
): Promise<MethodStatus> {
  const now = providerNow(provider)
  if (checkout.methodReference === null) return undecided(checkout, now, blikAnsweredMs)
  const { orderId, alias } = partsOfReference(checkout.methodReference)
  const found = await orderAt(client, orderId)
  if (checkoutOfExtOrderId(found.extOrderId) !== checkout.publicId)
    throw new MethodError('PayU answered with another order than it was asked about')
  const isWaiting = found.status === 'WAITING_FOR_CONFIRMATION'
  const order = isWaiting ? await captured(client, checkout, found) : found
  switch (order.status) {
    case 'NEW':
    case 'PENDING':
      return undecided(checkout, now, blikUndecidedMs)
    case 'WAITING_FOR_CONFIRMATION':
      return { state: 'pending' }
    case 'COMPLETED':
      return paid(order, now, alias && (await savedOf(client, checkout, alias, log)))
    case 'CANCELED':
      return now >= checkout.expiresAt
        ? { state: 'expired', failure: null }
        : { state: 'failed', failure: 'declined' }
    default:
      throw new MethodError(`PayU said status ${order.status.slice(0, 40)}, which is none`)
  }
}

/** A submitted code may be confirmed at any moment; who was sent to PayU has authorised nothing yet. */
function undecided({ channel, submittedAt, createdAt }: Checkout, now: Date, limitMs: number): MethodStatus {
  if (channel !== 'blik') return { state: 'open' }
  const waited = now.getTime() - (submittedAt ?? createdAt).getTime()
  return waited < limitMs ? { state: 'pending' } : { state: 'expired', failure: 'timeout', mayStillPay: true }
}

/**
 * The shop takes payments by hand: the money moves only if we say so. In another currency than asked it waits
 * for a person.
 */
async function captured(client: PayuClient, checkout: Checkout, order: Order): Promise<Order> {
  if (order.currencyCode !== checkout.currency) return { ...order, status: 'COMPLETED' }
  await client.call('POST', `/orders/${order.orderId}/captures`, {})
  return orderAt(client, order.orderId)
}

function paid(
  { orderId, totalAmount, currencyCode }: Order,
  paidAt: Date,
  saved: Saved | undefined | '',
): MethodStatus {
  const money = { methodPaymentId: orderId, amount: BigInt(totalAmount), currency: currencyCode, paidAt }
  return { state: 'paid', money: [money], ...(saved && { saved }) }
}

async function orderAt(client: PayuClient, orderId: string): Promise<Order> {
  const answer = await client.call('GET', `/orders/${orderId}`)
  const [order] = bodyOf(answer, Orders, 'a question for an order').orders
  if (!order) throw new MethodError('PayU answered without an order')
  return order
}

/** What PayU remembers of the customer; undefined where it remembers nothing, or does not answer. */
async function savedOf(
  client: PayuClient,
  { channel, id }: Checkout,
  alias: string,
  log: Platform['log'],
): Promise<Saved | undefined> {
  try {
    const answer = await client.forCustomer(alias).call('GET', '/paymethods')
    const { cardTokens = [], blikTokens = [] } = bodyOf(answer, PayMethods, 'a question for what is saved')
    const card = cardTokens.find(({ status }) => status === undefined || status === 'ACTIVE')
    const blik = blikTokens.find(({ type }) => type === 'PAYID') ?? blikTokens[0]
    const value = channel === 'blik' ? blik?.value : card?.value
    if (value === undefined) return undefined
    const digits = channel === 'blik' ? undefined : card?.cardNumberMasked?.replace(/\D/g, '').slice(-4)
    return { reference: `${value} ${alias}`, label: digits?.length === 4 ? `•••• ${digits}` : null }
  } catch (error) {
    log.warn({ err: error, checkout: String(id) }, 'what is saved at PayU could not be asked')
    return undefined
  }
}
