import type { Channel } from '@bill-gateway/contract'
import { banksToChoose, blikHint, waysToPay } from '../payment/index.ts'
import type { Platform } from '../platform/platform.ts'
import { type Provider, providerNow } from '../provider/index.ts'
import { billKey, billOf, maskedName, shownBills } from './bills.ts'
import { formSecret, type Visit } from './context.ts'
import { newFormToken } from './form-token.ts'
import type { PageLink } from './queries.ts'
import { dayOf, type Speech, type WordKey } from './speech.ts'
import type { FormProblem, Notice, PaymentPage, Receipt } from './views/models.ts'

/** What a form pays, and where it goes. */
export interface Form {
  /** Binds form tokens to what they may start. */
  subject: string
  action: string
  payerId: bigint
  userId: string
  /** The link that the payer came by. */
  own: PageLink
  /** Active links of the payer, by due date. */
  links: PageLink[]
  processing: ReadonlyMap<bigint, unknown>
  /** Whether the payer may choose other bills. */
  choosing: boolean
}

/** What the payer has chosen and typed, and what is to be said. */
export interface Filled {
  chosen: ReadonlySet<string> | 'own' | 'all'
  channel?: Channel | undefined
  blikCode?: string
  bank?: string
  problems?: FormProblem[]
  problemTitle?: WordKey
  notices?: Notice[]
  receipt?: Receipt | null
}

/** A page with a form to pay. */
export async function paymentForm(
  platform: Platform,
  visit: Visit,
  provider: Provider,
  speech: Speech,
  form: Form,
  filled: Filled,
): Promise<PaymentPage> {
  const links = shownBills(form.links, form.own.id, form.own.currency)
  const channels = waysToPay(provider, form.own.currency)
  const token = newFormToken(await formSecret(platform), form.subject, Date.now())
  return {
    action: form.action,
    formToken: token,
    keepLanguage: visit.language !== undefined,
    bills: links.map((link) =>
      billOf(link, provider, speech, {
        chosen: isChosen(filled.chosen, link, form.own),
        processing: form.processing.has(link.id),
      }),
    ),
    choosing: form.choosing,
    currency: form.own.currency,
    today: dayOf(providerNow(provider)),
    payer: maskedName(form.own),
    userId: form.userId,
    termsUrl: provider.termsUrl,
    blikHint: blikHint(provider) ?? null,
    channels,
    channel: filled.channel ?? channels[0] ?? 'transfer',
    blikCode: filled.blikCode ?? '',
    banks: await banksToChoose(platform, provider),
    bank: filled.bank ?? '',
    problems: filled.problems ?? [],
    problemTitle: filled.problemTitle ?? 'errors.title',
    notices: [...(filled.notices ?? []), ...cappedNotice(form, links)],
    receipt: filled.receipt ?? null,
  }
}

function isChosen(chosen: Filled['chosen'], link: PageLink, own: PageLink): boolean {
  if (chosen === 'all') return true
  return chosen === 'own' ? link.id === own.id : chosen.has(billKey(link))
}

function cappedNotice({ links, own }: Form, shown: PageLink[]): Notice[] {
  const all = links.filter(({ currency }) => currency === own.currency).length
  if (shown.length === all) return []
  return [{ tone: 'info', text: 'bills.capped', values: { shown: shown.length, all } }]
}
