import { createLog } from '../platform/log.ts'
import type { Platform } from '../platform/platform.ts'
import { openKeyring } from '../platform/sealing.ts'
import type { Environment } from './context.ts'
import { withDatabase } from './database.ts'

/** Nothing waits in a command: it asks, answers and ends. */
const deaf: Platform['signals'] = {
  wait: async () => undefined,
  close: async () => undefined,
}

/** As withDatabase on a schema of this version, for commands that call methods or seal secrets. */
export async function withPlatform<T>(
  environment: Environment,
  work: (platform: Platform) => Promise<T>,
): Promise<T> {
  return withDatabase(environment, { schema: 'ready' }, (database) => {
    const { settings } = database
    // What a command has to say it says itself.
    const log = createLog(environment.LOG_LEVEL ? settings.logLevel : 'silent')
    return work({ ...database, signals: deaf, log, keyring: openKeyring(settings) })
  })
}
