import type { Db } from '../platform/db/database.ts'
import { transact } from '../platform/db/transaction.ts'
import { ApiError, validationFailed } from '../platform/http/errors.ts'
import type { Provider } from './provider.ts'
import { changeProvider, lockProvider } from './queries/providers.ts'

/** Ten years: farther ahead nothing of ours is planned. */
export const aheadMaxSeconds = 10 * 366 * 86_400

/**
 * Moves a test provider's clock forward for good.
 *
 * @throws ApiError not_found for a live provider, validation_failed where the clock would be more than ten years ahead
 */
export async function advanceClock(db: Db, providerId: number, seconds: number): Promise<Provider> {
  return transact(db, async (tx) => {
    const provider = await lockProvider(tx, providerId)
    if (!provider?.test) throw new ApiError('not_found')
    const ahead = provider.clockAheadMs / 1000 + seconds
    if (ahead > aheadMaxSeconds)
      throw validationFailed([
        { pointer: '/advance', code: 'too_large', detail: 'the clock can be at most ten years ahead' },
      ])
    return changeProvider(tx, providerId, { clock_ahead: ahead })
  })
}
