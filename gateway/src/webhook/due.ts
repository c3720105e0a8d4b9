import type { DueActs } from '../provider/index.ts'
import { nextSendAt } from './queries/endpoints.ts'
import { providerHasWork } from './queries/queue.ts'
import { createSender } from './sender.ts'

/** No step of the test clock waits longer for slow receivers. */
const waitMaxMs = 60_000
const lookAgainMs = 20

/** The test clock: what is due is sent before it goes on, by whichever process has the endpoint. */
export const webhookDue: DueActs = {
  async checkDue(platform, provider) {
    if (!(await providerHasWork(platform.db, provider.id))) return 0
    const sender = createSender(platform, { providerId: provider.id })
    const givenUpAt = performance.now() + waitMaxMs
    let done = 0
    try {
      while (performance.now() < givenUpAt) {
        done += await sender.turn()
        if (!sender.isBusy() && !(await providerHasWork(platform.db, provider.id))) break
        await sender.tryEnded(lookAgainMs)
      }
    } finally {
      await sender.close()
    }
    return done
  },
  async nextDueAt({ db }, provider) {
    return (await nextSendAt(db, provider.id)) ?? undefined
  },
  // The sender looks by itself.
  planAgain: async () => undefined,
}
