import { checkDue, nextDueAt, planAgain, refundDue } from '../payment/index.ts'
import type { Platform } from '../platform/platform.ts'
import type { DueActs, Provider } from '../provider/index.ts'
import { webhookDue } from '../webhook/index.ts'

/** Every room in which something falls due, in the order in which it is done at one moment. */
export const dueActs: readonly DueActs[] = [{ checkDue, nextDueAt, planAgain }, refundDue, webhookDue]

/** Rounds of doing what is due at one moment: what is done may make other things due. */
const roundsMax = 1_000

/** @returns how many acts were done */
export async function doAllDue(platform: Platform, provider: Provider): Promise<number> {
  let done = 0
  for (let round = 0; round < roundsMax; round++) {
    let more = 0
    for (const acts of dueActs) more += await acts.checkDue(platform, provider)
    if (more === 0) break
    done += more
  }
  return done
}

/** The first moment at which a room has something to do. */
export async function firstDueAt(platform: Platform, provider: Provider): Promise<Date | undefined> {
  const moments = await Promise.all(dueActs.map((acts) => acts.nextDueAt(platform, provider)))
  const planned = moments.flatMap((moment) => moment?.getTime() ?? [])
  return planned.length > 0 ? new Date(Math.min(...planned)) : undefined
}

export async function planAllAgain(platform: Platform, provider: Provider): Promise<void> {
  for (const acts of dueActs) await acts.planAgain(platform, provider)
}
