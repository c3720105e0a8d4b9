import type { Tx } from '../../platform/index.ts'
import { parseGrosze } from '../../platform/index.ts'
import type { Incoming } from './incoming.ts'
import { oldPaymentsOf, paymentsByRow, type StoredPayment } from './queries/payments.ts'

/** What of these rows is booked already, by row id. */
export async function findKnown(tx: Tx, rows: readonly Incoming[]): Promise<Map<string, StoredPayment>> {
  const ids = rows.map(({ rowId }) => rowId)
  const known = new Map<string, StoredPayment>()
  if (ids.length === 0) return known
  for (const stored of await paymentsByRow(tx, ids)) if (stored.row_id) known.set(stored.row_id, stored)
  const taken = new Set<number>()
  for (const row of rows) {
    if (known.has(row.rowId) || row.referenceNumber === '') continue
    const old = (await oldPaymentsOf(tx, row.referenceNumber)).find(
      (stored) => !taken.has(stored.id) && isSamePayment(stored, row),
    )
    if (!old) continue
    taken.add(old.id)
    known.set(row.rowId, old)
  }
  return known
}

/**
 * Whether the old plugin has booked this row. It knew payments by token and reference; a payment that did not
 * complete its link came to it with a number behind the token, and the oldest ones had no token at all.
 */
function isSamePayment(stored: StoredPayment, row: Incoming): boolean {
  const token = stored.token ?? ''
  if (token !== '') return row.token !== '' && (token === row.token || token.startsWith(`${row.token}.`))
  return stored.customerid === (row.customerId ?? null) && parseGrosze(stored.amount) === row.amount
}
