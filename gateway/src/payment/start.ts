import type { Arrival, Channel } from '@bill-gateway/contract'
import { lockPayer } from '../payer/index.ts'
import { lockLinks, markAttempted, type PaymentLink } from '../payment-link/index.ts'
import type { Db } from '../platform/db/database.ts'
import { type Tx, transact } from '../platform/db/transaction.ts'
import { metrics } from '../platform/metrics.ts'
import type { Platform } from '../platform/platform.ts'
import { type Provider, providerNow } from '../provider/index.ts'
import { obey } from './check.ts'
import { checkLater } from './check-later.ts'
import { askedForMs, checkoutLifeMs, nextCheckAt } from './check-schedule.ts'
import { type Checkout, newCheckoutId } from './checkout.ts'
import { type Collector, collectorOf } from './method/accounts.ts'
import type { Method, Started } from './method/method.ts'
import { canAskFor, methodFor, methodOf, notifyUrl } from './method/methods.ts'
import { leadsToMethod } from './method/payer-address.ts'
import {
  checkoutOfNonce,
  findCheckoutById,
  insertCheckout,
  lockCheckout,
  pendingCheckoutOfLinks,
  updateCheckout,
} from './queries/checkouts.ts'
import { newReferenceNumber } from './reference-number.ts'
import { transferTitle } from './transfer-title.ts'

/** A payment has a row for each link, and one event holds them all. */
export const linksPerCheckoutMax = 500

export interface NewCheckout {
  payerId: bigint
  /** 1 to 500 active links of the payer. */
  linkIds: readonly bigint[]
  channel: Channel
  /** Six digits; with channel blik only. It is handed to the method and never stored. */
  blikCode?: string
  /** Out of the method's banks; with channel bank only. */
  bankId?: string
  /** The payer's address and browser. */
  visitor?: { ip: string; userAgent: string }
  /** Default: as the method says. */
  arrives?: Arrival
  /** The press of the button: the same nonce answers with the same checkout. */
  formNonce: string | null
  language: string
  /** Where the method sends the payer back to. */
  returnUrl: (publicId: string) => string
}

export type StartedCheckout =
  | { kind: 'started'; checkout: Checkout }
  /** The checkout given is pending at the method: the payer must not pay a second time. */
  | { kind: 'refused'; reason: 'processing'; checkout: Checkout }
  /**
   * A link was paid or cancelled meanwhile, is not this payer's, or the provider has no such way to pay, or none
   * for the currency.
   */
  | { kind: 'refused'; reason: 'not-active' | 'nothing-to-pay' }
  /** A transfer pays bills of one account; bills of several are several transfers. */
  | { kind: 'refused'; reason: 'several-accounts' }

/**
 * Starts an attempt to pay. The intent is committed before the method is called, so the attempt is asked about
 * even if everything stops in between; a call without a clear outcome leaves the checkout as it is, to be asked
 * about by schedule.
 */
export async function startCheckout(
  platform: Platform,
  provider: Provider,
  wanted: NewCheckout,
): Promise<StartedCheckout> {
  const method = methodFor(provider, wanted.channel)
  if (wanted.linkIds.length === 0) return { kind: 'refused', reason: 'nothing-to-pay' }
  if (wanted.linkIds.length > linksPerCheckoutMax)
    throw new Error(`${wanted.linkIds.length} links are too many for a checkout`)
  if (!method) return { kind: 'refused', reason: 'not-active' }
  const opened = await openCheckout(platform.db, provider, method, wanted)
  if (opened.kind === 'refused') return opened
  const checkout = await readCheckout(platform.db, provider.id, opened.checkoutId)
  if (opened.isNew) metrics.checkouts.inc({ status: checkout.status, channel: checkout.channel })
  // A submitted code is not submitted again; a redirect whose address was lost can be started again.
  const callMethod = opened.isNew || (checkout.status === 'created' && !checkout.redirectUrl)
  // Its own: the provider may have changed its ways since the button was pressed first.
  const own = callMethod ? methodOf(provider, checkout.method) : undefined
  if (!own) return { kind: 'started', checkout }
  return {
    kind: 'started',
    checkout: await callStart(platform, provider, own, checkout, opened.payer, wanted),
  }
}

type Opened =
  | { kind: 'opened'; isNew: boolean; checkoutId: bigint; payer: Payer }
  | Extract<StartedCheckout, { kind: 'refused' }>

/** As the first of the bills names the payer. */
interface Payer {
  userId: string
  email: string | null
  name: string | null
}

async function openCheckout(
  db: Db,
  provider: Provider,
  method: Method,
  wanted: NewCheckout,
): Promise<Opened> {
  // Looked at once more under the lock: here it spares the queue, and a number, where it is plain. The press is
  // looked for afterwards: what is processing may be this very press.
  const processing = await pendingCheckoutOfLinks(db, provider.id, wanted.linkIds)
  const pressed = wanted.formNonce && (await checkoutOfNonce(db, provider.id, wanted.formNonce))
  if (processing?.payerId === wanted.payerId && !pressed)
    return { kind: 'refused', reason: 'processing', checkout: processing }
  const collectedBy = await collectorOf(db, provider, method, wanted.arrives)
  const number = pressed ? pressed.referenceNumber : await newReferenceNumber(db, providerNow(provider))
  return transact(db, (tx) => open(tx, provider, method, { ...wanted, collectedBy }, number))
}

