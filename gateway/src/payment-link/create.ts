import { lockPayers } from '../payer/index.ts'
import type { Tx } from '../platform/db/transaction.ts'
import { metrics } from '../platform/metrics.ts'
import { type Provider, providerNow } from '../provider/index.ts'
import { insertShortLinks } from '../short-link/index.ts'
import { type Bill, givesNames } from './bill.ts'
import { endLinks } from './cancel.ts'
import { type Answered, type Case, type Plan, planLinks } from './plan.ts'
import { findLinks } from './queries/links.ts'
import { lockActiveLinksOfPairs, type Pair, paidAfter } from './queries/pairs.ts'
import { type Cancellation, insertLinks, updateLinks } from './queries/store.ts'
import { eventItemOfBill, tellCancelled, tellLinks } from './tell.ts'

export interface CreateOptions {
  /** The request is in the LMS plugin’s dialect. */
  lmsPlugin: boolean
  /** Give short codes to links whose item has both names. */
  shortCodes: boolean
}

export interface Created {
  /** In the order of the bills. */
  answers: Answered[]
  created: number
  updated: number
  cancelled: number
}

/** Of a link whose bill another link of its pair was paid for. */
const paidByAnother: Cancellation = { resolution: 'PAID', referenceNumber: null, revoked: false }

/**
 * Makes or updates the links of one request, set by set: the number of statements does not grow with the
 * number of bills. No two of the bills may name the same pair.
 */
export async function createLinks(
  tx: Tx,
  provider: Provider,
  bills: readonly Bill[],
  { lmsPlugin, shortCodes }: CreateOptions,
): Promise<Created> {
  const now = providerNow(provider)
  const plan = planLinks(await lookUpCases(tx, provider.id, bills), shortCodes)
  const superseded = plan.superseded.map(({ link }) => link)
  const storing = { currency: provider.currency, lmsPlugin, now }
  await endLinks(tx, provider.id, superseded, paidByAnother, now)
  await updateLinks(tx, provider.id, plan.changed, storing)
  await insertLinks(tx, provider.id, plan.made, storing)
  await insertShortLinks(tx, provider.id, plan.codes)
  const answers = await lookUpAnswers(tx, provider.id, bills, plan, shortCodes)
  await tell(tx, provider.id, plan, now)
  return {
    answers,
    created: plan.made.length,
    updated: plan.changed.length,
    cancelled: superseded.length,
  }
}

/** Call it once the transaction has committed. */
export function countLinks({ created, updated, cancelled }: Created): void {
  metrics.links.inc({ act: 'created' }, created)
  metrics.links.inc({ act: 'updated' }, updated)
  metrics.links.inc({ act: 'cancelled' }, cancelled)
}

async function lookUpCases(tx: Tx, providerId: number, bills: readonly Bill[]): Promise<Case[]> {
  const userIds = bills.map((bill) => bill.userId)
  const payers = await lockPayers(tx, providerId, userIds)
  const pairs: Pair[] = []
  const withSeen: (Pair & { seen: bigint })[] = []
  const payerOf = ({ userId }: Bill): bigint => {
    const payerId = payers.get(userId)
    if (payerId === undefined) throw new Error('a payer of the request was not locked')
    return payerId
  }
  for (const [position, bill] of bills.entries()) {
    if (bill.operationId === null) continue
    const pair = { position, payerId: payerOf(bill), operationId: bill.operationId }
    pairs.push(pair)
    if (bill.seen !== null) withSeen.push({ ...pair, seen: bill.seen })
  }
  const active = await lockActiveLinksOfPairs(tx, providerId, pairs)
  const paid = await paidAfter(tx, providerId, withSeen)
  return bills.map((bill, position) => ({
    bill,
    payerId: payerOf(bill),
    active: active.get(position),
    paid: paid.get(position),
  }))
}

async function lookUpAnswers(
  tx: Tx,
  providerId: number,
  bills: readonly Bill[],
  { answers }: Plan,
  shortCodes: boolean,
): Promise<Answered[]> {
  const ids = answers.filter((answer) => typeof answer === 'bigint')
  const links = new Map((await findLinks(tx, providerId, ids)).map((link) => [link.id, link]))
  return answers.map((answer, position) => {
    if (typeof answer !== 'bigint') return answer
    const link = links.get(answer)
    const bill = bills[position]
    if (!link || !bill) throw new Error('a link that took money is not there')
    return { token: link.token, shortCode: shortCodes && givesNames(bill) ? link.shortCode : null }
  })
}

async function tell(tx: Tx, providerId: number, plan: Plan, now: Date): Promise<void> {
  const made = plan.made.map(({ bill, token }) => eventItemOfBill(bill, token))
  const changed = plan.changed.map(({ bill, token }) => eventItemOfBill(bill, token))
  const superseded = plan.superseded.map(({ bill, link }) => eventItemOfBill(bill, link.token))
  await tellLinks(tx, providerId, 'link.created', made, now)
  await tellLinks(tx, providerId, 'link.updated', changed, now)
  await tellCancelled(tx, providerId, superseded, paidByAnother, now)
}
