import { freeTransfersOf, type StatementRow, transfersByKey } from '../../lms/index.ts'
import { parseGrosze, type Tx } from '../../platform/index.ts'
import { type Booking, day } from './context.ts'
import type { Incoming } from './incoming.ts'
import { accountsOfLinks, type StoredPayment, unsettledByReference } from './queries/payments.ts'
import { waitingTransfers } from './queries/statement.ts'
import { chooseSettled, type Expected } from './settlement.ts'

/** How long before the payment a transfer may be dated: banks book by their own days. */
const earlierDaysMax = 31

export interface FoundTransfer {
  transfer: StatementRow
  /** New rows that it pays. */
  rowIds: Set<string>
  /** Payments booked before that it pays together with them. */
  stored: StoredPayment[]
}

/**
 * The transfer of a payment that is only now heard of, where the bank statement was faster. It must pay the
 * whole payment, for the same customer.
 */
export async function findTransfer(
  tx: Tx,
  rows: readonly Incoming[],
  booking: Booking,
): Promise<FoundTransfer | undefined> {
  const coming = rows.filter((row) => row.arrives === 'transfer' && row.references !== null)
  const references = [...new Set(coming.flatMap(({ references }) => references ?? []))]
  if (!booking.settings.cashimportEnabled || references.length === 0) return undefined
  const stored = await unsettledByReference(tx, references)
  const accounts = await accountsOfLinks(
    tx,
    [...coming, ...stored].map(({ token }) => token ?? ''),
  )
  const expected: Expected[] = [
    ...coming.map((row, i) => ({
      id: -1 - i,
      customerId: row.customerId ?? 0,
      amount: row.amount,
      account: accounts.get(row.token) ?? null,
      payment: row.referenceNumber,
    })),
    ...stored.map((one) => ({
      id: one.id,
      customerId: one.customerid ?? 0,
      amount: openAmount(one),
      account: accounts.get(one.token ?? '') ?? null,
      payment: one.reference_number,
    })),
  ]
  for (const transfer of await candidates(tx, coming, references, booking)) {
    const { settles } = chooseSettled(transfer, expected)
    const rowIds = new Set(coming.flatMap((row, i) => (settles?.includes(-1 - i) ? row.rowId : [])))
    if (rowIds.size > 0) return { transfer, rowIds, stored: stored.filter(({ id }) => settles?.includes(id)) }
  }
  return undefined
}

/**
 * What of a payment the transfer brings: what was given back of it before does not come. A transfer that the
 * payer made himself arrives whole.
 */
export function openAmount(payment: Pick<StoredPayment, 'amount' | 'refunded' | 'state'>): bigint {
  const whole = parseGrosze(payment.amount)
  return payment.state === 'awaited' ? whole : whole - parseGrosze(payment.refunded)
}

async function candidates(tx: Tx, rows: readonly Incoming[], references: string[], { lms }: Booking) {
  const customers = [...new Set(rows.flatMap(({ customerId }) => customerId ?? []))]
  const since = Math.min(...rows.map(({ paidAt }) => paidAt)) - earlierDaysMax * day
  const waiting = await transfersByKey(tx, lms, await waitingTransfers(tx, references))
  const transfers = [...waiting, ...(await freeTransfersOf(tx, lms, customers, since))]
  const named = transfers.filter((transfer) => transfer.references.some((one) => references.includes(one)))
  return [...new Map(named.map((transfer) => [transfer.key, transfer])).values()]
}
