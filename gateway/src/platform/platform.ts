import type { Settings } from '../settings.ts'
import type { Database } from './db/database.ts'
import type { Signals } from './db/signals.ts'
import type { Log } from './log.ts'
import type { Keyring } from './sealing.ts'

/** What every room is handed. */
export interface Platform extends Database {
  settings: Settings
  signals: Signals
  log: Log
  /** Seals secrets; without an encryption key it can seal none. */
  keyring: Keyring
}
