import { type Failure, payerReturned, returnedOf } from '../payment/index.ts'
import type { Platform } from '../platform/platform.ts'
import { type CheckoutPage, formOfCheckout, readCheckoutPage } from './checkout-page.ts'
import { type Answer, frameFor, languageQuery, type Visit } from './context.ts'
import { drawMessage, drawPayment, drawReceipt, drawWaiting } from './draw.tsx'
import { isLanguage } from './language.ts'
import { endedMessage, paidElsewhereMessage, revokedMessage } from './messages.ts'
import { type Filled, paymentForm } from './payment-form.ts'
import { receiptOfCheckout } from './receipt-of.ts'
import type { Frame } from './render.tsx'
import { answerOfTransfer } from './show-transfer.ts'
import type { WordKey } from './speech.ts'
import type { FormProblem } from './views/models.ts'
import { refreshSeconds, waitingOf } from './waiting-of.ts'

/**
 * Where an attempt to pay stands. The payer who comes back from the method brings no proof, only the moment to
 * ask the method.
 *
 * @returns undefined for an unknown checkout
 */
export async function showCheckout(
  platform: Platform,
  visit: Visit,
  publicId: string,
): Promise<Answer | undefined> {
  const found = await readCheckoutPage(platform, publicId)
  if (!found) return undefined
  const { status } = found.checkout
  const returned = visit.query.return !== undefined && (status === 'created' || status === 'pending')
  const page = returned ? { ...found, checkout: await payerReturned(platform, found.checkout) } : found
  return answerOfCheckout(platform, visit, page)
}

export async function frameOfCheckout(
  platform: Platform,
  visit: Visit,
  { checkout, provider }: CheckoutPage,
): Promise<Frame> {
  const language = isLanguage(checkout.language) ? checkout.language : provider.language
  return { ...(await frameFor(platform, visit, provider, language)), keep: '' }
}

/** The answer for a checkout; `filled` after a form that could not be carried out. */
export async function answerOfCheckout(
  platform: Platform,
  visit: Visit,
  page: CheckoutPage,
  filled?: Omit<Filled, 'notices' | 'receipt'>,
): Promise<Answer> {
  const { checkout } = page
  if (page.revoked) return { status: 410, html: drawMessage(await frameFor(platform, visit), revokedMessage) }
  const frame = await frameOfCheckout(platform, visit, page)
  const another = checkout.status === 'created' && (filled || visit.query.other !== undefined)
  if (checkout.channel === 'transfer' && !another) {
    const answer = await answerOfTransfer(platform, visit, frame, page)
    if (answer) return answer
  }
  const receipt = await readReceipt(platform, page)
  if (receipt) return { status: 200, html: drawReceipt(frame, receipt) }
  const undecided = checkout.status === 'created' || checkout.status === 'pending'
  if (undecided && !another) return { status: 200, html: await drawUndecided(platform, frame, visit, page) }
  return answerUnpaid(platform, visit, frame, page, filled)
}

async function readReceipt({ db }: Platform, { checkout, provider }: CheckoutPage) {
  const reference = checkout.payment?.referenceNumber
  const returned = await returnedOf(db, provider.id, reference ? [reference] : [])
  return receiptOfCheckout(checkout, provider, returned)
}

async function drawUndecided(
  platform: Platform,
  frame: Frame,
  visit: Visit,
  { checkout, provider }: CheckoutPage,
): Promise<string> {
  const address = `${frame.base}/checkout/${checkout.publicId}`
  const addresses = {
    events: `${address}/events`,
    other: provider.disabled ? null : `?other=1${languageQuery(visit, '&')}`,
  }
  const waiting = await waitingOf(platform, checkout, provider, addresses, visit.query.go !== undefined)
  // A redirect would count as the form’s own, which may lead to our pages only. This is a new step, and takes
  // the place of this page in the browser’s history.
  if (waiting.kind === 'leaving' && waiting.goOn)
    return drawWaiting({ ...frame, leadsTo: waiting.goOn }, waiting)
  const href = `${address}${languageQuery(visit)}`
  return drawWaiting({ ...frame, refresh: { seconds: refreshSeconds(waiting), href } }, waiting)
}

/** It came to nothing: why, and the form again for what is still to be paid. */
async function answerUnpaid(
  platform: Platform,
  visit: Visit,
  frame: Frame,
  page: CheckoutPage,
  filled?: Omit<Filled, 'notices' | 'receipt'>,
): Promise<Answer> {
  const { checkout, provider } = page
  const problem = problemOf(page)
  const form = await formOfCheckout(platform, page, { base: frame.base, query: languageQuery(visit) })
  if (form.links.length === 0 || provider.disabled) {
    const message =
      checkout.failure === 'paid-elsewhere'
        ? paidElsewhereMessage(false)
        : endedMessage(checkout.status === 'failed' ? 'failed' : 'expired')
    return { status: 200, html: drawMessage(frame, message) }
  }
  const drawn = await paymentForm(platform, visit, provider, frame.speech, form, {
    chosen: 'all',
    channel: checkout.channel,
    problems: problem ? [problem] : [],
    problemTitle: checkout.status === 'failed' ? 'refused.title' : 'expired.title',
    ...filled,
    ...(filled ? { chosen: 'all' as const, problemTitle: 'errors.title' as const } : {}),
  })
  return { status: filled ? 422 : 200, html: drawPayment(frame, drawn) }
}

const reasons: Record<Failure, WordKey> = {
  declined: 'refused.declined',
  'cancelled-by-payer': 'refused.cancelled',
  'wrong-code': 'refused.blikWrong',
  'expired-code': 'refused.blikExpired',
  'used-code': 'refused.blikUsed',
  timeout: 'refused.blikTimeout',
  stopped: 'refused.cancelled',
  'paid-elsewhere': 'refused.cancelled',
  'not-started': 'refused.notStarted',
  'no-final-status': 'expired.lead',
}
const ofTheCode: readonly WordKey[] = [
  'refused.blikWrong',
  'refused.blikExpired',
  'refused.blikUsed',
  'refused.blikTimeout',
]

function problemOf({ checkout }: CheckoutPage): FormProblem | undefined {
  if (checkout.status === 'created' || checkout.status === 'pending') return undefined
  const text = checkout.failure ? reasons[checkout.failure] : 'expired.lead'
  return checkout.channel === 'blik' && ofTheCode.includes(text) ? { field: 'blik', text } : { text }
}
