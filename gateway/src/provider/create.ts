import type { FieldError } from '@bill-gateway/contract'
import type { Db } from '../platform/db/database.ts'
import { sqlState } from '../platform/db/transaction.ts'
import { validationFailed } from '../platform/http/errors.ts'
import { checkDetails, type ProviderDetails } from './details.ts'
import type { Provider } from './provider.ts'
import { insertProvider } from './queries/providers.ts'

export interface NewProvider extends ProviderDetails {
  /** What its clients and addresses name it by, for ever: 1 to 40 of A-Z a-z 0-9 _ - */
  code: string
  name: string
  /** Default false: live. */
  test?: boolean
}

const uniqueViolation = '23505'

/** @throws ApiError validation_failed that names every bad field */
export async function createProvider(
  db: Db,
  { code, test = false, ...details }: NewProvider,
): Promise<Provider> {
  const { values, errors } = checkDetails(details)
  if (!/^[A-Za-z0-9_-]{1,40}$/.test(code))
    errors.unshift(badCode('must have 1 to 40 characters out of A-Z a-z 0-9 _ -'))
  if (errors.length > 0) throw validationFailed(errors)
  try {
    return await insertProvider(db, { ...values, name: values.name ?? details.name, code, test })
  } catch (error) {
    if (sqlState(error) === uniqueViolation) throw validationFailed([badCode('is taken')])
    throw error
  }
}

function badCode(rule: string): FieldError {
  return { pointer: '/code', code: 'invalid', detail: `code ${rule}` }
}
