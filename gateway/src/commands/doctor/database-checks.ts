import { verifyBooks } from '../../ledger/index.ts'
import { lostAccounts } from '../../payment/index.ts'
import type { Database, Db } from '../../platform/db/database.ts'
import { pendingMigrations } from '../../platform/db/migrate.ts'
import { type Keyring, openKeyring } from '../../platform/sealing.ts'
import type { Settings } from '../../settings.ts'
import { lostWebhookSecrets } from '../../webhook/index.ts'
import { type Finding, good, wrong } from './finding.ts'
import { countLive, server } from './queries.ts'
import { isLoopback } from './settings-checks.ts'
import { workChecks } from './work-checks.ts'

type Check = (database: Database, settings: Settings) => Promise<Finding>

const clockDifferenceMaxMs = 2_000
const oldestServer = 150_000

/** They can be asked of any database. */
export const databaseChecks: Record<string, Check> = {
  database: ({ db }) => checkServer(db),
  clock: ({ db }) => checkClock(db),
  migrations: checkMigrations,
}

/** They need the schema of this version. */
export const schemaChecks: Record<string, Check> = {
  ...workChecks,
  books: ({ db }) => checkBooks(db),
  secrets: ({ db }, settings) => checkSecrets(db, settings),
  'live providers': ({ db }, settings) => checkLive(db, settings),
}

async function checkServer(db: Db): Promise<Finding> {
  const { version, number } = await server(db)
  if (number >= oldestServer) return good('database', `PostgreSQL ${version}`)
  return wrong('database', `PostgreSQL ${version} is too old`, 'Move to PostgreSQL 15 or newer.')
}

async function checkClock(db: Db): Promise<Finding> {
  const asked = Date.now()
  const { now } = await server(db)
  const difference = Math.abs(now.getTime() - (asked + Date.now()) / 2)
  const found = `${(difference / 1000).toFixed(1)} s apart from the database's`
  if (difference <= clockDifferenceMaxMs) return good('clock', found)
  const advice =
    'Keep both clocks by NTP: events are numbered by the database, checkouts timed by the gateway.'
  return wrong('clock', found, advice)
}

export async function checkMigrations(database: Database): Promise<Finding> {
  const pending = await pendingMigrations(database)
  if (pending.length === 0) return good('migrations', 'all applied')
  const found = `${pending.length} to apply: ${pending.join(', ')}`
  return wrong('migrations', found, 'Run "bill-gateway migrate".')
}

async function checkBooks(db: Db): Promise<Finding> {
  const discrepancies = await verifyBooks(db)
  if (discrepancies.length === 0) return good('books', 'every sum holds')
  const shown = discrepancies.slice(0, 5).map(({ rule, subject, detail }) => `${rule}: ${subject} ${detail}`)
  return wrong(
    'books',
    `${discrepancies.length} places do not agree\n${shown.join('\n')}`,
    'Stop the workers, keep a back-up, and report this: money is safe in the postings, something derived is not.',
  )
}

/** Secrets are sealed with keys that are not in the database. */
async function checkSecrets(db: Db, settings: Settings): Promise<Finding> {
  const advice =
    'Put the key that sealed them back into ENCRYPTION_KEY_FILE, or give them anew: "bill-gateway method connect", ' +
    '"bill-gateway webhook rotate".'
  const keyring = tryKeyring(settings)
  if (!keyring) return wrong('secrets', 'the encryption keys cannot be read', advice)
  const lost = [...(await lostAccounts(db, keyring)), ...(await lostWebhookSecrets(db, keyring))]
  if (lost.length > 0) return wrong('secrets', `${lost.length} open with no key\n${lost.join('\n')}`, advice)
  return good(
    'secrets',
    keyring.canSeal ? 'every sealed secret opens' : 'no encryption key, and nothing sealed',
  )
}

function tryKeyring(settings: Settings): Keyring | undefined {
  try {
    return openKeyring(settings)
  } catch {
    return undefined
  }
}

async function checkLive(db: Db, { publicUrl }: Settings): Promise<Finding> {
  const live = await countLive(db)
  if (live === 0 || !isLoopback(new URL(publicUrl).hostname)) return good('live providers', String(live))
  return wrong(
    'live providers',
    `${live}, and PUBLIC_URL is ${publicUrl}`,
    'Set PUBLIC_URL to the address that payers reach: it stands in every link.',
  )
}
