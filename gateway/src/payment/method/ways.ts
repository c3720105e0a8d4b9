import type { Channel, FieldError } from '@bill-gateway/contract'
import type { Db } from '../../platform/db/database.ts'
import { transact } from '../../platform/db/transaction.ts'
import { validationFailed } from '../../platform/http/errors.ts'
import { findProvider, type Provider, setWays, type Ways } from '../../provider/index.ts'
import { findAccount } from '../queries/method-accounts.ts'
import { methodOf } from './methods.ts'

/** By channel the code of the method that carries it from now on; null takes the way away. */
export type WayChanges = Partial<Record<Channel, string | null>>

/**
 * Changes which method carries which of the provider's ways to pay; a channel that is not named stays as it is.
 *
 * @returns the ways afterwards
 * @throws ApiError validation_failed that names every channel whose method does not exist, cannot carry it, is not
 *   for this provider, or has no account yet
 */
export async function changeWays(db: Db, provider: Provider, changes: WayChanges): Promise<Ways> {
  const wanted = Object.entries(changes) as [Channel, string | null][]
  const faults = await Promise.all(wanted.map(([channel, code]) => faultOf(db, provider, channel, code)))
  const errors = faults.flatMap((fault) => fault ?? [])
  if (errors.length > 0) throw validationFailed(errors)
  await transact(db, (tx) =>
    setWays(tx, provider.id, (ways) =>
      Object.fromEntries(
        Object.entries({ ...ways, ...changes }).flatMap(([channel, code]) => (code ? [[channel, code]] : [])),
      ),
    ),
  )
  return (await findProvider(db, provider.id))?.ways ?? {}
}

async function faultOf(
  db: Db,
  provider: Provider,
  channel: Channel,
  code: string | null,
): Promise<FieldError | undefined> {
  if (code === null) return undefined
  const fault = (kind: string, detail: string) => ({ pointer: `/${channel}`, code: kind, detail })
  const method = methodOf(provider, code)
  if (!method) return fault('unknown', `${code} is no method of this provider`)
  if (!method.channels.includes(channel)) return fault('not_allowed', `${code} has no ${channel}`)
  if (method.account !== 'none' && !(await findAccount(db, provider.id, code)))
    return fault('not_connected', `${code} is not connected: run "bill-gateway method connect" first`)
  return undefined
}
