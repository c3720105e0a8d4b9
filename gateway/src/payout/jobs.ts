import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { MethodError } from '../payment/index.ts'
import { enqueue, type TaskList } from '../platform/jobs.ts'
import type { Platform } from '../platform/platform.ts'
import { findProvider } from '../provider/index.ts'
import { fetchPayouts, reportingMethods } from './fetch.ts'
import { accountsWith } from './queries/readings.ts'

const FetchPayload = Type.Object({ providerId: Type.Integer(), method: Type.String() })

export const payoutTasks: TaskList = {
  'fetch-payouts': async (_payload, platform) => {
    await fetchAll(platform)
  },
  'payout.fetch': async (payload, platform) => {
    const { providerId, method } = Value.Parse(FetchPayload, payload)
    await fetchOne(platform, providerId, method)
  },
}

/** Daily, by UTC: in the night payment providers make the payouts of the day before. */
export const payoutCrontab = '23 5 * * * fetch-payouts'

/** Rings for every account whose method reports payouts, so that one does not wait for another. */
async function fetchAll({ db }: Platform): Promise<void> {
  for (const { providerId, method } of await accountsWith(db, reportingMethods()))
    await enqueue(db, 'payout.fetch', { providerId, method }, { key: `payout.fetch ${providerId} ${method}` })
}

/** A refusal, such as of reports that are not switched on, is asked about tomorrow; an outage before that. */
async function fetchOne(platform: Platform, providerId: number, method: string): Promise<void> {
  const provider = await findProvider(platform.db, providerId)
  if (!provider) return
  try {
    await fetchPayouts(platform, provider, method)
  } catch (error) {
    if (!(error instanceof MethodError)) throw error
    platform.log.warn({ provider: providerId, method, err: error }, 'payouts cannot be read')
  }
}
