import { createHmac } from 'node:crypto'
import type { Db } from '../platform/db/database.ts'
import { installationSecret } from '../provider/index.ts'

/** What is kept of an address that no mail goes to: a keyed hash. Case makes no difference. */
export async function addressHash(db: Db, providerId: number, address: string): Promise<Buffer> {
  const secret = await installationSecret(db, 'mail')
  return createHmac('sha256', secret).update(`address ${providerId} ${address.trim().toLowerCase()}`).digest()
}

/**
 * @param from MAIL_FROM: an address, alone or after a name as in `Bill Gateway <pay@example.com>`
 * @returns the bare address: where mail servers report what cannot be delivered
 */
export function bareAddress(from: string): string {
  return (/<([^<>]+)>\s*$/.exec(from)?.[1] ?? from).trim()
}
