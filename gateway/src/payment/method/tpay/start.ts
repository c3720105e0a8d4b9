import { amountOf } from '@bill-gateway/contract'
import { OutgoingError } from '../../../platform/http/outgoing.ts'
import type { Platform } from '../../../platform/platform.ts'
import { type Attempt, MethodError, type SavedAttempt, type SaveOrder, type Started } from '../method.ts'
import { bodyOf, codesOf, isRefused, type TpayAnswer, type TpayClient } from './client.ts'
import { referenceOf } from './find.ts'
import { failureOf, languageOf, Paid, Transaction } from './wire.ts'

export const blikGroup = 150
export const cardGroup = 103

const descriptionCharactersMax = 128
const nameCharactersMax = 255
const userAgentCharactersMax = 255

/**
 * Makes a transaction and sends the payer to it, or submits his BLIK code. A transaction whose answer was lost
 * takes no money: nobody has its address, and no code was submitted to it.
 */
export async function startTpay(platform: Platform, client: TpayClient, attempt: Attempt): Promise<Started> {
  const made = await create(client, attempt)
  if (isRefused(made)) return notStarted(platform, attempt, made)
  const { transactionId, transactionPaymentUrl: url } = bodyOf(made, Transaction, 'a new transaction')
  if (attempt.channel === 'blik') return submitCode(platform, client, attempt, transactionId)
  if (!url) throw new MethodError('Tpay gave its page no address')
  return { kind: 'redirect', reference: transactionId, url }
}

/** Charges a BLIK alias or a card. */
export async function chargeSavedTpay(
  platform: Platform,
  client: TpayClient,
  attempt: SavedAttempt,
): Promise<Started> {
  const made = await create(client, attempt)
  if (isRefused(made)) return notStarted(platform, attempt, made)
  const { transactionId } = bodyOf(made, Transaction, 'a new transaction')
  const { reference } = attempt.saved
  return pay(
    platform,
    client,
    attempt,
    transactionId,
    attempt.channel === 'blik'
      ? {
          groupId: blikGroup,
          method: 'transfer',
          blikPaymentData: { type: 0, aliases: { type: 'PAYID', value: reference } },
        }
      : { groupId: cardGroup, method: 'sale', cardPaymentData: { token: reference } },
  )
}

function create(client: TpayClient, attempt: Attempt | SavedAttempt): Promise<TpayAnswer> {
  const { checkout, channel, title, payer, returnUrl, notifyUrl } = attempt
  const visitor = 'visitor' in attempt ? attempt.visitor : undefined
  const groupId = 'saved' in attempt ? undefined : groupOf(channel, attempt.bankId)
  return client.call('POST', '/transactions', {
    amount: amountOf(checkout.amount),
    description: [...title].slice(0, descriptionCharactersMax).join(''),
    hiddenDescription: checkout.publicId,
    lang: languageOf(checkout.language),
    payer: {
      email: payer.email ?? client.email,
      name: [...(payer.name ?? client.email)].slice(0, nameCharactersMax).join(''),
      ...(visitor && { ip: visitor.ip, userAgent: visitor.userAgent.slice(0, userAgentCharactersMax) }),
    },
    callbacks: {
      payerUrls: { success: returnUrl, error: returnUrl },
      notification: { url: notifyUrl },
    },
    ...(groupId && { pay: { groupId } }),
  })
}

/** A code is submitted afterwards; without a chosen bank the payer chooses on Tpay's page. */
function groupOf(channel: Attempt['channel'], bankId: string | undefined): number | undefined {
  if (channel === 'card') return cardGroup
  return channel === 'bank' && bankId ? Number(bankId) : undefined
}

async function submitCode(
  platform: Platform,
  client: TpayClient,
  attempt: Attempt,
  transactionId: string,
): Promise<Started> {
  const { blikCode, save } = attempt
  return pay(platform, client, attempt, transactionId, {
    groupId: blikGroup,
    method: 'transfer',
    blikPaymentData: { blikToken: blikCode ?? '', type: 0, ...(save && { aliases: recurring(save) }) },
  })
}

/** Variable amounts without the payer's word each time: bills differ from month to month. */
function recurring({ alias, label }: SaveOrder): object {
  return { type: 'PAYID', value: alias, label, autopayment: { model: 'O', frequency: '1D' } }
}

async function pay(
  platform: Platform,
  client: TpayClient,
  attempt: Attempt | SavedAttempt,
  transactionId: string,
  body: object,
): Promise<Started> {
  const alias = 'save' in attempt ? attempt.save?.alias : undefined
  const reference = referenceOf(transactionId, alias)
  const pending: Started = { kind: 'pending', reference }
  const answer = await unlessLost(client.call('POST', `/transactions/${transactionId}/pay`, body))
  // It may have been taken or not: the transaction itself says so.
  if (!answer) return pending
  if (isRefused(answer)) return { ...notStarted(platform, attempt, answer), reference }
  if (answer.status > 299) return pending
  const said = bodyOf(answer, Paid, 'a charge')
  const failure = failureOf(said.payments) ?? failureOf({ errors: said.errors ?? [] })
  if (failure) return { kind: 'failed', reference, failure }
  return said.result === 'success' ? pending : { kind: 'failed', reference, failure: 'declined' }
}

async function unlessLost(call: Promise<TpayAnswer>): Promise<TpayAnswer | undefined> {
  try {
    return await call
  } catch (error) {
    if (error instanceof OutgoingError) return undefined
    throw error
  }
}

function notStarted(
  { log }: Platform,
  { checkout }: Pick<Attempt, 'checkout'>,
  { status, body }: TpayAnswer,
): Extract<Started, { kind: 'failed' }> {
  log.warn({ checkout: String(checkout.id), status, codes: codesOf(body) }, 'Tpay did not take a start')
  return { kind: 'failed', reference: null, failure: 'not-started' }
}
