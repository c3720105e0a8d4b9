import { postSettlement } from '../ledger/index.ts'
import type { Db } from '../platform/db/database.ts'
import { sqlState, type Tx, transact } from '../platform/db/transaction.ts'
import { findProvider, providerNow } from '../provider/index.ts'
import { insertReturn, itemsOfRun, setCancelled } from './queries/items.ts'
import { changeRun, lockRun, lockRuns, reviveRun } from './queries/runs.ts'
import {
  awaitedTransfers,
  closeItem,
  closeItems,
  reopenItem,
  type Shown,
  transferShown,
} from './queries/shown.ts'
import { type Item, isPaidThoughCancelled, isTransfer, type Run, type RunStatus } from './run.ts'

/** What is asked cannot be done to the run as it is. Its message says why. */
export class SettlementError extends Error {
  override name = 'SettlementError'
}

/**
 * The file is at the bank: from now on the money counts as settled, and the run cannot be cancelled. Said again it
 * changes nothing. A run that was cancelled counts again where a statement has shown that the bank paid it.
 *
 * @throws SettlementError where the run was cancelled and not paid, or another has settled its payments meanwhile
 */
export async function uploadRun(db: Db, runId: bigint): Promise<void> {
  let isRevival = false
  try {
    await transact(db, async (tx) => {
      const run = await runToChange(tx, runId)
      isRevival = run.status === 'cancelled'
      if (run.status === 'made') await upload(tx, run)
      else if (isRevival) await revive(tx, run)
    })
  } catch (error) {
    if (!isRevival || sqlState(error) !== checkViolation) throw error
    throw new SettlementError(
      `The payments of run ${runId} were settled by another run: they were paid twice. Have the money sent back.`,
    )
  }
}

/** The database refuses that more of a payment is settled than it is. */
const checkViolation = '23514'

async function revive(tx: Tx, run: Run): Promise<void> {
  await lockRuns(tx)
  const items = await itemsOfRun(tx, run.id)
  if (items.every(({ closedAt }) => closedAt === null))
    throw new SettlementError(`Run ${run.id} was cancelled: make a new one.`)
  await reviveRun(tx, run.id, new Date())
  await setCancelled(tx, run.id, false)
  await post(tx, run, items)
  await closeIfSeen(tx, { ...run, status: 'uploaded' })
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
    await setCancelled(tx, runId, true)
  })
}

/**
 * The bank sent a transfer back: what it carried is due again. Of a cancelled run that was paid all the same, it
 * is then as if the transfer never was.
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
    const items = await itemsOfRun(tx, runId)
    const isAtBank = ['uploaded', 'closed'].includes(run.status) || items.some(isPaidThoughCancelled)
    if (!isAtBank) throw new SettlementError(`Run ${runId} is ${run.status} and is not at the bank.`)
    const [item, ...others] = items.filter(
      (each) =>
        isTransfer(each) && each.referenceNumber === referenceNumber && (nrb ?? each.nrb) === each.nrb,
    )
    if (!item)
      throw new SettlementError(`Run ${runId} has no transfer with the reference ${referenceNumber}.`)
    if (others.length > 0)
      throw new SettlementError('Several transfers have this reference: name the account.')
    if (isPaidThoughCancelled(item)) return reopenItem(tx, item.providerId, item.id)
    if (item.cancelled)
      throw new SettlementError(`No statement has shown the transfer of ${referenceNumber}.`)
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
 * of which a transfer was seen is at the bank, whether or not anybody said so. Of a cancelled run it is noted: its
 * payment is not due again until a person has said what happened.
 *
 * @returns what it was the transfer of; undefined where none was closed by it: the same line again closes nothing
 */
export async function closeShown(
  db: Db,
  providerId: number,
  shown: Shown,
): Promise<'run' | 'cancelled-run' | undefined> {
  for (;;) {
    const found = await transferShown(db, providerId, shown)
    if (!found) return undefined
    const closed = await transact(db, async (tx) => {
      const run = await runToChange(tx, found.runId)
      // Looked for again under the run's lock: somebody else may have been told of this line, or of its twin.
      const still = await transferShown(tx, providerId, shown)
      if (still?.itemId !== found.itemId) return 'look-again'
      if (run.status === 'made') await upload(tx, run)
      await closeItem(tx, providerId, found.itemId, { at: new Date(), shownBy: shown.shownBy })
      if (run.status === 'cancelled') return 'cancelled-run'
      await closeIfSeen(tx, run.status === 'made' ? { ...run, status: 'uploaded' } : run)
      return 'run'
    })
    if (closed !== 'look-again') return closed
  }
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