async function open(
  tx: Tx,
  provider: Provider,
  method: Method,
  wanted: NewCheckout & { collectedBy: Collector },
  referenceNumber: string,
): Promise<Opened> {
  await lockPayer(tx, provider.id, wanted.payerId)
  const ids = [...new Set(wanted.linkIds)]
  const links = (await lockLinks(tx, provider.id, ids)).filter((link) => link.payerId === wanted.payerId)
  const [first] = links
  if (!first || links.length < ids.length) return { kind: 'refused', reason: 'not-active' }
  const pressed = wanted.formNonce && (await checkoutOfNonce(tx, provider.id, wanted.formNonce))
  if (pressed && pressed.payerId === wanted.payerId)
    return { kind: 'opened', isNew: false, checkoutId: pressed.id, payer: payerOf(first) }
  const payable = links.every((link) => link.status === 'active' && link.currency === first.currency)
  if (!payable || pressed || !canAskFor(method, wanted.channel, first.currency))
    return { kind: 'refused', reason: 'not-active' }
  if (wanted.channel === 'transfer' && links.some((link) => link.nrb !== first.nrb))
    return { kind: 'refused', reason: 'several-accounts' }
  const processing = await pendingCheckoutOfLinks(tx, provider.id, ids)
  if (processing) return { kind: 'refused', reason: 'processing', checkout: processing }
  const checkoutId = await insert(tx, provider, method, wanted, links, referenceNumber)
  return { kind: 'opened', isNew: true, checkoutId, payer: payerOf(first) }
}

function payerOf({ userId, email, name, surname }: PaymentLink): Payer {
  const names = [name, surname].flatMap((part) => part ?? [])
  return { userId, email, name: names.length > 0 ? names.join(' ') : null }
}

/** Money is given to the links by due date, then by age. */
function inOrder(links: PaymentLink[]): PaymentLink[] {
  return links.toSorted((a, b) =>
    a.paymentDue === b.paymentDue ? Number(a.id - b.id) : a.paymentDue < b.paymentDue ? -1 : 1,
  )
}

async function insert(
  tx: Tx,
  provider: Provider,
  method: Method,
  { payerId, channel, arrives, collectedBy, formNonce, language }: NewCheckout & { collectedBy: Collector },
  links: PaymentLink[],
  referenceNumber: string,
): Promise<bigint> {
  const now = providerNow(provider)
  // A BLIK code is submitted as soon as the method is called, whatever it then answers or fails to.
  const status = channel === 'blik' ? 'pending' : 'created'
  const times = {
    status,
    createdAt: now,
    submittedAt: channel === 'blik' ? now : null,
    expiresAt: new Date(now.getTime() + (method.slow ? askedForMs : checkoutLifeMs)),
    endedAt: null,
  } as const
  const next = nextCheckAt(times, now)
  const id = await insertCheckout(tx, provider.id, {
    ...times,
    publicId: newCheckoutId(provider.id),
    payerId,
    method: method.code,
    channel,
    currency: links[0]?.currency ?? provider.currency,
    referenceNumber,
    // What the operator collects it passes on payment by payment.
    arrives: arrives ?? (collectedBy === 'operator' ? 'transfer' : method.arrives),
    collectedBy,
    formNonce,
    language,
    nextCheckAt: next,
    links: inOrder(links).map(({ id: linkId, openAmount: amount }) => ({ linkId, amount })),
  })
  await markAttempted(
    tx,
    provider.id,
    links.map((link) => link.id),
  )
  await checkLater(tx, provider, id, next)
  return id
}

async function readCheckout(db: Db, providerId: number, id: bigint): Promise<Checkout> {
  const checkout = await findCheckoutById(db, providerId, id)
  if (!checkout) throw new Error(`checkout ${id} of provider ${providerId} is gone`)
  return checkout
}

async function callStart(
  platform: Platform,
  provider: Provider,
  method: Method,
  checkout: Checkout,
  { userId, ...payer }: Payer,
  { channel, blikCode, bankId, visitor, returnUrl }: NewCheckout,
): Promise<Checkout> {
  const [only, ...others] = checkout.links
  const title = transferTitle(
    checkout.referenceNumber,
    userId,
    others.length === 0 ? (only?.title ?? '') : '',
  )
  try {
    const started = await method.start(platform, provider, {
      checkout,
      channel,
      title,
      payer,
      returnUrl: returnUrl(checkout.publicId),
      notifyUrl: notifyUrl(platform, provider, method),
      ...(blikCode === undefined ? {} : { blikCode }),
      ...(bankId === undefined ? {} : { bankId }),
      ...(visitor === undefined ? {} : { visitor }),
    })
    const stands = await noteReference(platform, provider, checkout, started)
    if (stands && started.kind === 'failed')
      return obey(platform, provider, checkout, { state: 'failed', failure: started.failure })
  } catch (error) {
    const { method: code, id } = checkout
    platform.log.warn({ err: error, method: code, checkout: String(id) }, 'a start has no clear outcome')
  }
  return readCheckout(platform.db, provider.id, checkout.id)
}

/**
 * Puts down where the payer goes. Of starts that the same press made at the same moment the first stands: a method
 * may have made a charge for each, and the payer is shown the one that is asked about.
 *
 * @returns whether this one stands
 */
async function noteReference(
  platform: Platform,
  provider: Provider,
  { id, method }: Checkout,
  started: Started,
): Promise<boolean> {
  const url = started.kind === 'redirect' ? started.url : null
  const foreign = url !== null && !leadsToMethod(platform, provider, method, url)
  if (foreign) platform.log.error({ method, checkout: String(id) }, 'a start leads to a foreign host')
  return transact(platform.db, async (tx) => {
    const checkout = await lockCheckout(tx, provider.id, id)
    if (!checkout || checkout.redirectUrl !== null) return false
    await updateCheckout(tx, provider.id, id, {
      method_reference: started.reference ?? checkout.methodReference,
      redirect_url: foreign ? null : url,
    })
    return true
  })
}
