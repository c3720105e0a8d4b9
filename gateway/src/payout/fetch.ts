import { isCalendarDate } from '@bill-gateway/contract'
import {
  type Days,
  MethodError,
  methodOf,
  methods,
  type PayoutReports,
  type ReportedPayout,
} from '../payment/index.ts'
import { transact } from '../platform/db/transaction.ts'
import { OutgoingError } from '../platform/http/outgoing.ts'
import type { Platform } from '../platform/platform.ts'
import { warsawDate } from '../platform/warsaw-time.ts'
import type { Provider } from '../provider/index.ts'
import { collectorOfAccount, noteFailure, noteRead, readingsOf } from './queries/readings.ts'
import { type PayoutToStore, replaceItems, standOf, upsertPayout } from './queries/store.ts'

/** Days that are read when an account is read for the first time. */
const firstDays = 31
/** A payout may appear days after the day that it bears. */
const againDays = 7
const daysMax = 400
const dayMs = 86_400_000

export interface Fetched extends Days {
  method: string
  /** Payouts of these days. */
  payouts: number
  /** Of these: not known before. */
  added: number
}

/** Methods that report their payouts. */
export function reportingMethods(): string[] {
  return Object.values(methods)
    .filter(({ payouts }) => payouts !== 'cannot')
    .map(({ code }) => code)
}

/**
 * Reads the payouts of a provider's account: from a week before the last day that was read, so an outage leaves
 * no gap, until today. A payout is stored with all its items or not at all; one that is known is read again only
 * while it does not add up.
 *
 * @param days which days instead: at most 400. What was read of others is not changed by it
 * @throws MethodError where the method has no such reports, or refuses; OutgoingError where it cannot be
 *   reached. What was read before that stays, and the next reading goes on from there
 */
export async function fetchPayouts(
  platform: Platform,
  provider: Provider,
  method: string,
  days?: Days,
): Promise<Fetched> {
  const { db } = platform
  const reports = reportsOf(provider, method)
  const collectedBy = await collectorOfAccount(db, provider.id, method)
  if (!collectedBy) throw new MethodError(`provider ${provider.code} has no account with ${method}`)
  const now = new Date()
  const reading = (await readingsOf(db, provider.id)).find((one) => one.method === method)
  const { from, to } = days ? checked(days) : daysToRead(reading?.lastDay ?? null, warsawDate(now))
  const fetched: Fetched = { method, from, to, payouts: 0, added: 0 }
  try {
    for (const window of windowsOf({ from, to }, reports.daysMax)) {
      for (const reported of await reports.list(platform, provider, window)) {
        fetched.payouts += 1
        const known = { day: window.to, readAt: now, collectedBy }
        if (await keep(platform, provider, { method, reports }, reported, known)) fetched.added += 1
      }
      if (!days) await noteRead(db, provider.id, method, window, now)
    }
  } catch (error) {
    if (!days) await noteFailure(db, provider.id, method, sayable(error), now)
    throw error
  }
  return fetched
}

/** @returns whether it is a new one */
async function keep(
  platform: Platform,
  provider: Provider,
  { method, reports }: { method: string; reports: PayoutReports },
  reported: ReportedPayout,
  known: Omit<PayoutToStore, keyof ReportedPayout>,
): Promise<boolean> {
  const stand = await standOf(platform.db, provider.id, method, reported)
  if (stand === 'whole') return false
  const items = await reports.items(platform, provider, reported)
  const dated = reported.sentAt ?? reported.madeAt
  await transact(platform.db, async (tx) => {
    const stored = { ...reported, ...known, ...(dated && { day: warsawDate(dated) }) }
    const id = await upsertPayout(tx, provider.id, method, stored)
    await replaceItems(tx, provider.id, method, id, items)
  })
  return stand === 'absent'
}

function reportsOf(provider: Provider, code: string): PayoutReports {
  const payouts = methodOf(provider, code)?.payouts ?? 'cannot'
  if (payouts === 'cannot') throw new MethodError(`${code} has no reports of payouts`)
  return payouts
}

function checked({ from, to }: Days): Days {
  if (!isCalendarDate(from) || !isCalendarDate(to)) throw new RangeError('a day is written yyyy-mm-dd')
  if (from > to || plusDays(from, daysMax - 1) < to)
    throw new RangeError(`the last day is 0 to ${daysMax - 1} days after the first`)
  return { from, to }
}

function daysToRead(lastDay: string | null, today: string): Days {
  const from = lastDay === null ? plusDays(today, 1 - firstDays) : plusDays(lastDay, 1 - againDays)
  return { from: from < today ? from : today, to: today }
}

function* windowsOf({ from, to }: Days, length: number): Generator<Days> {
  for (let first = from; first <= to; first = plusDays(first, length)) {
    const last = plusDays(first, length - 1)
    yield { from: first, to: last < to ? last : to }
  }
}

function plusDays(day: string, count: number): string {
  return new Date(Date.parse(day) + count * dayMs).toISOString().slice(0, 10)
}

/** Both kinds of error hold no secret and no personal data; of others only the log tells. */
function sayable(error: unknown): string {
  return error instanceof MethodError || error instanceof OutgoingError
    ? error.message
    : 'The gateway failed; its log says how.'
}
