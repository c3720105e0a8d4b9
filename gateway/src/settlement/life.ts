import { postSettlement } from '../ledger/index.ts'
import type { Db } from '../platform/db/database.ts'
import { type Tx, transact } from '../platform/db/transaction.ts'
import { findProvider, providerNow } from '../provider/index.ts'
import {
  awaitedTransfers,
  cancelItems,
  closeItem,
  closeItems,
  insertReturn,
  itemsOfRun,
  type Shown,
  transferShown,
} from './queries/items.ts'
import { changeRun, lockRun } from './queries/runs.ts'
import { type Item, isTransfer, type Run, type RunStatus } from './run.ts'

/** What is asked cannot be done to the run as it is. Its message says why. */
export class SettlementError extends Error {
  override name = 'SettlementError'
}

/**
 * The file is at the bank: from now on the money counts as settled, and the run cannot be cancelled. Said again it
 * changes nothing.
 *
 * @throws SettlementError where the run was cancelled
 */
export async function uploadRun(db: Db, runId: bigint): Promise<void> {
  await transact(db, async (tx) => {
    const run = await runToChange(tx, runId)
    if (run.status === 'cancelled') throw new SettlementError(`Run ${runId} was cancelled: make a new one.`)
    if (run.status === 'made') await upload(tx, run)
  })
}

async function upload(tx: Tx, run: Run): Promise<void> {
  await changeRun(tx, run.id, 'uploaded', { uploadedAt: new Date() })
  await post(tx, run, await itemsOfRun(tx, run.id))
}

async function post(tx: Tx, run: Run, items: readonly Pick<Item, 'providerId' | 'paymentId' | 'due'>[]) {
  const times = new Map<number, Date>()
  for (const { providerId, paymentId, due } of items) {
    const at = times.get(providerId) ?? (await nowOf(tx, providerId))
    times.set(providerId, at)
    await postSettlement(tx, providerId, { paymentId, amount: due, currency: run.currency, at })
  }
}

/**
 * Nothing of the run is settled: it is due again. Said again it changes nothing.
 *
 * @throws SettlementError once its file is at the bank
 */
export async function cancelRun(db: Db, runId: bigint): Promise<void> {
  await transact(db, async (tx) => {
    const { status } = await runToChange(tx, runId)
    if (status === 'cancelled') return
    refuseUnless(status, ['made'], runId, 'cannot be cancelled any more')
    await changeRun(tx, runId, 'cancelled', { endedAt: new Date() })
    await cancelItems(tx, runId)
  })
}

/**
 * The bank sent a transfer back: what it carried is due again.
 *
 * @throws SettlementError where the run has no such transfer, or it came back before
 */
export async function returnTransfer(
  db: Db,
  runId: bigint,
  { referenceNumber, nrb }: { referenceNumber: string; nrb?: string },
): Promise<void> {
  await transact(db, async (tx) => {
    const run = await runToChange(tx, runId)
    refuseUnless(run.status, ['uploaded', 'closed'], runId, 'is not at the bank')
    const items = await itemsOfRun(tx, runId)
    const [item, ...others] = items.filter(
      (each) =>
        isTransfer(each) && each.referenceNumber === referenceNumber && (nrb ?? each.nrb) === each.nrb,
    )
    if (!item)
      throw new SettlementError(`Run ${runId} has no transfer with the reference ${referenceNumber}.`)
    if (others.length > 0)
      throw new SettlementError('Several transfers have this reference: name the account.')
    const back = (each: Item) =>
      each.kind === 'return' && each.paymentId === item.paymentId && each.nrb === item.nrb
    if (items.some((each) => back(each) && each.providerId === item.providerId))
      throw new SettlementError(`The transfer with the reference ${referenceNumber} came back before.`)
    await insertReturn(tx, runId, item)
    await post(tx, run, [{ ...item, due: -item.amount }])
    await closeIfSeen(tx, run)
  })
}

/**
 * A person saw all of the run's transfers on the bank's statement. @returns how many had been awaited
 *
 * @throws SettlementError where the run was cancelled
 */
export async function closeRun(db: Db, runId: bigint): Promise<number> {
  return transact(db, async (tx) => {
    const run = await runToChange(tx, runId)
    refuseUnless(run.status, ['made', 'uploaded', 'closed'], runId, 'was cancelled')
    if (run.status === 'closed') return 0
    if (run.status === 'made') await upload(tx, run)
    const closed = await closeItems(tx, runId, { at: new Date(), shownBy: 'by hand' })
    await closeIfSeen(tx, { ...run, status: 'uploaded' })
    return closed
  })
}

/**
 * A statement shows money that came with a reference of ours: closes the transfer that it is, if it is one. A run
 * of which a transfer was seen is at the bank, whether or not anybody said so.
 *
 * @returns whether a transfer was closed by it; the same line again closes nothing more
 */
export async function closeShown(db: Db, providerId: number, shown: Shown): Promise<boolean> {
  const found = await transferShown(db, providerId, shown)
  if (!found) return false
  return transact(db, async (tx) => {
    const run = await runToChange(tx, found.runId)
    if (run.status === 'cancelled') return false
    // Looked for again under the run's lock: somebody else may have been told of the same line.
    const still = await transferShown(tx, providerId, shown)
    if (still?.itemId !== found.itemId) return false
    if (run.status === 'made') await upload(tx, run)
    const closed = await closeItem(tx, providerId, found.itemId, { at: new Date(), shownBy: shown.shownBy })
    await closeIfSeen(tx, { ...run, status: 'uploaded' })
    return closed
  })
}

async function closeIfSeen(tx: Tx, run: Run): Promise<void> {
  if (run.status === 'uploaded' && (await awaitedTransfers(tx, run.id)) === 0)
    await changeRun(tx, run.id, 'closed', { endedAt: new Date() })
}

async function runToChange(tx: Tx, runId: bigint): Promise<Run> {
  const run = await lockRun(tx, runId)
  if (!run) throw new SettlementError(`There is no run ${runId}.`)
  return run
}

function refuseUnless(status: RunStatus, wanted: readonly RunStatus[], runId: bigint, why: string): void {
  if (!wanted.includes(status)) throw new SettlementError(`Run ${runId} is ${status} and ${why}.`)
}

async function nowOf(tx: Tx, providerId: number): Promise<Date> {
  const provider = await findProvider(tx, providerId)
  if (!provider) throw new Error(`there is no provider ${providerId}`)
  return providerNow(provider)
}
