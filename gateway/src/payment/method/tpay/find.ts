import { Value } from 'typebox/value'
import { momentOf } from '../../../platform/warsaw-time.ts'
import type { Provider } from '../../../provider/index.ts'
import type { Checkout } from '../../checkout.ts'
import { MethodError } from '../method.ts'
import { bodyOf, type TpayClient } from './client.ts'
import { standingOf, Transaction, Transactions } from './wire.ts'

const pageMax = 100
/** Pages of transactions that are looked through for one whose answer was lost. */
const pagesMax = 20
/** Tpay's clock may differ from ours by so much. */
const skewMs = 10 * 60_000

/** Stands between the transaction's id and the alias that its payer agreed to. */
const separator = '+'

export function referenceOf(transactionId: string, alias?: string): string {
  return alias ? `${transactionId}${separator}${alias}` : transactionId
}

export function partsOf(reference: string): { transactionId: string; alias: string | undefined } {
  const at = reference.indexOf(separator)
  return at < 0
    ? { transactionId: reference, alias: undefined }
    : { transactionId: reference.slice(0, at), alias: reference.slice(at + 1) }
}

/**
 * The checkout's transaction. Where its id is not known, it is looked for by the checkout's id among those made
 * since.
 *
 * @returns undefined where Tpay certainly has none
 * @throws MethodError also where there were too many to look through
 */
export async function findTransaction(
  client: TpayClient,
  provider: Provider,
  checkout: Checkout,
): Promise<Transaction | undefined> {
  const { methodReference, publicId } = checkout
  if (methodReference === null) return lookFor(client, provider, checkout)
  const { transactionId } = partsOf(methodReference)
  const answer = await client.call('GET', `/transactions/${encodeURIComponent(transactionId)}`)
  if (answer.status === 404) return undefined
  const transaction = bodyOf(answer, Transaction, 'a question for a transaction')
  if (transaction.hiddenDescription !== publicId)
    throw new MethodError('Tpay answered with another transaction than it was asked about')
  return transaction
}

async function lookFor(
  client: TpayClient,
  { clockAheadMs }: Provider,
  { publicId, createdAt }: Checkout,
): Promise<Transaction | undefined> {
  const since = createdAt.getTime() - clockAheadMs - skewMs
  const found: Transaction[] = []
  for (let page = 1; page <= pagesMax; page++) {
    const path = `/transactions?page=${page}&limit=${pageMax}`
    const { transactions } = bodyOf(await client.call('GET', path), Transactions, 'a list of transactions')
    found.push(...transactions.filter(({ hiddenDescription }) => hiddenDescription === publicId))
    const isEnd = transactions.length < pageMax || transactions.every((one) => isBefore(one, since))
    // A start that was asked for twice may have left two: the payer has one address of them.
    if (isEnd) return found.find((one) => standingOf(one) === 'paid') ?? found[0]
  }
  throw new MethodError('Tpay has too much of that time to look through')
}

function isBefore({ date }: Transaction, moment: number): boolean {
  const made = Value.Check(Transaction.properties.date, date) ? date?.creation : undefined
  const at = made ? momentOf(made) : undefined
  return at !== undefined && at.getTime() < moment
}
