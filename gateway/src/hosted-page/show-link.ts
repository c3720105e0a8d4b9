import { type Checkout, findCheckout, type LinkPayment } from '../payment/index.ts'
import type { Platform } from '../platform/platform.ts'
import { keysOf } from './bills.ts'
import { type Answer, frameFor, languageQuery, type Visit } from './context.ts'
import { drawMessage, drawPaidBefore, drawPayment, drawWaiting } from './draw.tsx'
import { formOfLink, type LinkPage, readLinkPage } from './link-page.ts'
import { cancelledMessage, disabledMessage, paidElsewhereMessage, revokedMessage } from './messages.ts'
import { type Filled, paymentForm } from './payment-form.ts'
import { receiptOfLink } from './receipt-of.ts'
import type { Frame } from './render.tsx'
import type { Notice, Receipt } from './views/models.ts'
import { refreshSeconds, waitingOf } from './waiting-of.ts'

/**
 * The page of a link. It reads and changes nothing.
 *
 * @returns undefined for an unknown token
 */
export async function showLink(platform: Platform, visit: Visit, token: string): Promise<Answer | undefined> {
  const page = await readLinkPage(platform, token)
  return page && answerOfLink(platform, visit, page)
}

/** The answer for what there is behind a token; `filled` after a form that could not be carried out. */
export async function answerOfLink(
  platform: Platform,
  visit: Visit,
  page: LinkPage,
  filled?: Omit<Filled, 'notices' | 'receipt'>,
): Promise<Answer> {
  const { link, provider, owed, processing } = page
  if (link.revoked) return { status: 410, html: drawMessage(await frameFor(platform, visit), revokedMessage) }
  const frame = await frameFor(platform, visit, provider)
  if (provider.disabled) return { status: 403, html: drawMessage(frame, disabledMessage(provider.name)) }
  const pendingId = processing.get(link.id)
  if (pendingId) {
    const pending = await findCheckout(platform.db, pendingId)
    if (pending?.status === 'pending')
      return { status: 200, html: await drawProcessing(platform, frame, visit, page, pending) }
    // Decided between two reads: what there is now is read again.
    return (await showLink(platform, visit, link.token)) ?? answerNothingOwed(frame, page)
  }
  if (!owed.some(({ id, currency }) => currency === link.currency && !processing.has(id)))
    return answerNothingOwed(frame, page)
  const form = formOfLink(page, { base: frame.base, query: languageQuery(visit) })
  const drawn = await paymentForm(platform, visit, provider, frame.speech, form, {
    chosen: chosenBy(visit, page),
    ...filled,
    notices: noticesOf(visit, frame, page),
    receipt: receiptOf(page),
  })
  return { status: filled ? 422 : statusOf(page), html: drawPayment(frame, drawn) }
}

function statusOf({ link }: LinkPage): number {
  return link.status === 'cancelled' ? 410 : 200
}

/** All with `type=balance` and behind a link that has ended, those ticked after a change, else the one bill. */
function chosenBy({ query }: Visit, { link }: LinkPage): Filled['chosen'] {
  if (query.chosen !== undefined) return keysOf(query.bill)
  return query.type === 'balance' || link.status !== 'active' ? 'all' : 'own'
}

async function drawProcessing(
  platform: Platform,
  frame: Frame,
  visit: Visit,
  { link, provider }: LinkPage,
  pending: Checkout,
): Promise<string> {
  const waiting = await waitingOf(platform, pending, provider, {
    events: `${frame.base}/checkout/${pending.publicId}/events`,
    other: null,
  })
  const href = `${frame.base}/single-payment/${link.token}${languageQuery(visit)}`
  return drawWaiting({ ...frame, refresh: { seconds: refreshSeconds(waiting), href } }, waiting)
}

function answerNothingOwed(frame: Frame, page: LinkPage): Answer {
  const { link, provider, owed, tellsOwed } = page
  const status = statusOf(page)
  const receipt = receiptOf(page)
  if (receipt) return { status, html: drawPaidBefore(frame, receipt, overpaidNotice(page)) }
  const nothingOwed = tellsOwed && owed.length === 0
  const paid = link.status === 'paid' || link.resolution === 'PAID'
  const message = paid ? paidElsewhereMessage(nothingOwed) : cancelledMessage(nothingOwed)
  return { status, html: drawMessage(provider ? frame : { ...frame, biller: null }, message) }
}

/** The payment that paid the last of the link. */
function lastPayment({ payments }: LinkPage): LinkPayment | undefined {
  return payments.findLast(({ completed }) => completed) ?? payments.at(-1)
}

function receiptOf(page: LinkPage): Receipt | null {
  const last = lastPayment(page)
  return last ? receiptOfLink(page.link, last, page.provider, page.returned) : null
}

function noticesOf(visit: Visit, frame: Frame, page: LinkPage): Notice[] {
  const { link, provider } = page
  const notices: Notice[] = link.status === 'active' ? [] : endedNotices(frame, page)
  if (visit.query.type === 'connect') notices.push({ tone: 'info', text: 'notice.connect' })
  if (isOnItsWay(page))
    notices.push({ tone: 'warn', text: 'notice.onItsWay', values: { who: provider.name } })
  return [...notices, ...transferNotice(visit, frame, page)]
}

/** Whoever was shown what to transfer may have sent it: a statement tells days later. */
function transferNotice(visit: Visit, { speech, base }: Frame, { transfer }: LinkPage): Notice[] {
  if (!transfer) return []
  const href = `${base}/checkout/${transfer.publicId}${languageQuery(visit)}`
  const values = { day: speech.date(transfer.createdAt) }
  const link = { text: 'transfer.button', href } as const
  return [{ tone: 'info', text: 'notice.transfer', values, link }]
}

/**
 * Money for the same bill that the provider has not heard of when it asked for this amount. A part payment of
 * this very link is taken off its amount already.
 */
function isOnItsWay({ link, onItsWay }: LinkPage): boolean {
  return onItsWay && !(link.paidAmount > 0n && link.openAmount < link.askedAmount)
}

function endedNotices(frame: Frame, page: LinkPage): Notice[] {
  const { link, owed, processing } = page
  const { speech } = frame
  const open = owed.filter(({ id, currency }) => currency === link.currency && !processing.has(id))
  const sum = open.reduce((total, { openAmount }) => total + openAmount, 0n)
  const amount = speech.money(sum, link.currency)
  if (link.status === 'cancelled' && link.resolution === 'CANCELLED')
    return [{ tone: 'warn', text: 'notice.cancelledOwed', values: { amount } }]
  const more = { text: 'notice.owedNow', values: { amount, count: open.length } } as const
  return [{ ...paidNotice(frame, page), more }, ...overpaidNotice(page)]
}

function paidNotice({ speech }: Frame, page: LinkPage): Notice {
  const receipt = receiptOf(page)
  if (!receipt) return { tone: 'good', text: 'notice.paidPlain' }
  const values = { day: speech.date(receipt.paidAt), reference: receipt.reference }
  return { tone: 'good', text: 'notice.paid', values }
}

/** Money that came besides the payment of the receipt, and has not gone back. */
function overpaidNotice(page: LinkPage): Notice[] {
  const { link, provider, payments, returned } = page
  const shown = lastPayment(page)
  const over = payments.some((payment) => {
    const back = returned.get(payment.referenceNumber)
    return payment !== shown && payment.unallocated > (back?.done ?? 0n) + (back?.underWay ?? 0n)
  })
  const who = link.recipientName ?? provider.name
  return over ? [{ tone: 'warn', text: 'notice.overpaid', values: { who } }] : []
}
