import type { Platform } from '../../../platform/platform.ts'
import { type Provider, providerNow } from '../../../provider/index.ts'
import type { Checkout } from '../../checkout.ts'
import { MethodError, type MethodStatus, type TakenBack } from '../method.ts'
import type { TpayClient } from './client.ts'
import { findTransaction, partsOf } from './find.ts'
import { refundsOfOurs } from './our-refunds.ts'
import { failureOf, moneyOf, refused, standingOf, type Transaction, wentBack } from './wire.ts'

/** A bank's app waits for about a minute; what comes later all the same is heard. */
const blikAnsweredMs = 150_000

export async function statusTpay(
  platform: Platform,
  client: TpayClient,
  provider: Provider,
  checkout: Checkout,
): Promise<MethodStatus> {
  const transaction = await findTransaction(client, provider, checkout)
  if (!transaction) return { state: 'absent' }
  switch (standingOf(transaction)) {
    case 'paid':
      return paid(platform, provider, checkout, transaction)
    case 'pending':
      return unpaid(checkout, transaction, providerNow(provider))
    case 'failed':
      return refused(failureOf(transaction.payments) ?? 'declined')
    case 'stopped':
      return { state: 'failed', failure: 'stopped' }
    case 'unknown':
      throw new MethodError('Tpay said a status that is none')
  }
}

/** On Tpay's page a payer may try again; a code is submitted once. */
function unpaid(checkout: Checkout, { payments }: Transaction, now: Date): MethodStatus {
  if (checkout.channel !== 'blik' && checkout.submittedAt === null) return { state: 'open' }
  const failure = failureOf(payments)
  if (failure) return refused(failure)
  const waited = now.getTime() - (checkout.submittedAt ?? checkout.createdAt).getTime()
  return waited < blikAnsweredMs
    ? { state: 'pending' }
    : { state: 'expired', failure: 'timeout', mayStillPay: true }
}

async function paid(
  platform: Platform,
  provider: Provider,
  checkout: Checkout,
  transaction: Transaction,
): Promise<MethodStatus> {
  const money = moneyOf(transaction, providerNow(provider))
  const takenBack = wentBack(transaction)
    ? await takenBackOf(platform, provider, transaction.transactionId, money.amount)
    : undefined
  const alias = checkout.methodReference ? partsOf(checkout.methodReference).alias : undefined
  return {
    state: 'paid',
    money: [money],
    ...(takenBack && { takenBack: [takenBack] }),
    ...(alias && { saved: { reference: alias, label: null } }),
  }
}

/** What went back and was no refund of ours. */
async function takenBackOf(
  platform: Platform,
  provider: Provider,
  methodPaymentId: string,
  paidAmount: bigint,
): Promise<TakenBack | undefined> {
  const ours = await refundsOfOurs(platform.db, provider, methodPaymentId)
  const amount = ours.reduce((left, refund) => left - refund.amount, paidAmount)
  if (amount <= 0n) return undefined
  return {
    methodReversalId: `${methodPaymentId}-back`,
    methodPaymentId,
    amount,
    at: providerNow(provider),
  }
}
