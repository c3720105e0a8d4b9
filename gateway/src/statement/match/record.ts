import { lockPayer } from '../../payer/index.ts'
import {
  confirmMoney,
  findCheckoutById,
  linksPerCheckoutMax,
  newReferenceNumber,
  openIncomingTransfer,
} from '../../payment/index.ts'
import { type Tx, transact } from '../../platform/db/transaction.ts'
import type { Platform } from '../../platform/platform.ts'
import { type Provider, providerNow } from '../../provider/index.ts'
import { type Entry, type EntryState, methodPaymentIdOf, type Rule } from '../entry.ts'
import {
  activeLinksOfPayers,
  type CandidateLink,
  newestLinkOfPayer,
  type Recorded,
  recordedMoney,
} from '../queries/candidates.ts'
import { expectedSum, findEntry, lockEntry, updateEntry, updateNewEntries } from '../queries/entries.ts'
import type { Decision } from './decision.ts'
import { groupBy } from './texts.ts'

type WithoutMoney = Extract<Decision, { kind: 'debit' | 'queue' }>

function isWithoutMoney(decision: Decision | undefined): decision is WithoutMoney {
  return decision?.kind === 'debit' || decision?.kind === 'queue'
}

/** Notes what needs nothing more: debits, and what waits for a person; all alike with one statement. */
export async function carryOutWithoutMoney(
  platform: Platform,
  provider: Provider,
  entries: readonly Entry[],
  decisions: ReadonlyMap<bigint, Decision>,
): Promise<void> {
  const ended = entries.flatMap(({ id, checkoutId }) => {
    const decision = decisions.get(id)
    if (checkoutId !== null || !isWithoutMoney(decision)) return []
    const rule = decision.kind === 'debit' ? null : decision.rule
    return [{ id, rule, state: decision.kind === 'debit' ? ('debit' as const) : decision.state }]
  })
  for (const alike of groupBy(ended, ({ state, rule }) => `${state} ${rule}`).values()) {
    const [{ state, rule } = { state: 'unknown' as const, rule: null }] = alike
    const ids = alike.map(({ id }) => id)
    const changes = { state, rule, decided_at: providerNow(provider) }
    await transact(platform.db, (tx) => updateNewEntries(tx, provider.id, ids, changes))
  }
}

/**
 * Does what was decided of a new entry with money; without money see {@link carryOutWithoutMoney}. The checkout is
 * noted before its money is recorded, and the money is recorded under the entry's own key, so whoever finishes
 * after a crash, or does the same at the same time, records nothing twice.
 */
export async function carryOut(
  platform: Platform,
  provider: Provider,
  entry: Entry,
  decision: Decision,
  sourceHash: Buffer | undefined,
): Promise<void> {
  if (entry.checkoutId === null) {
    if (isWithoutMoney(decision)) return
    if (decision.kind === 'expected') return noteExpected(platform, provider, entry, decision)
    const noted = await noteCheckout(platform, provider, entry, decision)
    if (noted !== 'noted') return
  }
  await finishEntry(platform, provider, entry.id, sourceHash)
}

/** Records the money of an entry whose checkout is noted; nothing where that is done. */
export async function finishEntry(
  platform: Platform,
  provider: Provider,
  entryId: bigint,
  sourceHash: Buffer | undefined,
): Promise<void> {
  const entry = await findEntry(platform.db, provider.id, entryId)
  if (entry?.state !== 'new' || entry.checkoutId === null) return
  await finish(platform, provider, entry, sourceHash)
}

/** Records the money of an entry whose checkout is noted, and notes what became of it. */
async function finish(
  platform: Platform,
  provider: Provider,
  entry: Entry,
  sourceHash: Buffer | undefined,
): Promise<void> {
  const { db } = platform
  const checkout = await findCheckoutById(db, provider.id, entry.checkoutId ?? 0n)
  if (!checkout) throw new Error(`checkout ${entry.checkoutId} of entry ${entry.id} is gone`)
  const methodPaymentId = methodPaymentIdOf(entry)
  const { amount, currency } = entry
  const money = { methodPaymentId, amount, currency, paidAt: paidAt(entry, providerNow(provider)) }
  await confirmMoney(platform, provider, checkout, money)
  const recorded = await recordedMoney(db, provider.id, methodPaymentId)
  if (!recorded) {
    await note(platform, provider, entry, { state: 'unknown', rule: entry.rule })
    return
  }
  await note(platform, provider, entry, {
    state: stateOf(recorded, entry.rule),
    rule: entry.rule,
    payment: recorded,
    ...(sourceHash === undefined ? {} : { sourceHash }),
  })
}

/** Statements know days: noon, which is the same day everywhere nearby, and never after now. */
function paidAt({ bookedOn }: Entry, now: Date): Date {
  return new Date(Math.min(Date.parse(`${bookedOn}T11:00:00Z`), now.getTime()))
}

/** What the money was, by what its links took of it. */
export function stateOf(
  { amount, unallocated, linksLeftOpen, asked }: Recorded,
  rule: Rule | null,
): 'matched' | 'short' | 'over' | 'duplicate' {
  const named = rule === 'reference' || rule === 'title'
  if (unallocated === amount && named) return 'duplicate'
  if (unallocated > 0n) return 'over'
  const less = rule === 'reference' ? amount < asked : linksLeftOpen > 0
  return less ? 'short' : 'matched'
}

export type Choice = Extract<Decision, { kind: 'checkout' | 'payer' }>

