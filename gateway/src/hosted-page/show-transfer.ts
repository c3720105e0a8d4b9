import { waysToPay } from '../payment/index.ts'
import type { Platform } from '../platform/platform.ts'
import type { CheckoutPage } from './checkout-page.ts'
import { type Answer, frameFor, languageQuery, type Visit } from './context.ts'
import { drawMessage, drawTransfer, drawWaiting } from './draw.tsx'
import { disabledMessage, noTransferMessage, revokedMessage } from './messages.ts'
import { drawQr } from './qr.ts'
import type { Frame } from './render.tsx'
import { type OneTransfer, readTransfers, type Transfers } from './transfers.ts'
import type { Notice, Transfer, TransferPage } from './views/models.ts'
import { refreshSeconds, waitingOf } from './waiting-of.ts'

/**
 * What to put into an ordinary transfer, drawn from what is open now: the whole of one press, which is several
 * transfers where the bills have several accounts.
 *
 * @returns undefined where no transfer of the press is awaited any more
 */
export async function answerOfTransfer(
  platform: Platform,
  visit: Visit,
  frame: Frame,
  { checkout, provider }: CheckoutPage,
): Promise<Answer | undefined> {
  const transfers = await readTransfers(platform, provider, checkout)
  if (!transfers.all.some((one) => one.checkout.status === 'created')) return undefined
  if (transfers.revoked)
    return { status: 410, html: drawMessage(await frameFor(platform, visit), revokedMessage) }
  if (provider.disabled) return { status: 403, html: drawMessage(frame, disabledMessage(provider.name)) }
  const address = `${frame.base}/checkout/${checkout.publicId}`
  if (transfers.amount > 0n) {
    const others = waysToPay(provider, checkout.currency).some((channel) => channel !== 'transfer')
    const other = checkout.status === 'created' && others ? `?other=1${languageQuery(visit, '&')}` : null
    const page = pageOf(frame, transfers, { other, base: `${frame.base}/checkout` })
    const watched = { events: `${address}/events`, state: checkout.status, test: provider.test }
    return { status: 200, html: drawTransfer(frame, { ...page, ...watched }) }
  }
  if (checkout.status === 'succeeded') return undefined
  const { processing } = transfers
  if (!processing) return { status: 200, html: drawMessage(frame, noTransferMessage(provider.name)) }
  const events = `${frame.base}/checkout/${processing.publicId}/events`
  const waiting = await waitingOf(platform, processing, provider, { events, other: null })
  const href = `${address}${languageQuery(visit)}`
  return {
    status: 200,
    html: drawWaiting({ ...frame, refresh: { seconds: refreshSeconds(waiting), href } }, waiting),
  }
}

function pageOf(
  frame: Frame,
  transfers: Transfers,
  { other, base }: { other: string | null; base: string },
): Omit<TransferPage, 'events' | 'state' | 'test'> {
  const currency = transfers.all[0]?.checkout.currency ?? 'PLN'
  return {
    transfers: transfers.all.map((one) => transferOf(one, base)),
    amount: transfers.amount,
    currency,
    notices: noticesOf(frame, transfers, currency),
    other,
  }
}

function transferOf({ checkout, details }: OneTransfer, base: string): Transfer {
  const { recipient, account, title, amount, qrText } = details
  const open = checkout.status === 'created' && amount > 0n
  return {
    state: open ? 'open' : checkout.status === 'succeeded' ? 'booked' : 'gone',
    recipient,
    account,
    title,
    amount,
    qr: open && qrText !== null ? drawQr(qrText) : null,
    picture: `${base}/${checkout.publicId}/transfer.png`,
  }
}

function noticesOf({ speech }: Frame, { all, amount, processing }: Transfers, currency: string): Notice[] {
  if (processing) return [{ tone: 'warn', text: 'transfer.being' }]
  const awaited = all.filter(({ checkout }) => checkout.status === 'created')
  const asked = awaited.reduce((sum, { checkout }) => sum + checkout.amount, 0n)
  if (asked === amount) return []
  const values = { open: speech.money(amount, currency), asked: speech.money(asked, currency) }
  return [{ tone: 'info', text: 'transfer.changed', values }]
}
