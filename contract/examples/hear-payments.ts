import { readFile, rename, writeFile } from 'node:fs/promises'
import type { Client, PaymentRow } from '@bill-gateway/contract'
import { clientFromEnvironment } from './from-environment.ts'

export interface Books {
  /** Id of the last event that was dealt with; undefined at the very first start. */
  loadCursor(): Promise<string | undefined>
  saveCursor(eventId: string): Promise<void>
  /** Books a row; does nothing where a row of this id is booked already. */
  book(row: PaymentRow): Promise<void>
}

/**
 * Books payments within a second, until the signal is aborted. The cursor is saved after the booking: if the
 * program dies between the two, the same event comes once more, and booking by id makes that harmless. Better
 * still, save both in one transaction of your database.
 */
export async function hearPayments(client: Client, books: Books, signal?: AbortSignal): Promise<void> {
  // The first start begins with the oldest event there is, so that nothing is missed.
  const lastEventId = (await books.loadCursor()) ?? '0'
  const stream = client.events.stream({
    lastEventId,
    types: ['payment.succeeded'],
    ...(signal ? { signal } : {}),
  })
  for await (const event of stream) {
    for (const row of event.data.rows) await books.book(row)
    await books.saveCursor(event.id)
  }
}

/** Keeps the cursor in a file, for a program without a database. */
export function cursorFile(path: string): Pick<Books, 'loadCursor' | 'saveCursor'> {
  return {
    loadCursor: () =>
      readFile(path, 'utf8').then(
        (text) => text.trim(),
        () => undefined,
      ),
    async saveCursor(eventId) {
      await writeFile(`${path}.new`, eventId)
      await rename(`${path}.new`, path)
    },
  }
}

if (process.argv[1] === import.meta.filename) {
  const stopping = new AbortController()
  process.once('SIGINT', () => stopping.abort())
  process.once('SIGTERM', () => stopping.abort())
  const book = async (row: PaymentRow) =>
    console.log(`${row.paidAt} ${row.userId} paid ${row.amount} for ${row.title}, ref ${row.referenceNumber}`)
  const books = { ...cursorFile(process.env.CURSOR_FILE ?? 'last-event-id'), book }
  await hearPayments(clientFromEnvironment(), books, stopping.signal)
}
