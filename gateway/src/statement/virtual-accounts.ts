import type { FieldError } from '@bill-gateway/contract'
import type { Db } from '../platform/db/database.ts'
import { validationFailed } from '../platform/http/errors.ts'
import type { Provider } from '../provider/index.ts'
import { deletePrefix, insertPrefix, prefixesOf } from './queries/virtual-accounts.ts'

/**
 * Beginnings of the virtual accounts that the provider's payers pay to. In an account of 26 digits the prefix
 * stands after the check digits, and the userId follows it, padded with zeros; in another number, such as
 * `XX000000000014`, it stands first.
 */
export async function virtualAccounts(db: Db, provider: Provider): Promise<string[]> {
  return prefixesOf(db, provider.id)
}

/** @throws ApiError validation_failed where it is not 1 to 20 digits and capital letters */
export async function addVirtualAccount(db: Db, provider: Provider, written: string): Promise<void> {
  await insertPrefix(db, provider.id, prefixOf(written))
}

/** @returns whether it was there */
export async function removeVirtualAccount(db: Db, provider: Provider, written: string): Promise<boolean> {
  return deletePrefix(db, provider.id, prefixOf(written))
}

function prefixOf(written: string): string {
  const prefix = written.replace(/\s/g, '').toUpperCase()
  if (/^[0-9A-Z]{1,20}$/.test(prefix)) return prefix
  const error: FieldError = {
    pointer: '/prefix',
    code: 'invalid_format',
    detail:
      'prefix must have 1 to 20 digits and letters: the part of the account between check digits and userId',
  }
  throw validationFailed([error])
}
