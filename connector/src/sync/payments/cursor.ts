import { databaseTime, type Lms, type Tx } from '../../platform/index.ts'
import { readInfo, writeInfo } from '../../store/index.ts'
import { firstLinkOf, lockInfo } from './queries/info.ts'

const cursorKey = (gatewayId: string) => `cursor:${gatewayId}`
const searchKey = (gatewayId: string) => `search:${gatewayId}`
const sinceKey = (gatewayId: string) => `since:${gatewayId}`

/** How wrong a clock may be, and how late a payment may come to light: seconds. */
const slackSeconds = 7_200
/** A gateway without events may show a payment long after it was made. */
const slackWithoutEventsSeconds = 2 * 86_400

/** Id of the last event of the gateway whose payments are booked; "0" before the first. */
export async function eventCursor(lms: Lms, gatewayId: string): Promise<string> {
  return (await readInfo(lms.db, cursorKey(gatewayId))) ?? '0'
}

/** Notes that everything up to this event is booked. Never goes back. */
export async function advanceCursor(tx: Tx, lms: Lms, gatewayId: string, eventId: string): Promise<void> {
  await lockInfo(tx, cursorKey(gatewayId))
  const stored = await readInfo(tx, cursorKey(gatewayId))
  if (stored !== undefined && !isLater(eventId, stored)) return
  await writeInfo(lms, tx, cursorKey(gatewayId), eventId)
}

/** The gateway has deleted the events after the cursor: reading begins with the oldest that is kept. */
export async function resetCursor(lms: Lms, gatewayId: string): Promise<void> {
  await writeInfo(lms, lms.db, cursorKey(gatewayId), '0')
}

/** Ids are decimal numbers. What is none counts as later: another gateway stands behind the address now. */
function isLater(id: string, than: string): boolean {
  if (!/^\d+$/.test(id) || !/^\d+$/.test(than)) return true
  return BigInt(id) > BigInt(than)
}

/**
 * The moment before which no payment is ours: its links were not made by this installation. Epoch seconds,
 * noted at the first contact with a gateway.
 */
export async function ownSince(lms: Lms, gatewayId: string): Promise<number> {
  const stored = Number((await readInfo(lms.db, sinceKey(gatewayId))) ?? Number.NaN)
  if (Number.isInteger(stored)) return stored
  const now = await databaseTime(lms.db, lms)
  const first = await firstLinkOf(lms.db, gatewayId)
  const lastSync = Number(await readInfo(lms.db, 'last_sync'))
  const moments = [now, first?.at ?? now, first && lastSync > 0 ? lastSync : now]
  const since = Math.max(0, Math.min(...moments) - slackSeconds)
  await writeInfo(lms, lms.db, sinceKey(gatewayId), String(since))
  return since
}

/** From when the next search asks, and what to call once all of its answer is booked. */
export async function searchWindow(lms: Lms, gatewayId: string, hasEvents: boolean) {
  const since = await ownSince(lms, gatewayId)
  const now = await databaseTime(lms.db, lms)
  const last = Number((await readInfo(lms.db, searchKey(gatewayId))) ?? Number.NaN)
  const slack = hasEvents ? slackSeconds : slackWithoutEventsSeconds
  const fromDate = Number.isInteger(last) ? Math.max(since, Math.min(last, now) - slack) : since
  return { fromDate, done: () => writeInfo(lms, lms.db, searchKey(gatewayId), String(now)) }
}