/** Puts down which checkout the money goes to; for a payer's money one is opened. */
async function noteCheckout(
  { db }: Platform,
  provider: Provider,
  entry: Entry,
  decision: Choice,
): Promise<'noted' | 'decided'> {
  const number = decision.kind === 'payer' ? await newReferenceNumber(db, providerNow(provider)) : ''
  return transact(db, async (tx) => {
    const locked = await lockEntry(tx, provider.id, entry.id)
    if (locked?.state !== 'new') return 'decided'
    if (locked.checkoutId !== null) return 'noted'
    const chosen = await choose(tx, provider, locked, decision, number)
    if (chosen === 'noted') return 'noted'
    const decided_at = providerNow(provider)
    await updateEntry(tx, provider.id, entry.id, { state: chosen, rule: decision.rule, decided_at })
    return 'decided'
  })
}

/**
 * Notes on a locked entry which checkout its money goes to, and has it recorded by whoever comes next.
 *
 * @param number a reference number, taken before the transaction, where the money is a payer's
 * @returns why there is no checkout for it, or noted
 */
export async function choose(
  tx: Tx,
  provider: Provider,
  locked: Entry,
  choice: Choice,
  number: string,
): Promise<'noted' | 'wrong-currency' | 'unknown'> {
  const opened =
    choice.kind === 'checkout' ? choice.checkoutId : await open(tx, provider, locked, choice, number)
  if (typeof opened !== 'bigint') return opened
  const { payerId, rule } = choice
  await updateEntry(tx, provider.id, locked.id, {
    state: 'new',
    checkout_id: opened,
    payer_id: payerId,
    rule,
  })
  return 'noted'
}

async function open(
  tx: Tx,
  provider: Provider,
  { id, account, targetAccount, amount, currency, recorded }: Entry,
  { payerId, linkIds, rule }: Extract<Choice, { kind: 'payer' }>,
  number: string,
): Promise<bigint | 'wrong-currency' | 'unknown'> {
  await lockPayer(tx, provider.id, payerId)
  const active = await activeLinksOfPayers(tx, provider.id, [payerId])
  const ours = active.filter((link) => link.currency === currency)
  const accounts = [account, targetAccount ?? '']
  // A link that a person names counts although it was paid or cancelled meanwhile.
  const ended = rule === 'person' && linkIds.some((id) => !active.some(({ linkId }) => linkId === id))
  const chosen = ended ? [...linkIds] : linksFor({ amount, accounts }, ours, linkIds)
  if (chosen.length === 0) {
    const newest = await newestLinkOfPayer(tx, provider.id, payerId, currency)
    if (newest === undefined) return active.length > 0 ? 'wrong-currency' : 'unknown'
    chosen.push(newest)
  }
  const transfer = { payerId, linkIds: chosen, nonce: `statement ${id} ${recorded}` }
  return (await openIncomingTransfer(tx, provider, transfer, number)) ?? 'unknown'
}

/**
 * The links that a payer's money is for, in the order in which they get it: those that are named; where that is
 * more than they owe or none is named, the payer's others, first those of the account that it came to, by due
 * date.
 */
export function linksFor(
  { amount, accounts }: { amount: bigint; accounts: readonly string[] },
  active: readonly CandidateLink[],
  named: readonly bigint[],
): bigint[] {
  const first = active.filter(({ linkId }) => named.includes(linkId))
  const owed = first.reduce((sum, { openAmount }) => sum + openAmount, 0n)
  if (first.length > 0 && amount <= owed) return first.map(({ linkId }) => linkId)
  const rest = active.filter(({ linkId }) => !named.includes(linkId))
  const ofAccount = rest.filter(({ nrb }) => accounts.includes(nrb))
  const others = rest.filter(({ nrb }) => !accounts.includes(nrb))
  return [...first, ...ofAccount, ...others].slice(0, linksPerCheckoutMax).map(({ linkId }) => linkId)
}

interface Outcome {
  state: EntryState
  rule: Rule | null
  payment?: Pick<Recorded, 'paymentId' | 'payerId'>
  sourceHash?: Buffer
}

async function note(platform: Platform, provider: Provider, entry: Entry, outcome: Outcome): Promise<void> {
  const { state, rule, payment, sourceHash } = outcome
  await transact(platform.db, async (tx) => {
    const locked = await lockEntry(tx, provider.id, entry.id)
    if (locked?.state !== 'new') return
    await updateEntry(tx, provider.id, entry.id, {
      state,
      rule,
      payment_id: payment?.paymentId ?? null,
      payer_id: payment?.payerId ?? null,
      source_hash: sourceHash ?? null,
      decided_at: providerNow(provider),
    })
  })
}

/** The transfers of one payment come to no more than the payment: what is beyond is looked at by a person. */
async function noteExpected(
  platform: Platform,
  provider: Provider,
  entry: Entry,
  { paymentId, paymentAmount, payerId, rule }: Extract<Decision, { kind: 'expected' }>,
): Promise<void> {
  await transact(platform.db, async (tx) => {
    const locked = await lockEntry(tx, provider.id, entry.id)
    if (locked?.state !== 'new') return
    await lockPayer(tx, provider.id, payerId)
    const sum = await expectedSum(tx, provider.id, paymentId)
    const fits = sum + locked.amount <= paymentAmount
    await updateEntry(tx, provider.id, entry.id, {
      state: fits ? 'expected' : 'duplicate',
      rule,
      payment_id: fits ? paymentId : null,
      payer_id: fits ? payerId : null,
      decided_at: providerNow(provider),
    })
  })
}
