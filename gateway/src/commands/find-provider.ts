import type { Db } from '../platform/db/database.ts'
import { findProviderByCode, type Provider } from '../provider/index.ts'

/** @throws Error that says where the codes are listed */
export async function providerByCode(db: Db, code: string): Promise<Provider> {
  const provider = await findProviderByCode(db, code)
  if (!provider)
    throw new Error(`There is no provider ${code}. "bill-gateway provider list" shows those there are.`)
  return provider
}
