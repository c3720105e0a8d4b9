import type { Db } from '../../platform/db/database.ts'
import { installationSecret, type Provider } from '../../provider/index.ts'
import type { Entry } from '../entry.ts'
import { sourceHashOf } from '../entry-key.ts'
import {
  activeLinksOfPayers,
  type ByReference,
  byReference,
  type CandidateLink,
  linksOfAmounts,
  linksOfTitleKeys,
  payersOfSources,
  payersOfUserIds,
  sharedTitles,
} from '../queries/candidates.ts'
import { prefixesOf } from '../queries/virtual-accounts.ts'
import { type Decision, unknown, wrongCurrency } from './decision.ts'
import {
  groupBy,
  hasName,
  nameWords,
  referencesIn,
  titleKey,
  titlePartsOf,
  titleTokens,
  userIdsOfAccount,
} from './texts.ts'

/** One rule: it decides what it can of the entries, all of them with a few queries. */
type RuleOf = (
  db: Db,
  provider: Provider,
  entries: readonly Entry[],
) => Promise<ReadonlyMap<bigint, Decision>>

/**
 * Decides entries by rule, in this order: the virtual account that was paid, our reference, the title of a link,
 * the account that a payer paid from before, an amount together with a name. What two payers could mean, and
 * what only an amount speaks for, waits for a person.
 */
export async function decide(
  db: Db,
  provider: Provider,
  entries: readonly Entry[],
): Promise<Map<bigint, Decision>> {
  const decided = new Map<bigint, Decision>()
  for (const { id, direction, isReversal } of entries) {
    // What takes another entry back is no payment, and what it means for one a person decides.
    if (isReversal) decided.set(id, unknown)
    else if (direction === 'debit') decided.set(id, { kind: 'debit' })
  }
  for (const rule of [byVirtualAccount, byOurReference, byTitle, bySource, byAmountAndName]) {
    const left = entries.filter(({ id }) => !decided.has(id))
    if (left.length === 0) break
    for (const [id, decision] of await rule(db, provider, left)) decided.set(id, decision)
  }
  for (const { id } of entries) if (!decided.has(id)) decided.set(id, unknown)
  return decided
}

const byVirtualAccount: RuleOf = async (db, provider, entries) => {
  const decided = new Map<bigint, Decision>()
  const targeted = entries.filter(({ targetAccount, account }) => targetAccount && targetAccount !== account)
  const prefixes = targeted.length === 0 ? [] : await prefixesOf(db, provider.id)
  if (prefixes.length === 0) return decided
  const userIds = new Map(
    targeted.map((entry) => [entry.id, userIdsOfAccount(entry.targetAccount ?? '', prefixes)]),
  )
  const payers = await payersOfUserIds(db, provider.id, [...new Set([...userIds.values()].flat())])
  const payerOf = new Map(payers.map(({ userId, payerId }) => [userId, payerId]))
  for (const { id } of targeted) {
    const found = (userIds.get(id) ?? []).flatMap((userId) => payerOf.get(userId) ?? [])
    const [payerId, ...others] = found
    if (payerId !== undefined && others.length === 0)
      decided.set(id, { kind: 'payer', rule: 'virtual-account', payerId, linkIds: [] })
  }
  // The title of a transfer that we asked for says more: which of the payer's bills it is for.
  const asked = await byOurReference(db, provider, targeted)
  for (const [id, decision] of asked) {
    const payer = decided.get(id)
    const same = payer?.kind === 'payer' && 'payerId' in decision && decision.payerId === payer.payerId
    if (same && decision.kind !== 'payer') decided.set(id, decision)
  }
  return decided
}

const byOurReference: RuleOf = async (db, provider, entries) => {
  const decided = new Map<bigint, Decision>()
  const references = new Map(entries.map(({ id, title }) => [id, referencesIn(title ?? '')]))
  const found = groupBy(
    await byReference(db, provider.id, [...new Set([...references.values()].flat())]),
    ({ referenceNumber }) => referenceNumber,
  )
  for (const { id, currency } of entries) {
    const known = (references.get(id) ?? []).flatMap((reference) => found.get(reference) ?? [])
    const [first, ...others] = known
    if (!first) continue
    decided.set(id, others.length > 0 ? unknown : ofReference(first, currency))
  }
  return decided
}

const reference = 'reference'

function ofReference(found: ByReference, currency: string): Decision {
  const { checkoutId, payerId, paymentId, paymentAmount, method, arrives } = found
  if (found.currency !== currency) return wrongCurrency(reference)
  if (method === 'transfer') return { kind: 'checkout', rule: reference, checkoutId, payerId }
  // The method itself confirms its money: before it has, a transfer with its reference is no proof.
  if (paymentId === null || paymentAmount === null)
    return { kind: 'queue', state: 'unknown', rule: reference }
  if (arrives === 'transfer') return { kind: 'expected', rule: reference, paymentId, paymentAmount, payerId }
  return { kind: 'queue', state: 'duplicate', rule: reference }
}

