import type { Db } from '../../../platform/db/database.ts'
import { enqueue } from '../../../platform/jobs.ts'
import type { Provider } from '../../../provider/index.ts'
import { realTimeOf } from '../../real-time.ts'
import type { Charge } from './charge.ts'
import { chargesToNotify, findCharge } from './queries.ts'

/** Rings when the charge's next notification is due, in the transaction that made it due. */
export async function notifyLater(db: Db, provider: Provider, charge: Charge): Promise<void> {
  if (!charge.notifyAt) return
  await enqueue(
    db,
    'sandbox.notify',
    { providerId: provider.id, chargeId: charge.id },
    { runAt: realTimeOf(provider, charge.notifyAt), key: `sandbox.notify ${charge.id}` },
  )
}

/** Rings anew for charges that have something to tell before the moment given. */
export async function notifyAllLater(db: Db, provider: Provider, before: Date, limit: number): Promise<void> {
  for (const chargeId of await chargesToNotify(db, provider.id, before, limit)) {
    const charge = await findCharge(db, provider.id, chargeId)
    if (charge) await notifyLater(db, provider, charge)
  }
}
