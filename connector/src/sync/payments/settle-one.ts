import {
  type BlockRules,
  deleteCash,
  liftBlock,
  lockLedgers,
  type StatementRow,
  transfersByKey,
} from '../../lms/index.ts'
import {
  databaseTime,
  formatGrosze,
  type Lms,
  type StatementState,
  type Tx,
  transact,
} from '../../platform/index.ts'
import { clearRefused, markDirty, recordRefused } from '../../store/index.ts'
import { openAmount } from './early-transfer.ts'
import { accountsOfLinks, type StoredPayment, unsettledByReference } from './queries/payments.ts'
import { noteTransfers, transferState } from './queries/statement.ts'
import { type PaymentFate, setFate } from './queries/write.ts'
import { chooseSettled, type Settlement } from './settlement.ts'

/** What a transfer did: settled payments, settled none though it names their reference, or names no payment. */
export interface Settled {
  state: StatementState
  payments: number[]
  customers: number[]
}

/**
 * Closes payments: their temporary ledger rows go. The customers are locked. A ledger row that somebody has
 * taken away already is no hindrance, whatever its comment says by now.
 */
export async function closePayments(
  tx: Tx,
  payments: readonly StoredPayment[],
  fate: PaymentFate,
): Promise<void> {
  for (const { id, state, cashid, customerid } of payments) {
    if (state === 'open' && cashid && customerid) await deleteCash(tx, cashid, customerid)
    await setFate(tx, id, fate)
  }
}

/** Notes what a transfer was used for; what was said about it before is void. */
export async function spendTransfer(
  tx: Tx,
  lms: Lms,
  transfer: StatementRow & { reference?: string | undefined },
  state: StatementState,
  now: number,
): Promise<void> {
  await noteTransfers(tx, lms, [{ ...transfer, state }], now)
  await clearRefused(tx, [refusalOf(transfer.key)])
}

/**
 * Settles what a booked transfer pays, in one transaction; nothing where it does not fit to the grosz.
 *
 * @param rules by which the block is lifted of a customer whose money had not been in the ledger before
 */
export async function settleTransfer(lms: Lms, seen: StatementRow, rules?: BlockRules): Promise<Settled> {
  return transact(lms, async (tx) => {
    const before = await unsettledByReference(tx, seen.references)
    const customers = before.flatMap(({ customerid }) => customerid ?? [])
    await lockLedgers(lms, tx, [seen.customerId, ...customers])
    const [transfer] = await transfersByKey(tx, lms, [seen.key])
    const now = await databaseTime(tx, lms)
    const idle = { state: 'none' as const, payments: [], customers: [] }
    // Booked for somebody else meanwhile: his row is not locked, and the next pass sees him.
    if (!transfer || transfer.customerId !== seen.customerId) return idle
    if ((await transferState(tx, seen.key)) === 'used') return idle
    return settleLocked(tx, lms, transfer, now, rules)
  })
}

async function settleLocked(
  tx: Tx,
  lms: Lms,
  transfer: StatementRow,
  now: number,
  rules: BlockRules | undefined,
): Promise<Settled> {
  const payments = await unsettledByReference(tx, transfer.references)
  const references = transfer.references.filter((one) => payments.some((p) => p.reference_digits === one))
  let difference: (Settlement & { reference: string }) | undefined
  for (const reference of references) {
    const mine = payments.filter((payment) => payment.reference_digits === reference)
    const settlement = await choose(tx, transfer, mine)
    if (!settlement.settles) {
      difference ??= { ...settlement, reference }
      continue
    }
    const chosen = mine.filter(({ id }) => settlement.settles.includes(id))
    await closePayments(tx, chosen, {
      state: 'settled',
      closed: 1,
      cashid: null,
      settled_importid: transfer.key,
    })
    await spendTransfer(tx, lms, { ...transfer, reference }, 'used', now)
    const customers = [...new Set(chosen.flatMap(({ customerid }) => customerid ?? []))]
    await markDirty(tx, customers)
    const isNews = chosen.some(({ state }) => state !== 'open')
    if (rules && isNews) await liftBlock(tx, lms, rules, { customerId: transfer.customerId, now })
    return { state: 'used', payments: chosen.map(({ id }) => id), customers }
  }
  const state = difference ? 'difference' : transfer.references.length > 0 ? 'open' : 'none'
  await noteTransfers(tx, lms, [{ ...transfer, reference: difference?.reference, state }], now)
  if (difference) await recordDifference(tx, lms, transfer, difference, now)
  return { state, payments: [], customers: [] }
}

/** First with what is expected now; then with all that the transfer may have been meant for. */
async function choose(
  tx: Tx,
  transfer: StatementRow,
  payments: readonly StoredPayment[],
): Promise<Settlement> {
  const accounts = await accountsOfLinks(
    tx,
    payments.map(({ token }) => token ?? ''),
  )
  const expected = payments
    .map((payment) => ({
      id: payment.id,
      customerId: payment.customerid ?? 0,
      amount: openAmount(payment),
      account: accounts.get(payment.token ?? '') ?? null,
      payment: payment.reference_number,
      isExpected: payment.state === 'open' || payment.state === 'awaited',
    }))
    .filter(({ amount }) => amount > 0n)
  const now = expected.filter(({ isExpected }) => isExpected)
  const first = chooseSettled(transfer, now)
  if (first.settles || now.length === expected.length) return first
  const second = chooseSettled(transfer, expected)
  return second.settles || now.length === 0 ? second : first
}

const refusalOf = (key: number) => ({ kind: 'statement' as const, rowId: String(key) })

async function recordDifference(
  tx: Tx,
  lms: Lms,
  transfer: StatementRow,
  difference: Settlement,
  now: number,
): Promise<void> {
  if (difference.settles) return
  const says =
    difference.reason === 'customer'
      ? 'the transfer is booked for a customer who has no such payment: book it for the right one, or settle the payment by hand'
      : `the transfer is ${formatGrosze(transfer.value)} zł, its payments are ${formatGrosze(difference.expected)} zł: settle the payment by hand once that is clear`
  const code = difference.reason === 'customer' ? 'other_customer' : 'other_amount'
  await recordRefused(lms, tx, { ...refusalOf(transfer.key), code, says }, now)
}
