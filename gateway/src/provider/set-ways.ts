import type { Tx } from '../platform/db/transaction.ts'
import type { Ways } from './provider.ts'
import { changeProvider, lockProvider } from './queries/providers.ts'

/** Changes which method carries which of the provider's ways to pay. */
export async function setWays(tx: Tx, providerId: number, change: (ways: Ways) => Ways): Promise<void> {
  const provider = await lockProvider(tx, providerId)
  if (!provider) throw new Error(`there is no provider ${providerId}`)
  await changeProvider(tx, providerId, { ways: JSON.stringify(change(provider.ways)) })
}
