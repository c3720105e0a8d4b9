import type { Db } from '../platform/db/database.ts'
import { addressHash } from './address.ts'
import { addRefusal, deleteRefusals } from './queries.ts'

/** Sends no more mail of the provider to the address: a bounce came back by mail, or somebody asks so. */
export async function refuseAddress(db: Db, providerId: number, address: string): Promise<void> {
  await addRefusal(db, providerId, await addressHash(db, providerId, address), 'bad', 'by hand')
}

/** Mails to the address are tried again. @returns whether there was anything against it */
export async function forgetRefusals(db: Db, providerId: number, address: string): Promise<boolean> {
  return deleteRefusals(db, providerId, await addressHash(db, providerId, address))
}
