import type { Statement, StatementEntry } from '@bill-gateway/contract'

/** A row of a table of statements. */
export function statementRow(statement: Statement): Record<string, string> {
  const { id, fileName, format, state, entriesNew, entriesKnown, waiting, createdAt, problem } = statement
  return {
    statement: id,
    created: createdAt,
    file: fileName ?? '-',
    format: format ?? '-',
    state,
    new: String(entriesNew),
    known: String(entriesKnown),
    waiting: String(waiting),
    problem: problem ?? '',
  }
}

/** What an import came to, in a line. */
export function statementLine(statement: Statement): string {
  const { id, state, problem, entriesNew, entriesKnown, waiting, states } = statement
  if (problem !== null) return `${id}: it cannot be read. ${problem}`
  const counts = Object.entries(states).map(([name, count]) => `${count} ${name}`)
  const became = counts.length === 0 ? '' : ` (${counts.join(', ')})`
  const left = waiting === 0 ? '' : `\n${waiting} wait for a person: see "bill-gateway statement queue".`
  const going = state === 'matching' ? ' They are being matched.' : ''
  return `${id}: ${entriesNew} new${became}, ${entriesKnown} already known.${going}${left}`
}

/** A row of a table of what waits. */
export function entryRow(entry: StatementEntry): Record<string, string> {
  const [best] = entry.suggestions
  return {
    entry: entry.id,
    booked: entry.bookedOn,
    amount: `${entry.amount.toFixed(2)} ${entry.currency}`,
    state: entry.state,
    title: short(entry.title),
    from: short(entry.counterpartyName),
    'may be of': best ? `${best.userId} (${best.reasons.join(', ')})` : '-',
  }
}

/** An entry and what became of it. */
export function entryLine({ id, amount, currency, state, userId, referenceNumber }: StatementEntry): string {
  const of = userId === null ? '' : ` of ${userId}`
  const payment = referenceNumber === null ? '' : `, payment ${referenceNumber}`
  return `${id}: ${amount.toFixed(2)} ${currency} ${state}${of}${payment}.`
}

const shownMax = 40

function short(text: string | null): string {
  const characters = [...(text ?? '-')]
  return characters.length > shownMax ? `${characters.slice(0, shownMax - 1).join('')}…` : characters.join('')
}
