import type { Db } from '../platform/db/database.ts'
import { findProvider, type Provider } from '../provider/index.ts'
import { type Asked, overdue } from './queries/due.ts'

/** What is so long overdue has lost its job, or the test clock has overtaken it. */
const overdueSeconds = 30
const sweptMax = 1_000

/**
 * Rings again for checkouts or refunds whose job is lost.
 *
 * @param later puts the job of one of them
 * @returns how many
 */
export async function sweep(
  db: Db,
  asked: Asked,
  later: (db: Db, provider: Provider, id: bigint, at: Date) => Promise<void>,
): Promise<number> {
  const lost = await overdue(db, asked, overdueSeconds, sweptMax)
  for (const { providerId, id } of lost) {
    const provider = await findProvider(db, providerId)
    if (provider) await later(db, provider, id, new Date(0))
  }
  return lost.length
}
