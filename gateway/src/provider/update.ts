import type { Db } from '../platform/db/database.ts'
import { signal, sqlState, type Tx, transact } from '../platform/db/transaction.ts'
import { ApiError, validationFailed } from '../platform/http/errors.ts'
import { checkDetails, type ProviderDetails } from './details.ts'
import { keyTopic } from './keys.ts'
import type { Provider } from './provider.ts'
import { listKeys } from './queries/keys.ts'
import { changeProvider, lockProvider, type ProviderValues } from './queries/providers.ts'

export interface ProviderChanges extends ProviderDetails {
  /** Only before its first link, and while it has no working key: keys show in their name what they are for. */
  test?: boolean
  /** A disabled provider's API answers 403 and its streams close; money that arrives is still recorded. */
  disabled?: boolean
}

const checkViolation = '23514'

/** @throws ApiError validation_failed that names every bad field, not_found */
export async function updateProvider(db: Db, id: number, changes: ProviderChanges): Promise<Provider> {
  const { test, disabled, ...details } = changes
  const { values, errors } = checkDetails(details)
  if (errors.length > 0) throw validationFailed(errors)
  return transact(db, async (tx) => {
    const provider = await lockProvider(tx, id)
    if (!provider) throw new ApiError('not_found', { detail: 'no such provider' })
    if (disabled !== undefined && disabled !== provider.disabled) {
      values.disabled_at = disabled ? new Date() : null
      await signalKeys(tx, id)
    }
    if (test !== undefined && test !== provider.test) await changeTest(tx, id, test, values)
    return Object.keys(values).length > 0 ? changeProvider(tx, id, values) : provider
  })
}

async function signalKeys(tx: Tx, id: number): Promise<void> {
  for (const key of await listKeys(tx, id)) signal(tx, keyTopic(key.id))
}

async function changeTest(tx: Tx, id: number, test: boolean, values: ProviderValues): Promise<void> {
  const keys = await listKeys(tx, id)
  if (keys.some((key) => key.revokedAt === null)) throw testFixed('while it has keys: revoke them first')
  try {
    await changeProvider(tx, id, { test, clock_ahead: 0 })
  } catch (error) {
    if (sqlState(error) === checkViolation) throw testFixed('after its first link')
    throw error
  }
  Object.assign(values, { test })
}

function testFixed(when: string): ApiError {
  return validationFailed([
    { pointer: '/test', code: 'not_allowed', detail: `test cannot be changed ${when}` },
  ])
}
