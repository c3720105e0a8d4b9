import type { Database } from '../../platform/db/database.ts'
import { type Finding, good, wrong } from './finding.ts'
import { queue, reviewsOpen, runsPaidThoughCancelled, sinceLastBeat, stuckCheckouts } from './queries.ts'

const beatSecondsMax = 30
const queueSecondsMax = 60
const stuckSeconds = 300

/** Whether what has to be done in the background is being done. */
export const workChecks: Record<string, (database: Database) => Promise<Finding>> = {
  async worker({ db }) {
    const seconds = await sinceLastBeat(db)
    if (seconds !== undefined && seconds <= beatSecondsMax)
      return good('worker', `a worker was seen ${Math.round(seconds)} s ago`)
    return wrong(
      'worker',
      seconds === undefined ? 'no worker runs' : `no worker for ${Math.round(seconds)} s`,
      'Start "bill-gateway worker": without it pending payments are not asked about.',
    )
  },
  async queue({ db }) {
    const { due, ageSeconds } = await queue(db)
    const found = `${due} jobs due, the oldest for ${Math.round(ageSeconds)} s`
    if (ageSeconds <= queueSecondsMax) return good('queue', found)
    return wrong('queue', found, 'Start more workers, or look at the log of those that run.')
  },
  async jobs({ db }) {
    const { givenUp } = await queue(db)
    if (givenUp === 0) return good('jobs', 'none given up')
    const advice = 'Look at graphile_worker.jobs (last_error) and mend the cause.'
    return wrong('jobs', `${givenUp} failed too often`, advice)
  },
  async checkouts({ db }) {
    const stuck = await stuckCheckouts(db, stuckSeconds)
    if (stuck === 0) return good('checkouts', 'all asked about in time')
    const found = `${stuck} should have been asked about long ago`
    return wrong('checkouts', found, 'Start a worker, or look at its log.')
  },
  async reviews({ db }) {
    const { count, kinds } = await reviewsOpen(db)
    if (count === 0) return good('reviews', 'none waits')
    return wrong(
      'reviews',
      `${count} wait for a person (${kinds.join(', ')})`,
      'See "bill-gateway review list", settle each with the payment provider, and say "review close".',
    )
  },
  async settlements({ db }) {
    const runs = await runsPaidThoughCancelled(db)
    if (runs.length === 0) return good('settlements', 'no cancelled run was paid')
    return wrong(
      'settlements',
      `bank statements show transfers of cancelled runs: ${runs.join(', ')}`,
      'See "bill-gateway settlement show", then say "settlement uploaded", or "settlement return" once it is back.',
    )
  },
}
