import type { Arrival, Channel, FieldError } from '@bill-gateway/contract'
import type { Db } from '../../platform/db/database.ts'
import { type Tx, transact } from '../../platform/db/transaction.ts'
import { validationFailed } from '../../platform/http/errors.ts'
import type { Platform } from '../../platform/platform.ts'
import type { Keyring } from '../../platform/sealing.ts'
import { type Provider, setWays } from '../../provider/index.ts'
import {
  openAtMethod as countOpen,
  deleteAccount,
  findAccount,
  upsertAccount,
} from '../queries/method-accounts.ts'
import { type AccountField, type Method, MethodError } from './method.ts'

/** Whose contract with the payment provider it is, and so whose account the money comes to. */
export type Collector = 'provider' | 'operator'

/** What a provider, or the operator for it, agreed with a payment provider. */
export interface MethodAccount {
  method: string
  collectedBy: Collector
  settings: Record<string, string>
  /** In clear: it goes no further than the method's own folder. */
  credentials: Record<string, string>
}

export interface NewMethodAccount {
  collectedBy: Collector
  /** By the names of the method's {@link Method.account}; what belongs to neither kind is an error. */
  values: Record<string, string>
  /** The ways to pay that it carries from now on. Default: all that the method can. */
  channels?: readonly Channel[]
}

/** The provider's account with a method. @throws MethodError where there is none */
export async function methodAccount(
  { db, keyring }: Platform,
  provider: Provider,
  method: string,
): Promise<MethodAccount> {
  const row = await findAccount(db, provider.id, method)
  if (!row) throw new MethodError(`provider ${provider.code} has no account with ${method}`)
  const credentials = JSON.parse(keyring.open(row.credentials, sealingContext(provider.id, method)))
  return { method, collectedBy: row.collectedBy, settings: row.settings, credentials }
}

/**
 * Whose account the money of a new checkout comes to.
 *
 * @param arrives what the caller asks for: a bulk payout is never the operator's
 */
export async function collectorOf(
  db: Db,
  provider: Provider,
  method: Method,
  arrives?: Arrival,
): Promise<Collector> {
  if (arrives === 'batch') return 'provider'
  if (method.collectedBy !== 'account') return method.collectedBy
  return (await findAccount(db, provider.id, method.code))?.collectedBy ?? 'provider'
}

/**
 * Gives the provider an account with a method, or other credentials to the one that it has.
 *
 * @throws ApiError validation_failed that names every field that is missing, unknown or malformed, and no value
 * @throws SealingError without an encryption key
 */
export async function connectMethod(
  { db, keyring }: { db: Db; keyring: Keyring },
  provider: Provider,
  method: Method,
  { collectedBy, values, channels = method.channels }: NewMethodAccount,
): Promise<void> {
  if (method.account === 'none')
    throw validationFailed([fieldError('method', 'not_allowed', 'needs no account')])
  const { credentials, settings } = method.account
  const known = { ...credentials, ...settings }
  const errors = [
    ...Object.entries(known).flatMap(([name, field]) => faultOf(name, field, values[name])),
    ...Object.keys(values)
      .filter((name) => !Object.hasOwn(known, name))
      .map((name) => fieldError(name, 'unknown', `${method.code} has no such field`)),
    ...channels
      .filter((channel) => !method.channels.includes(channel))
      .map((channel) => fieldError('channels', 'not_allowed', `${method.code} has no ${channel}`)),
  ]
  if (errors.length > 0) throw validationFailed(errors)
  const sealed = keyring.seal(
    JSON.stringify(picked(values, credentials)),
    sealingContext(provider.id, method.code),
  )
  await transact(db, async (tx) => {
    await upsertAccount(tx, provider.id, {
      method: method.code,
      collectedBy,
      settings: picked(values, settings),
      credentials: sealed,
    })
    await setWays(tx, provider.id, (ways) => ({
      ...without(ways, method.code),
      ...Object.fromEntries(channels.map((channel) => [channel, method.code])),
    }))
  })
}

/**
 * Takes the account away: nothing new is started with it. Checkouts that are open at the method can then be
 * asked about no more, so the caller makes sure that it is meant.
 *
 * @returns whether there was one
 */
export async function disconnectMethod(db: Db, provider: Provider, method: string): Promise<boolean> {
  return transact(db, async (tx: Tx) => {
    await setWays(tx, provider.id, (ways) => without(ways, method))
    return deleteAccount(tx, provider.id, method)
  })
}

/** What only the method can say the end of: once it is disconnected, nobody can. */
export function openAtMethod(
  db: Db,
  provider: Provider,
  method: string,
): Promise<{ checkouts: number; refunds: number }> {
  return countOpen(db, provider.id, method)
}

/** What the credentials of an account are sealed with. */
export function sealingContext(providerId: number, method: string): string {
  return `method_account ${providerId} ${method}`
}

function without(ways: Provider['ways'], method: string): Provider['ways'] {
  return Object.fromEntries(Object.entries(ways).filter(([, code]) => code !== method))
}

function picked(
  values: Record<string, string>,
  fields: Record<string, AccountField>,
): Record<string, string> {
  return Object.fromEntries(
    Object.keys(fields).flatMap((name) => (values[name] ? [[name, values[name]]] : [])),
  )
}

function faultOf(name: string, field: AccountField, value: string | undefined): FieldError[] {
  if (!value) return field.optional ? [] : [fieldError(name, 'required', `${name}: ${field.description}`)]
  return field.pattern.test(value)
    ? []
    : [fieldError(name, 'invalid_format', `${name}: ${field.description}`)]
}

function fieldError(name: string, code: string, detail: string): FieldError {
  return { pointer: `/${name}`, code, detail }
}
