import { type Place, StatementError } from './statement-error.ts'
import type { StatementEntry, StatementHead, StatementPart } from './statement-part.ts'
import { fieldCharsMax } from './text.ts'

/** Entries and heads of one file. */
const partsMax = 2_000_000

/** Takes a file's text piece by piece. What it understands goes into the {@link Sink} that it was made with. */
export interface TextReader {
  write(text: string): void
  /** No more text comes. @throws StatementError where the file cannot end here */
  end(): void
}

/** Where readers put the parts of a file; it counts them and holds the limits. */
export interface Sink {
  head(head: StatementHead, place: Place): void
  /** Entries over nothing move no money and are left out. */
  entry(entry: Omit<StatementEntry, 'position'>, place: Place): void
  /** What has come since the last time. */
  take(): StatementPart[]
}

export function createSink(): Sink {
  let parts: StatementPart[] = []
  let heads = 0
  let entries = 0
  const count = (place: Place) => {
    if (heads + entries > partsMax) {
      throw new StatementError(`More than ${partsMax} entries: divide the file.`, place)
    }
  }
  return {
    head(head, place) {
      heads += 1
      count(place)
      parts.push({ kind: 'head', head: { ...head, statementId: head.statementId?.slice(0, 100) ?? null } })
    },
    entry(entry, place) {
      if (entry.amount === 0n) return
      entries += 1
      count(place)
      const texts = [entry.title, entry.counterpartyName ?? '', entry.bankReference ?? '']
      if (texts.some((text) => text.length > fieldCharsMax)) {
        throw new StatementError(`A text of more than ${fieldCharsMax} characters.`, place)
      }
      parts.push({ kind: 'entry', entry: { ...entry, position: entries } })
    },
    take() {
      const taken = parts
      parts = []
      return taken
    },
  }
}
