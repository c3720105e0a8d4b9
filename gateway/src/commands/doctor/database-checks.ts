import { verifyBooks } from '../../ledger/index.ts'
import type { Database } from '../../platform/db/database.ts'
import { pendingMigrations } from '../../platform/db/migrate.ts'
import type { Settings } from '../../settings.ts'
import { type Finding, good, wrong } from './finding.ts'
import { countLive, queue, reviewsOpen, server, sinceLastBeat, stuckCheckouts } from './queries.ts'
import { isLoopback } from './settings-checks.ts'

const clockDifferenceMaxMs = 2_000
const beatSecondsMax = 30
const queueSecondsMax = 60
const stuckSeconds = 300
const oldestServer = 150_000

export async function checkDatabase(database: Database, settings: Settings): Promise<Finding[]> {
  const asked = Date.now()
  const { version, number, now } = await server(database.db)
  const answered = Date.now()
  const findings = [
    number >= oldestServer
      ? good('database', `PostgreSQL ${version}`)
      : wrong('database', `PostgreSQL ${version} is too old`, 'Move to PostgreSQL 15 or newer.'),
    checkClock(now.getTime() - (asked + answered) / 2),
  ]
  const pending = await pendingMigrations(database)
  if (pending.length > 0) {
    const found = `${pending.length} to apply: ${pending.join(', ')}`
    return [...findings, wrong('migrations', found, 'Run "bill-gateway migrate".')]
  }
  findings.push(good('migrations', 'all applied'))
  return [
    ...findings,
    ...(await checkWork(database)),
    await checkBooks(database),
    await checkLive(database, settings),
  ]
}

function checkClock(differenceMs: number): Finding {
  const seconds = `${(Math.abs(differenceMs) / 1000).toFixed(1)} s apart`
  if (Math.abs(differenceMs) <= clockDifferenceMaxMs) return good('clock', `${seconds} from the database's`)
  const advice =
    'Keep both clocks by NTP: events are numbered by the database, checkouts timed by the gateway.'
  return wrong('clock', `this machine and the database are ${seconds}`, advice)
}

async function checkWork({ db }: Database): Promise<Finding[]> {
  const beat = await sinceLastBeat(db)
  const { due, ageSeconds, givenUp } = await queue(db)
  const stuck = await stuckCheckouts(db, stuckSeconds)
  const reviews = await reviewsOpen(db)
  const age = `${Math.round(ageSeconds)} s`
  return [
    beat !== undefined && beat <= beatSecondsMax
      ? good('worker', `a worker was seen ${Math.round(beat)} s ago`)
      : wrong(
          'worker',
          beat === undefined ? 'no worker runs' : `no worker for ${Math.round(beat)} s`,
          'Start "bill-gateway worker": without it pending payments are not asked about.',
        ),
    ageSeconds <= queueSecondsMax
      ? good('queue', `${due} jobs due, the oldest for ${age}`)
      : wrong(
          'queue',
          `${due} jobs due, the oldest for ${age}`,
          'Start more workers, or look at the log of those that run.',
        ),
    givenUp === 0
      ? good('jobs', 'none given up')
      : wrong(
          'jobs',
          `${givenUp} failed too often`,
          'Look at graphile_worker.jobs (last_error) and mend the cause.',
        ),
    stuck === 0
      ? good('checkouts', 'all asked about in time')
      : wrong(
          'checkouts',
          `${stuck} should have been asked about long ago`,
          'Start a worker, or look at its log.',
        ),
    reviews.count === 0
      ? good('reviews', 'none waits')
      : wrong(
          'reviews',
          `${reviews.count} wait for a person (${reviews.kinds.join(', ')})`,
          'Look at the rows of the table review whose closed_at is null, settle each with the provider, and set closed_at.',
        ),
  ]
}

async function checkBooks({ db }: Database): Promise<Finding> {
  const discrepancies = await verifyBooks(db)
  if (discrepancies.length === 0) return good('books', 'every sum holds')
  const shown = discrepancies.slice(0, 5).map(({ rule, subject, detail }) => `${rule}: ${subject} ${detail}`)
  return wrong(
    'books',
    `${discrepancies.length} places do not agree\n${shown.join('\n')}`,
    'Stop the workers, keep a back-up, and report this: money is safe in the postings, something derived is not.',
  )
}

async function checkLive({ db }: Database, { publicUrl }: Settings): Promise<Finding> {
  const live = await countLive(db)
  if (live === 0 || !isLoopback(new URL(publicUrl).hostname)) return good('live providers', String(live))
  return wrong(
    'live providers',
    `${live}, and PUBLIC_URL is ${publicUrl}`,
    'Set PUBLIC_URL to the address that payers reach: it stands in every link.',
  )
}
