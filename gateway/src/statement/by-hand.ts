import type { MatchStatementEntry } from '@bill-gateway/contract'
import { lockPayer } from '../payer/index.ts'
import { newReferenceNumber, reverseMoney } from '../payment/index.ts'
import { findOwnLink, validateToken } from '../payment-link/index.ts'
import type { Db } from '../platform/db/database.ts'
import type { Tx } from '../platform/db/transaction.ts'
import { ApiError, validationFailed } from '../platform/http/errors.ts'
import type { Platform } from '../platform/platform.ts'
import { type Provider, providerNow } from '../provider/index.ts'
import { type Entry, idOfEntry, isQueued, methodPaymentIdOf } from './entry.ts'
import { matchLater } from './import.ts'
import { sourceHashesOf } from './match/decide.ts'
import { type Choice, choose, finishEntry } from './match/record.ts'
import { payersOfUserIds, paymentOfPublicId } from './queries/candidates.ts'
import { expectedSum, findEntry, lockEntry, updateEntry } from './queries/entries.ts'

/** What a person does needs a reference number that is taken before the transaction. */
export async function numberForMatch(db: Db, provider: Provider): Promise<string> {
  return newReferenceNumber(db, providerNow(provider))
}

/**
 * Says what an entry that waits is for. Its money is recorded by {@link finishMatch}, or by a job.
 *
 * @throws ApiError not_found, 409 statement_entry_decided where it does not wait, 400 where the link, payer or
 *   payment is not there or of another currency
 */
export async function matchEntry(
  tx: Tx,
  provider: Provider,
  publicId: string,
  target: MatchStatementEntry,
  number: string,
): Promise<void> {
  const entry = await lockOwnEntry(tx, provider, publicId)
  if (!isQueued(entry)) throw notNow('it does not wait for a person')
  if (entry.direction === 'debit') throw notNow('it is no incoming money')
  const named = Object.entries(target).filter(([, value]) => value !== undefined)
  if (named.length !== 1)
    throw refused('', 'required', 'exactly one of token, userId and paymentId must be given')
  if (target.paymentId !== undefined) return matchToPayment(tx, provider, entry, target.paymentId)
  const choice = await choiceOf(tx, provider, entry, target)
  const chosen = await choose(tx, provider, entry, choice, number)
  const field = target.token === undefined ? 'userId' : 'token'
  if (chosen !== 'noted')
    throw refused(field, 'not_allowed', `${field} is of a payer without a bill in ${entry.currency}`)
  await matchLater(tx, provider.id, entry.statementId)
}

async function choiceOf(
  tx: Tx,
  provider: Provider,
  { currency }: Entry,
  { token, userId = '' }: MatchStatementEntry,
): Promise<Choice> {
  const person = { kind: 'payer', rule: 'person' } as const
  if (token !== undefined) {
    const link = validateToken(token) ? await findOwnLink(tx, provider.id, token) : undefined
    if (!link) throw refused('token', 'unknown', 'token must be of one of your links')
    if (link.currency !== currency)
      throw refused(
        'token',
        'not_allowed',
        `token is of a link in ${link.currency}, the money is ${currency}`,
      )
    return { ...person, payerId: link.payerId, linkIds: [link.id] }
  }
  const [payer] = await payersOfUserIds(tx, provider.id, [userId])
  if (!payer) throw refused('userId', 'unknown', 'userId must be of one of your payers')
  return { ...person, payerId: payer.payerId, linkIds: [] }
}

async function matchToPayment(tx: Tx, provider: Provider, entry: Entry, publicId: string): Promise<void> {
  const payment = await paymentOfPublicId(tx, provider.id, publicId)
  if (!payment || payment.method === 'transfer')
    throw refused('paymentId', 'unknown', 'paymentId must be of a payment that another method confirmed')
  await lockPayer(tx, provider.id, payment.payerId)
  const sum = await expectedSum(tx, provider.id, payment.id)
  if (payment.currency !== entry.currency || sum + entry.amount > payment.amount)
    throw refused('paymentId', 'too_large', 'paymentId is of a payment that is less than its transfers')
  await updateEntry(tx, provider.id, entry.id, {
    state: 'expected',
    rule: 'person',
    payment_id: payment.id,
    payer_id: payment.payerId,
    decided_at: providerNow(provider),
  })
}

/** Records the money of an entry that was matched; a job does the same where this does not come to it. */
export async function finishMatch(platform: Platform, provider: Provider, publicId: string): Promise<void> {
  const entry = await findEntry(platform.db, provider.id, idOfEntry(publicId) ?? 0n)
  if (entry?.state !== 'new' || entry.checkoutId === null) return
  const hashes = await sourceHashesOf(platform.db, provider, [entry])
  await finishEntry(platform, provider, entry.id, hashes.get(entry.id))
}

/**
 * Says that an entry is no payment of ours.
 *
 * @throws ApiError not_found, 409 statement_entry_decided where it does not wait
 */
export async function ignoreEntry(tx: Tx, provider: Provider, publicId: string): Promise<void> {
  const entry = await lockOwnEntry(tx, provider, publicId)
  if (entry.state === 'ignored') return
  if (!isQueued(entry)) throw notNow('it does not wait for a person')
  await updateEntry(tx, provider.id, entry.id, {
    state: 'ignored',
    rule: 'person',
    decided_at: providerNow(provider),
  })
}

/**
 * Takes back what was decided: the entry waits for a person again. A payment that it became is reversed as a
 * whole, and the provider is told; the links that it paid stay paid, with what went back of them.
 *
 * @throws ApiError not_found, 409 statement_entry_decided where nothing was decided, or money of the payment was
 *   given back
 */
export async function undoEntry(tx: Tx, provider: Provider, publicId: string): Promise<void> {
  const entry = await lockOwnEntry(tx, provider, publicId)
  if (entry.state === 'new' || isQueued(entry)) throw notNow('nothing was decided')
  const isMoney = entry.paymentId !== null && entry.state !== 'expected'
  if (isMoney) {
    const methodPaymentId = methodPaymentIdOf(entry)
    const back = { methodPaymentId, methodReversalId: `undo ${methodPaymentId}` }
    const takenBack = { ...back, amount: entry.amount, at: providerNow(provider) }
    const reversed = await reverseMoney(tx, provider, 'transfer', takenBack, 'all-or-nothing')
    if (reversed === 'too-much') throw notNow('money of its payment was given back')
    if (reversed === 'unknown-payment') throw new Error(`entry ${entry.id} has no payment`)
  }
  await updateEntry(tx, provider.id, entry.id, {
    state: 'unknown',
    rule: null,
    checkout_id: null,
    payer_id: null,
    payment_id: null,
    source_hash: null,
    decided_at: null,
    recorded: isMoney ? entry.recorded + 1 : entry.recorded,
  })
}

async function lockOwnEntry(tx: Tx, provider: Provider, publicId: string): Promise<Entry> {
  const id = idOfEntry(publicId)
  const entry = id === undefined ? undefined : await lockEntry(tx, provider.id, id)
  if (!entry) throw new ApiError('not_found')
  return entry
}

function notNow(detail: string): ApiError {
  return new ApiError('statement_entry_decided', { detail })
}

function refused(field: string, code: string, detail: string): ApiError {
  return validationFailed([{ pointer: field && `/${field}`, code, detail }])
}
