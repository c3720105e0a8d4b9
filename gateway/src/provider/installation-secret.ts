import { randomBytes } from 'node:crypto'
import type { Db } from '../platform/db/database.ts'
import { findInstallationSecret, insertInstallationSecret } from './queries/installation-secrets.ts'

const secretBytes = 32

/** A secret that all processes of the installation share; made at its first use. */
export async function installationSecret(db: Db, name: string): Promise<Buffer> {
  const known = await findInstallationSecret(db, name)
  if (known) return known
  await insertInstallationSecret(db, name, randomBytes(secretBytes))
  const made = await findInstallationSecret(db, name)
  if (!made) throw new Error(`the installation secret ${name} could not be made`)
  return made
}
