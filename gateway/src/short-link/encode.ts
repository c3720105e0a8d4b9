import { type Tx, transact } from '../platform/db/transaction.ts'
import { ApiError, validationFailed } from '../platform/http/errors.ts'
import type { Platform } from '../platform/platform.ts'
import {
  commonSuffixOf,
  ownSetsMax,
  ownSuffix,
  type ParameterFault,
  type ParameterSet,
  parameterSet,
} from './parameters.ts'
import { countSets, findSuffix, insertSet, lockSets } from './queries.ts'
import { resolve } from './resolve.ts'
import type { ShortAddress } from './short-link.ts'

/**
 * The suffix that stands for the parameters of a short link: those it has already and those given, which win.
 * The same set always has the same suffix.
 *
 * @returns undefined where there is no such code; an empty suffix where no parameter is left
 * @throws ApiError validation_failed for too many or too long parameters; parameter_sets_exhausted where the
 *   provider has all the sets that it can have
 */
export async function encodeParameters(
  { db, pool }: Platform,
  address: ShortAddress,
  parameters: Iterable<readonly [string, string]>,
): Promise<string | undefined> {
  const link = await resolve(pool, address)
  if (!link) return undefined
  const { set, fault } = parameterSet(new URLSearchParams(link.set), parameters)
  if (fault) throw refusal(fault)
  if (set === '') return ''
  const known = commonSuffixOf(set) ?? (await findSuffix(db, link.providerId, set))
  return known ?? (await transact(db, (tx) => addSet(tx, link.providerId, set)))
}

async function addSet(tx: Tx, providerId: number, set: ParameterSet): Promise<string> {
  await lockSets(tx, providerId)
  // A statement of its own: it sees what the last holder of the lock committed.
  const known = await findSuffix(tx, providerId, set)
  if (known !== undefined) return known
  // Sets are never removed, so their count is the next number.
  const count = await countSets(tx, providerId)
  if (count >= ownSetsMax) throw new ApiError('parameter_sets_exhausted')
  const suffix = ownSuffix(count)
  await insertSet(tx, providerId, suffix, set)
  return suffix
}

function refusal(fault: ParameterFault): ApiError {
  const detail = fault === 'too_many' ? 'at most 10 parameters' : 'the parameters are too long together'
  return validationFailed([{ pointer: '/querystring', code: fault, detail }])
}
