import type { Db } from '../../platform/db/database.ts'
import { type Keyring, keyIdOfSealed, SealingError } from '../../platform/sealing.ts'
import { replaceSealed, type SealedAccount, sealedAccounts } from '../queries/method-accounts.ts'
import { sealingContext } from './accounts.ts'

export interface ResealedAccounts {
  /** Sealed anew with the first key. */
  resealed: number
  /** Those that no key opens: their credentials have to be given again. */
  lost: string[]
}

/** Seals the credentials of every account with the first key, where another one sealed them. */
export async function resealAccounts(db: Db, keyring: Keyring): Promise<ResealedAccounts> {
  const done: ResealedAccounts = { resealed: 0, lost: [] }
  for (const account of await sealedAccounts(db)) {
    const opened = openCredentials(keyring, account)
    if (opened === undefined) {
      done.lost.push(nameOf(account))
      continue
    }
    if (keyIdOfSealed(account.credentials) === keyring.currentKeyId) continue
    const sealed = keyring.seal(opened, contextOf(account))
    // Where it was connected anew meanwhile, it is sealed with the first key already.
    if (await replaceSealed(db, account, sealed)) done.resealed++
  }
  return done
}

/** Accounts whose credentials no key opens. */
export async function lostAccounts(db: Db, keyring: Keyring): Promise<string[]> {
  const accounts = await sealedAccounts(db)
  return accounts.filter((account) => openCredentials(keyring, account) === undefined).map(nameOf)
}

function openCredentials(keyring: Keyring, account: SealedAccount): string | undefined {
  try {
    return keyring.open(account.credentials, contextOf(account))
  } catch (error) {
    if (error instanceof SealingError) return undefined
    throw error
  }
}

function contextOf({ providerId, method }: SealedAccount): string {
  return sealingContext(providerId, method)
}

function nameOf({ providerCode, method }: SealedAccount): string {
  return `${method} of ${providerCode}`
}
