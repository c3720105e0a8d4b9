import {
  type BlockRules,
  firstTransferSince,
  newestCashId,
  readBlockRules,
  repairBalances,
  type StatementRow,
  transfersByKey,
  unseenTransfers,
} from '../../lms/index.ts'
import { databaseTime, transact } from '../../platform/index.ts'
import { readInfo, writeInfo } from '../../store/index.ts'
import { type Context, day } from './context.ts'
import { oldestOpenPayment, unsettledByReference } from './queries/payments.ts'
import { noteTransfers, wakenedTransfers } from './queries/statement.ts'
import { type Settled, settleTransfer } from './settle-one.ts'

/** What bank statements settled. */
export interface SettleReport {
  /** Booked transfers looked at. */
  looked: number
  /** Payments settled. */
  settled: number
  /** Transfers that name a payment's reference, but for another sum or customer. */
  differences: number
  /** Whose links must be looked at. */
  customers: number[]
}

const lowKey = 'statement:low'
const transfersPerPage = 1_000
const wakenedMax = 1_000
/** Ledger ids are given before their transactions end: so many are looked at once more. */
const idsAgain = 20_000
/** Transfers are dated by the bank's days. */
const earlierDaysMax = 10

/**
 * Settles temporary payments by transfers that LMS has booked out of bank statements, however they were
 * imported. Does nothing while `billtech.cashimport_enabled` is off.
 *
 * @param importIds only these rows of `cashimport`; without them all that were not looked at yet
 */
export async function settleStatements(
  context: Context,
  importIds?: readonly number[],
): Promise<SettleReport> {
  const report: SettleReport = { looked: 0, settled: 0, differences: 0, customers: [] }
  if (!context.settings().cashimportEnabled) return report
  if (!importIds) {
    await settleWakened(context, report)
    await settleUnseen(context, report)
  } else if (importIds.length > 0) await settlePage(context, await byKey(context, importIds), report)
  await repairBalances(context.lms, report.customers)
  return report
}

async function settleWakened(context: Context, report: SettleReport): Promise<void> {
  let keys: number[] = []
  do {
    keys = await wakenedTransfers(context.lms.db, keys.at(-1), wakenedMax)
    if (keys.length > 0) await settlePage(context, await byKey(context, keys), report)
  } while (keys.length === wakenedMax && !context.signal?.aborted)
}

const byKey = ({ lms }: Context, keys: readonly number[]) => transfersByKey(lms.db, lms, keys)

async function settleUnseen(context: Context, report: SettleReport): Promise<void> {
  const { lms } = context
  const newest = await newestCashId(lms.db)
  const stored = Number((await readInfo(lms.db, lowKey)) ?? Number.NaN)
  let low = Math.max(0, (Number.isInteger(stored) ? stored : await firstLow(context, newest)) - idsAgain)
  while (!context.signal?.aborted) {
    const transfers = await unseenTransfers(lms.db, lms, low, transfersPerPage)
    await settlePage(context, transfers, report)
    if (transfers.length < transfersPerPage) break
    low = transfers.at(-1)?.cashId ?? newest
  }
  if (!context.signal?.aborted && newest !== stored) await writeInfo(lms, lms.db, lowKey, String(newest))
}

/** At first: back to the transfers that can belong to the oldest payment that is still open. */
async function firstLow({ lms }: Context, newest: number): Promise<number> {
  const oldest = await oldestOpenPayment(lms.db)
  if (oldest === undefined) return newest
  return (await firstTransferSince(lms.db, oldest - earlierDaysMax * day)) ?? newest
}

async function settlePage(
  context: Context,
  transfers: readonly StatementRow[],
  report: SettleReport,
): Promise<void> {
  if (transfers.length === 0) return
  const { lms } = context
  const references = [...new Set(transfers.flatMap((transfer) => transfer.references))]
  const payments = await unsettledByReference(lms.db, references)
  const expected = new Set(payments.map(({ reference_digits }) => reference_digits))
  const names = (transfer: StatementRow) => transfer.references.some((one) => expected.has(one))
  const others = transfers.filter((transfer) => !names(transfer))
  const states = others.map(
    (one) => ({ ...one, state: one.references.length > 0 ? 'open' : 'none' }) as const,
  )
  await transact(lms, async (tx) => noteTransfers(tx, lms, states, await databaseTime(tx, lms)))
  report.looked += transfers.length
  const rules = await rulesOf(context)
  for (const transfer of transfers.filter(names)) {
    if (context.signal?.aborted) return
    addSettled(report, await settleTransfer(lms, transfer, rules))
  }
}

/** By which rules a block is lifted; undefined where `billtech.manage_cutoff` is off. */
async function rulesOf({ lms, ini, settings }: Context): Promise<BlockRules | undefined> {
  return settings().manageCutoff ? readBlockRules(lms, ini, settings()) : undefined
}

function addSettled(report: SettleReport, { state, payments, customers }: Settled): void {
  report.settled += payments.length
  if (state === 'difference') report.differences++
  report.customers = [...new Set([...report.customers, ...customers])]
}
