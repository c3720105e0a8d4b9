import {
  amountOf,
  type StatementEntry as EntryView,
  type Statement as StatementView,
} from '@bill-gateway/contract'
import type { Db } from '../platform/db/database.ts'
import type { Provider } from '../provider/index.ts'
import { type Entry, entryIdOf, isQueued } from './entry.ts'
import { namesOfEntries, waitingOf } from './queries/entries.ts'
import { countsOf } from './queries/statements.ts'
import type { Statement } from './statement.ts'
import { suggestionsFor } from './suggest.ts'

/** Statements as the API and the commands show them, in their order. */
export async function viewsOfStatements(
  db: Db,
  provider: Provider,
  statements: readonly Statement[],
): Promise<StatementView[]> {
  const views: StatementView[] = []
  for (const statement of statements) {
    const { publicId, source, fileName, format, state, problem, bytes, entries, entriesNew } = statement
    const isRead = state === 'matching' || state === 'done'
    views.push({
      ...{
        id: publicId,
        source,
        fileName,
        format,
        state,
        problem,
        bytes: Number(bytes),
        entries,
        entriesNew,
      },
      entriesKnown: entries - entriesNew,
      waiting: isRead ? await waitingOf(db, provider.id, statement.id) : 0,
      states: isRead ? await countsOf(db, provider.id, statement.id) : {},
      createdAt: statement.createdAt.toISOString(),
      endedAt: statement.endedAt?.toISOString() ?? null,
    })
  }
  return views
}

/** Entries as the API and the commands show them, in their order; with suggestions where they wait. */
export async function viewsOfEntries(
  db: Db,
  provider: Provider,
  entries: readonly Entry[],
): Promise<EntryView[]> {
  const names = await namesOfEntries(db, provider.id, {
    payerIds: entries.flatMap(({ payerId }) => payerId ?? []),
    paymentIds: entries.flatMap(({ paymentId }) => paymentId ?? []),
    statementIds: [...new Set(entries.map(({ statementId }) => statementId))],
  })
  const suggestions = await suggestionsFor(db, provider, entries.filter(isQueued))
  return entries.map((entry) => {
    const { position, account, currency, direction, bookedOn, valueOn, bankReference, title, state, rule } =
      entry
    const payment = entry.paymentId === null ? undefined : names.payments.get(entry.paymentId)
    return {
      id: entryIdOf(entry.id),
      statementId: names.statements.get(entry.statementId) ?? '',
      ...{ position, account, amount: amountOf(entry.amount), currency, direction },
      ...{ reversal: entry.isReversal, bookedOn, valueOn, bankReference, title },
      counterpartyName: entry.counterpartyName,
      counterpartyAccount: entry.counterpartyAccount,
      targetAccount: entry.targetAccount,
      ...{ state, waiting: isQueued(entry), rule },
      userId: (entry.payerId !== null && names.userIds.get(entry.payerId)) || null,
      paymentId: payment?.publicId ?? null,
      referenceNumber: payment?.referenceNumber ?? null,
      suggestions: suggestions.get(entry.id) ?? [],
    }
  })
}
