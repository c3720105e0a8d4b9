import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { TaskList } from '../../platform/jobs.ts'
import type { Platform } from '../../platform/platform.ts'
import { type DueActs, providerNow } from '../../provider/index.ts'
import { due, nextDue } from '../queries/due.ts'
import { sweep } from '../sweep.ts'
import { findRefundById } from './queries/refunds.ts'
import { askIfDue, askLater } from './send.ts'

const batchMax = 100
/** Jobs that are planned anew at a time: the soonest; the rest is found by the sweep. */
const plannedMax = 1_000
const soonMs = 3_600_000

/** Refunds by the provider's clock. */
export const refundDue: DueActs = {
  async checkDue(platform, provider) {
    let done = 0
    for (const id of await due(platform.db, 'refund', provider.id, providerNow(provider), batchMax)) {
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
  nextDueAt: ({ db }, provider) => nextDue(db, 'refund', provider.id),
  async planAgain({ db }, provider) {
    const soon = new Date(providerNow(provider).getTime() + soonMs)
    for (const id of await due(db, 'refund', provider.id, soon, plannedMax)) {
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

/** Rings again for refunds whose job is lost. @returns how many */
export const sweepRefunds = ({ db }: Platform): Promise<number> => sweep(db, 'refund', askLater)
