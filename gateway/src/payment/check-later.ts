import type { Db } from '../platform/db/database.ts'
import { enqueue } from '../platform/jobs.ts'
import type { Provider } from '../provider/index.ts'
import { realTimeOf } from './real-time.ts'

/** Rings when the checkout's method is to be asked next, in the transaction that says when. */
export async function checkLater(
  db: Db,
  provider: Provider,
  checkoutId: bigint,
  nextCheckAt: Date | null,
): Promise<void> {
  if (!nextCheckAt) return
  await enqueue(
    db,
    'checkout.check',
    { providerId: provider.id, checkoutId: String(checkoutId) },
    { runAt: realTimeOf(provider, nextCheckAt), key: `checkout.check ${provider.id} ${checkoutId}` },
  )
}