const byTitle: RuleOf = async (db, provider, entries) => {
  const decided = new Map<bigint, Decision>()
  const parts = new Map(entries.map(({ id, title }) => [id, titlePartsOf(title ?? '')]))
  const keys = new Set([...parts.values()].flat().map(({ key }) => key))
  const links = await linksOfTitleKeys(db, provider.id, [...keys])
  if (links.length === 0) return decided
  const shared = await sharedTitles(db, provider.id, [...new Set(links.map(({ title }) => title))])
  const byKey = groupBy(links, ({ title }) => titleKey(title))
  for (const { id, currency } of entries) {
    const hits = (parts.get(id) ?? []).flatMap((part) =>
      (byKey.get(part.key) ?? [])
        .filter(({ title }) => titleTokens(title) === part.tokens)
        .map((link) => ({ part, link })),
    )
    // The longest title counts: one that is part of another that was found too says nothing by itself.
    const whole = hits.filter(
      ({ part }) =>
        !hits.some(
          (other) =>
            other.part.from <= part.from &&
            other.part.to >= part.to &&
            other.part.to - other.part.from > part.to - part.from,
        ),
    )
    if (whole.length === 0 || whole.some(({ link }) => shared.has(link.title))) continue
    const decision = ofLinks(
      whole.map(({ link }) => link),
      'title',
      currency,
    )
    if (decision) decided.set(id, decision)
  }
  return decided
}

/** Money for the links, where they are all one payer's. */
function ofLinks(
  links: readonly CandidateLink[],
  by: 'title' | 'amount-and-name',
  currency: string,
): Decision | undefined {
  const [payerId, ...others] = new Set(links.map((link) => link.payerId))
  if (payerId === undefined || others.length > 0) return undefined
  const linkIds = [...new Set(links.filter((link) => link.currency === currency).map((link) => link.linkId))]
  return linkIds.length === 0 ? wrongCurrency(by) : { kind: 'payer', rule: by, payerId, linkIds }
}

const bySource: RuleOf = async (db, provider, entries) => {
  const decided = new Map<bigint, Decision>()
  const hashes = await sourceHashesOf(db, provider, entries)
  const known = groupBy(
    await payersOfSources(db, provider.id, [...hashes.values()]),
    ({ sourceHash }) => sourceHash,
  )
  const single = new Map<bigint, bigint>()
  for (const [id, hash] of hashes) {
    const [payer, ...others] = known.get(hash.toString('hex')) ?? []
    // One account may pay for several: a parent, an employer, a post office.
    if (payer && others.length === 0) single.set(id, payer.payerId)
  }
  const owing = await activeLinksOfPayers(db, provider.id, [...new Set(single.values())])
  for (const { id, currency } of entries) {
    const payerId = single.get(id)
    // Where nothing is owed the money may be for anything.
    if (payerId !== undefined && owing.some((link) => link.payerId === payerId && link.currency === currency))
      decided.set(id, { kind: 'payer', rule: 'source-account', payerId, linkIds: [] })
  }
  return decided
}

/** By entry what finds its source account again, for those that name one. */
export async function sourceHashesOf(
  db: Db,
  provider: Provider,
  entries: readonly Entry[],
): Promise<Map<bigint, Buffer>> {
  const secret = await installationSecret(db, 'statement-source')
  return new Map(
    entries.flatMap(({ id, counterpartyAccount }) =>
      counterpartyAccount ? [[id, sourceHashOf(secret, provider.id, counterpartyAccount)] as const] : [],
    ),
  )
}

const byAmountAndName: RuleOf = async (db, provider, entries) => {
  const decided = new Map<bigint, Decision>()
  const named = entries.filter(({ counterpartyName }) => counterpartyName)
  const links = await linksOfAmounts(db, provider.id, [...new Set(named.map(({ amount }) => amount))])
  const byAmount = groupBy(links, ({ openAmount }) => openAmount)
  for (const { id, amount, currency, counterpartyName } of named) {
    const words = nameWords(counterpartyName ?? '')
    const fitting = (byAmount.get(amount) ?? []).filter(
      ({ name, surname, currency: ofLink }) => ofLink === currency && hasName(words, name, surname),
    )
    const decision = ofLinks(fitting.slice(0, 1), 'amount-and-name', currency)
    const payers = new Set(fitting.map(({ payerId }) => payerId))
    if (decision && payers.size === 1) decided.set(id, decision)
  }
  return decided
}
