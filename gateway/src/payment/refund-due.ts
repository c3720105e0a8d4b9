import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { TaskList } from '../platform/jobs.ts'
import type { Platform } from '../platform/platform.ts'
import { type DueActs, findProvider, providerNow } from '../provider/index.ts'
import { findRefundById, nextRefundDue, refundsDue, refundsOverdue } from './queries/refunds.ts'
import { askIfDue, askLater } from './refund-send.ts'

const batchMax = 100
/** Jobs that are planned anew at a time: the soonest; the rest is found by the sweep. */
const plannedMax = 1_000
const soonMs = 3_600_000

/** Refunds by the provider's clock. */
export const refundDue: DueActs = {
  async checkDue(platform, provider) {
    let done = 0
    for (const id of await refundsDue(platform.db, provider.id, providerNow(provider), batchMax)) {
      try {
        if (await askIfDue(platform, provider.id, id)) done++
      } catch (error) {
        // One payer's trouble holds up no other; its own job tries again.
        platform.log.error(
          { err: error, provider: provider.code },
          'a refund that is due could not be asked about',
        )
      }
    }
    return done
  },
  nextDueAt: ({ db }, provider) => nextRefundDue(db, provider.id),
  async planAgain({ db }, provider) {
    const soon = new Date(providerNow(provider).getTime() + soonMs)
    for (const id of await refundsDue(db, provider.id, soon, plannedMax)) {
      const refund = await findRefundById(db, provider.id, id)
      if (refund) await askLater(db, provider, id, refund.nextCheckAt)
    }
  },
}

const AskPayload = Type.Object({
  providerId: Type.Integer(),
  refundId: Type.String({ pattern: '^\\d{1,18}$' }),
})

export const refundTasks: TaskList = {
  'refund.ask': async (payload, platform) => {
    const { providerId, refundId } = Value.Parse(AskPayload, payload)
    await askIfDue(platform, providerId, BigInt(refundId))
  },
  'sweep-refunds': async (_payload, platform) => {
    await sweepRefunds(platform)
  },
}

export const refundCrontab = '* * * * * sweep-refunds'

/** A refund so long overdue has lost its job, or the test clock has overtaken it. */
const overdueSeconds = 30
const sweptMax = 1_000

/** Rings again for refunds whose job is lost. @returns how many */
export async function sweepRefunds({ db }: Platform): Promise<number> {
  const overdue = await refundsOverdue(db, overdueSeconds, sweptMax)
  for (const { providerId, refundId } of overdue) {
    const provider = await findProvider(db, providerId)
    if (provider) await askLater(db, provider, refundId, new Date(0))
  }
  return overdue.length
}
