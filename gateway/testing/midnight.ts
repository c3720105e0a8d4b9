import { setTimeout as sleep } from 'node:timers/promises'
import { warsawDate } from '../src/platform/warsaw-time.ts'

const needsMs = 60_000

/** For tests that a change of the day in their middle would upset: begins after midnight where that is near. */
export async function awayFromMidnight(): Promise<void> {
  while (warsawDate(new Date()) !== warsawDate(new Date(Date.now() + needsMs))) await sleep(1_000)
}
