import type { Client, PaymentRow } from '@bill-gateway/contract'
import { clientFromEnvironment } from './from-environment.ts'

/** More than your clock and the gateway’s can differ; one second would do if they were the same. */
const overlapSeconds = 300

/**
 * One round of polling, for systems that cannot keep a connection open: run it every few minutes. Rounds
 * overlap, so a row may come again; `book` must do nothing for an id that it has booked.
 *
 * @param since unix seconds that the last round returned; 0 for the first
 * @returns where the next round begins: store it once everything is booked
 */
export async function pollPayments(
  client: Client,
  since: number,
  book: (row: PaymentRow) => Promise<void>,
): Promise<number> {
  const startedAt = Math.floor(Date.now() / 1000)
  for await (const row of client.payments.search({ fromDate: since })) await book(row)
  return startedAt - overlapSeconds
}

if (process.argv[1] === import.meta.filename) {
  const next = await pollPayments(clientFromEnvironment(), Number(process.env.SINCE ?? 0), async (row) =>
    console.log(`${row.id}: ${row.userId} paid ${row.amount} for ${row.title}`),
  )
  console.log(`SINCE=${next}`)
}
