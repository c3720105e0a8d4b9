import type { Channel } from '@bill-gateway/contract'
import type { Platform } from '../../platform/platform.ts'
import type { Provider } from '../../provider/index.ts'
import { accountsOf } from '../queries/method-accounts.ts'
import { type Collector, methodAccount } from './accounts.ts'
import type { Method } from './method.ts'
import { methodFor, methodOf, methods, notifyUrl } from './methods.ts'

/** A method as the provider stands to it. No credential is in it. */
export interface MethodOverview {
  method: string
  /** What it can carry. */
  channels: readonly Channel[]
  /** What it carries now for this provider. */
  carries: Channel[]
  /** Null: it needs none, or is not connected. */
  account: { collectedBy: Collector; settings: Record<string, string> } | null
  needsAccount: boolean
  canRefund: boolean
  /** What the payment provider's panel has to be told, where it asks. */
  notifyUrl: string
}

/** Every method that the provider can use, or could once it is connected. */
export async function listMethods(
  platform: Pick<Platform, 'db' | 'settings'>,
  provider: Provider,
): Promise<MethodOverview[]> {
  const accounts = await accountsOf(platform.db, provider.id)
  return Object.values(methods)
    .filter((method) => methodOf(provider, method.code))
    .map((method) => {
      const account = accounts.find((one) => one.method === method.code)
      return {
        method: method.code,
        channels: method.channels,
        carries: method.channels.filter((channel) => methodFor(provider, channel) === method),
        account: account ? { collectedBy: account.collectedBy, settings: account.settings } : null,
        needsAccount: method.account !== 'none',
        canRefund: method.refund !== 'cannot',
        notifyUrl: notifyUrl(platform, provider, method),
      }
    })
}

/**
 * Asks the method whether the provider's credentials work.
 *
 * @returns untestable where the method has nothing to ask
 * @throws MethodError that says in a sentence what does not work; SealingError where the credentials do not open
 */
export async function testMethod(
  platform: Platform,
  provider: Provider,
  method: Method,
): Promise<'works' | 'untestable'> {
  if (method.account !== 'none') await methodAccount(platform, provider, method.code)
  if (method.testConnection === 'cannot') return 'untestable'
  await method.testConnection(platform, provider)
  return 'works'
}
