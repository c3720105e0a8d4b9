import type { EntrySuggestion } from '@bill-gateway/contract'
import type { Db } from '../platform/db/database.ts'
import type { Provider } from '../provider/index.ts'
import type { Entry } from './entry.ts'
import { sourceHashesOf } from './match/decide.ts'
import {
  groupBy,
  hasName,
  likeReferencesIn,
  nameWords,
  referencesIn,
  titleKey,
  titlePartsOf,
  userIdsOfAccount,
} from './match/texts.ts'
import {
  byReference,
  type CandidateLink,
  linksOfAmounts,
  linksOfTitleKeys,
  payersOfSources,
  payersOfUserIds,
} from './queries/candidates.ts'
import { namesOfEntries } from './queries/entries.ts'
import { prefixesOf } from './queries/virtual-accounts.ts'

type Reason = EntrySuggestion['reasons'][number]

/** What a reason is worth; together at most 100. */
const worth: Record<Reason, number> = {
  'virtual-account': 60,
  reference: 60,
  title: 45,
  'user-id': 30,
  'source-account': 40,
  name: 35,
  amount: 15,
}
const suggestionsMax = 5

interface Hint {
  payerId: bigint
  userId?: string
  link?: CandidateLink
  reason: Reason
}

/** Whom entries that wait may be of, the likeliest first. */
export async function suggestionsFor(
  db: Db,
  provider: Provider,
  entries: readonly Entry[],
): Promise<Map<bigint, EntrySuggestion[]>> {
  const incoming = entries.filter(({ direction, isReversal }) => direction === 'credit' && !isReversal)
  if (incoming.length === 0) return new Map()
  const sources = await Promise.all([
    ofReferences(db, provider, incoming),
    ofUserIds(db, provider, incoming),
    ofTitles(db, provider, incoming),
    ofSources(db, provider, incoming),
    ofAmounts(db, provider, incoming),
  ])
  const hints = new Map(
    incoming.map(({ id }) => [id, sources.flatMap((source) => source.get(id) ?? [])] as const),
  )
  const payerIds = [...new Set([...hints.values()].flat().map(({ payerId }) => payerId))]
  const userIds = await userIdsOf(db, provider, payerIds, [...hints.values()].flat())
  return new Map([...hints].map(([id, found]) => [id, rank(found, userIds)]))
}

type Hints = ReadonlyMap<bigint, Hint[]>
type Source = (db: Db, provider: Provider, entries: readonly Entry[]) => Promise<Hints>

const ofReferences: Source = async (db, provider, entries) => {
  const numbers = new Map(
    entries.map(({ id, title }) => [id, [...referencesIn(title ?? ''), ...likeReferencesIn(title ?? '')]]),
  )
  const found = await byReference(db, provider.id, [...new Set([...numbers.values()].flat())])
  return new Map(
    entries.map(({ id }) => [
      id,
      found
        .filter(({ referenceNumber }) => numbers.get(id)?.includes(referenceNumber))
        .map(({ payerId }): Hint => ({ payerId, reason: 'reference' })),
    ]),
  )
}

const wordsMax = 40

const ofUserIds: Source = async (db, provider, entries) => {
  const prefixes = await prefixesOf(db, provider.id)
  const targets = new Map(
    entries.map(({ id, targetAccount }) => [id, userIdsOfAccount(targetAccount ?? '', prefixes)]),
  )
  const words = new Map(
    entries.map(({ id, title }) => [
      id,
      (title ?? '')
        .split(/[\s,;:()]+/)
        .filter(Boolean)
        .slice(0, wordsMax),
    ]),
  )
  const wanted = new Set([...targets.values(), ...words.values()].flat())
  const payers = await payersOfUserIds(db, provider.id, [...wanted])
  return new Map(
    entries.map(({ id }) => [
      id,
      payers.flatMap(({ payerId, userId }): Hint[] => {
        if (targets.get(id)?.includes(userId)) return [{ payerId, userId, reason: 'virtual-account' }]
        return words.get(id)?.includes(userId) ? [{ payerId, userId, reason: 'user-id' }] : []
      }),
    ]),
  )
}

const ofTitles: Source = async (db, provider, entries) => {
  const keys = new Map(
    entries.map(({ id, title }) => [id, new Set(titlePartsOf(title ?? '').map(({ key }) => key))]),
  )
  const links = await linksOfTitleKeys(db, provider.id, [
    ...new Set([...keys.values()].flatMap((each) => [...each])),
  ])
  return new Map(
    entries.map(({ id }) => [
      id,
      links
        .filter(({ title }) => keys.get(id)?.has(titleKey(title)))
        .map((link): Hint => ({ payerId: link.payerId, link, reason: 'title' })),
    ]),
  )
}

const ofSources: Source = async (db, provider, entries) => {
  const hashes = await sourceHashesOf(db, provider, entries)
  const known = groupBy(
    await payersOfSources(db, provider.id, [...hashes.values()]),
    ({ sourceHash }) => sourceHash,
  )
  return new Map(
    [...hashes].map(([id, hash]) => [
      id,
      (known.get(hash.toString('hex')) ?? []).map(
        ({ payerId, userId }): Hint => ({ payerId, userId, reason: 'source-account' }),
      ),
    ]),
  )
}

const ofAmounts: Source = async (db, provider, entries) => {
  const links = await linksOfAmounts(db, provider.id, [...new Set(entries.map(({ amount }) => amount))])
  const byAmount = groupBy(links, ({ openAmount }) => openAmount)
  return new Map(
    entries.map(({ id, amount, currency, counterpartyName }) => {
      const words = nameWords(counterpartyName ?? '')
      const fitting = (byAmount.get(amount) ?? []).filter((link) => link.currency === currency)
      return [
        id,
        fitting.flatMap((link): Hint[] => {
          const hint = { payerId: link.payerId, link }
          const named = hasName(words, link.name, link.surname)
          return [{ ...hint, reason: 'amount' }, ...(named ? [{ ...hint, reason: 'name' as const }] : [])]
        }),
      ]
    }),
  )
}

async function userIdsOf(
  db: Db,
  provider: Provider,
  payerIds: readonly bigint[],
  hints: readonly Hint[],
): Promise<Map<bigint, string>> {
  const known = new Map(
    hints.flatMap(({ payerId, userId, link }) => {
      const name = userId ?? link?.userId
      return name === undefined ? [] : [[payerId, name] as const]
    }),
  )
  const missing = payerIds.filter((id) => !known.has(id))
  const { userIds } = await namesOfEntries(db, provider.id, {
    payerIds: missing,
    paymentIds: [],
    statementIds: [],
  })
  return new Map([...known, ...userIds])
}

function rank(hints: readonly Hint[], userIds: ReadonlyMap<bigint, string>): EntrySuggestion[] {
  return [...groupBy(hints, ({ payerId }) => payerId)]
    .flatMap(([payerId, own]): EntrySuggestion[] => {
      const userId = userIds.get(payerId)
      if (userId === undefined) return []
      const reasons = [...new Set(own.map(({ reason }) => reason))]
      const score = reasons.reduce((sum, reason) => sum + worth[reason], 0)
      const link = own.find(({ reason }) => reason === 'title')?.link ?? own.find((hint) => hint.link)?.link
      const token = link?.token.toString('hex') ?? null
      return [{ userId, token, score: Math.min(100, score), reasons }]
    })
    .sort((a, b) => b.score - a.score || (a.userId < b.userId ? -1 : 1))
    .slice(0, suggestionsMax)
}
