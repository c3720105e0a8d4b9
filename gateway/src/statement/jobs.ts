import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { TaskList } from '../platform/jobs.ts'
import type { Platform } from '../platform/platform.ts'
import { findProvider } from '../provider/index.ts'
import { watchFolders } from './folder.ts'
import { fail, matchLater } from './import.ts'
import { matchShare } from './match/run.ts'
import { forgetEntriesBefore } from './queries/entries.ts'
import { deleteLines, statementsWithLeftLines } from './queries/lines.ts'
import { standingStatements } from './queries/statements.ts'

const Id = Type.String({ pattern: '^\\d{1,18}$' })
const MatchPayload = Type.Object({ providerId: Type.Integer(), statementId: Id, after: Id })

export const statementTasks: TaskList = {
  'statement.match': async (payload, platform) => {
    const { providerId, statementId, after } = Value.Parse(MatchPayload, payload)
    const provider = await findProvider(platform.db, providerId)
    if (provider) await matchShare(platform, provider, BigInt(statementId), BigInt(after))
  },
  'sweep-statements': async (_payload, platform) => {
    await sweepStatements(platform)
  },
  'watch-statements': async (_payload, platform) => {
    await watchFolders(platform)
  },
  'forget-statement-entries': async (_payload, platform) => {
    await forgetEntries(platform)
  },
}

export const statementCrontab = [
  '* * * * * sweep-statements',
  '* * * * * watch-statements',
  '41 3 * * * forget-statement-entries',
].join('\n')

/** A file that is being read moves with every thousand entries. */
const readingSeconds = 900
const matchingSeconds = 300
const sweptMax = 100
const stopped = 'The gateway stopped while it was read. Bring it again: nothing is stored twice.'

/** Gives up files whose reader died, and rings again for those whose job is lost. */
export async function sweepStatements(
  { db }: Platform,
  seconds = { reading: readingSeconds, matching: matchingSeconds },
): Promise<void> {
  for (const { providerId, statementId } of await standingStatements(
    db,
    'reading',
    seconds.reading,
    sweptMax,
  ))
    await fail(db, providerId, statementId, stopped)
  for (const { providerId, statementId } of await standingStatements(
    db,
    'matching',
    seconds.matching,
    sweptMax,
  ))
    await matchLater(db, providerId, statementId)
}

const dayMs = 86_400_000
const keptDays = 90
const forgottenMax = 1_000

/**
 * Empties names, accounts and titles of entries that were decided 90 days ago, and drops what a crash left staged.
 *
 * @returns how many entries
 */
export async function forgetEntries({ db }: Platform, now = new Date()): Promise<number> {
  for (const { providerId, statementId } of await statementsWithLeftLines(db, sweptMax))
    await deleteLines(db, providerId, statementId)
  const oldest = new Date(now.getTime() - keptDays * dayMs)
  let forgotten = 0
  for (let last = forgottenMax; last === forgottenMax; forgotten += last)
    last = await forgetEntriesBefore(db, oldest, forgottenMax)
  return forgotten
}
