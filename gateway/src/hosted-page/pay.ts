import type { Channel } from '@bill-gateway/contract'
import { banksToChoose, type Checkout, nonceOfNth, startCheckout, waysToPay } from '../payment/index.ts'
import type { Platform } from '../platform/platform.ts'
import type { Provider } from '../provider/index.ts'
import { billKey, keysOf, shownBills } from './bills.ts'
import { type Answer, basePath, formSecret, languageQuery, localAddress, type Visit } from './context.ts'
import { readFormToken } from './form-token.ts'
import type { Filled, Form } from './payment-form.ts'
import type { PageLink } from './queries.ts'
import type { Speech } from './speech.ts'
import type { FormProblem } from './views/models.ts'

/** What a browser sends; everything is text, and nothing of it is to be believed. */
export interface SentForm {
  form: string
  bills: string
  amount: string
  channel: string
  code: string
  bank: string
}

export function sentForm(body: unknown): SentForm {
  const fields = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  const text = (name: string) => (typeof fields[name] === 'string' ? fields[name].slice(0, 2_000) : '')
  return {
    form: text('form'),
    bills: text('bills'),
    amount: text('amount'),
    channel: text('channel'),
    code: text('code'),
    bank: text('bank'),
  }
}

/** A form that cannot be carried out: the page is shown again, with what was typed and what to do. */
export interface Unpaid {
  filled: Omit<Filled, 'notices' | 'receipt'>
}

/**
 * Starts a payment of the bills chosen, of exactly the amount that the button said. Anything else than that
 * amount, a page that was open for long, or a missing code starts nothing.
 */
export async function payForm(
  platform: Platform,
  visit: Visit,
  provider: Provider,
  speech: Speech,
  form: Form,
  sent: SentForm,
): Promise<Answer | Unpaid> {
  const channel = channelOf(provider, form.own.currency, sent.channel)
  const blikCode = sent.code.replace(/[\s-]/g, '')
  const payable = shownBills(form.links, form.own.id, form.own.currency)
  const keys = keysOf(sent.bills)
  const chosen = payable.filter((link) => keys.has(billKey(link)))
  const unpaid = (...problems: FormProblem[]): Unpaid => ({
    filled: { chosen: keys, channel, blikCode: sent.code.slice(0, 20), bank: sent.bank, problems },
  })

  const nonce = readFormToken(await formSecret(platform), form.subject, sent.form, Date.now())
  if (nonce === undefined) return unpaid({ text: 'error.stale' })
  if (keys.size === 0) return unpaid({ field: 'bills', text: 'error.bills' })
  const total = chosen.reduce((sum, { openAmount }) => sum + openAmount, 0n)
  const amount = speech.money(total, form.own.currency)
  if (chosen.length < keys.size || String(total) !== sent.amount)
    return unpaid({ text: 'error.changed', values: { amount } })
  if (!channel) return unpaid({ field: 'channel', text: 'error.channel' })
  if (channel === 'blik' && !/^\d{6}$/.test(blikCode))
    return unpaid({ field: 'blik', text: blikCode === '' ? 'error.blikMissing' : 'error.blikDigits' })
  const bankId = channel === 'bank' && sent.bank !== '' ? sent.bank : undefined
  // Where the list cannot be had the method asks on its own page, whatever was chosen.
  const banks = bankId === undefined ? [] : await banksToChoose(platform, provider)
  if (banks.length > 0 && !banks.some(({ id }) => id === bankId))
    return unpaid({ field: 'bank', text: 'error.bank' })
  const started = await start(platform, visit, provider, speech, {
    payerId: form.payerId,
    chosen,
    channel,
    ...(channel === 'blik' ? { blikCode } : {}),
    ...(banks.length > 0 ? { bankId } : {}),
    nonce,
  })
  return started ?? unpaid({ text: 'error.changed', values: { amount } })
}

function channelOf(provider: Provider, currency: string, text: string): Channel | undefined {
  return waysToPay(provider, currency).find((channel) => channel === text)
}

interface Order {
  payerId: bigint
  chosen: PageLink[]
  channel: Channel
  blikCode?: string
  bankId?: string | undefined
  nonce: string
}

/** @returns where the payer goes on; undefined where a bill was paid or cancelled meanwhile */
async function start(
  platform: Platform,
  visit: Visit,
  provider: Provider,
  speech: Speech,
  { chosen, nonce, bankId, ...order }: Order,
): Promise<Answer | undefined> {
  const { publicUrl } = platform.settings
  let first: Checkout | undefined
  for (const [index, links] of together(order.channel, chosen).entries()) {
    const started = await startCheckout(platform, provider, {
      ...order,
      ...(bankId === undefined ? {} : { bankId }),
      linkIds: links.map(({ id }) => id),
      visitor: visit.visitor,
      formNonce: nonceOfNth(nonce, index + 1),
      language: speech.language,
      returnUrl: (publicId) => `${publicUrl}/checkout/${publicId}?return=1${languageQuery(visit, '&')}`,
    })
    if (started.kind === 'refused' && started.reason !== 'processing') return undefined
    if (started.kind === 'refused') return { status: 303, location: ownAddress(platform, visit, started) }
    first ??= started.checkout
  }
  return first && { status: 303, location: onwards(platform, visit, first) }
}

/** Bills that are paid together: a transfer pays those of one account. */
function together(channel: Channel, chosen: PageLink[]): PageLink[][] {
  if (channel !== 'transfer') return [chosen]
  const accounts = new Set(chosen.map(({ nrb }) => nrb))
  return [...accounts].map((account) => chosen.filter(({ nrb }) => nrb === account))
}

function ownAddress(
  platform: Platform,
  visit: Visit,
  { checkout }: { checkout: Checkout },
  query = languageQuery(visit),
): string {
  return `${basePath(platform)}/checkout/${checkout.publicId}${query}`
}

/**
 * To a page of ours at once; to the method by a page of ours that goes on by itself. Browsers count redirects
 * after a form, through however many hosts, as the form’s own, and our forms lead to our pages only.
 */
function onwards(platform: Platform, visit: Visit, checkout: Checkout): string {
  const redirect = checkout.status === 'created' ? checkout.redirectUrl : null
  if (redirect === null) return ownAddress(platform, visit, { checkout })
  const local = localAddress(platform, redirect)
  if (local.startsWith('/')) return local
  return ownAddress(platform, visit, { checkout }, `?go=1${languageQuery(visit, '&')}`)
}
