import type { Channel } from '@bill-gateway/contract'
import type { Platform } from '../../platform/platform.ts'
import type { Provider } from '../../provider/index.ts'
import type { Method } from './method.ts'
import { p24 } from './p24/index.ts'
import { payu } from './payu/index.ts'
import { sandbox } from './sandbox/index.ts'
import { stripe } from './stripe/index.ts'
import { tpay } from './tpay/index.ts'
import { transfer } from './transfer/index.ts'

/** Every method that there is, by its code. */
export const methods: Readonly<Record<string, Method>> = { sandbox, transfer, p24, payu, stripe, tpay }

/** The order of the page. */
const channels: readonly Channel[] = ['blik', 'bank', 'card', 'transfer']

/**
 * What the payer can pick for bills of a currency, in the order of the page; none for a provider without a method.
 */
export function waysToPay(provider: Provider, currency = provider.currency): Channel[] {
  if (provider.disabled) return []
  return channels.filter((channel) => {
    const method = methodFor(provider, channel)
    return method !== undefined && canAskFor(method, channel, currency)
  })
}

/** Whether a payer can be asked for money of the currency that way. */
export function canAskFor({ currencies }: Method, channel: Channel, currency: string): boolean {
  if (channel === 'blik' && currency !== 'PLN') return false
  return currencies?.includes(currency) ?? true
}

/**
 * The method that carries a channel out for the provider: the one that it is connected with, else the sandbox
 * for a test provider.
 */
export function methodFor(provider: Provider, channel: Channel): Method | undefined {
  if (provider.disabled) return undefined
  const code = provider.ways[channel]
  if (code !== undefined) return methodOf(provider, code)
  return provider.test && sandbox.channels.includes(channel) ? sandbox : undefined
}

/** @returns a BLIK code that works for the test provider; undefined for a live one, or where none is known */
export function blikHint(provider: Provider): string | undefined {
  return provider.test ? methodFor(provider, 'blik')?.testHint?.blik : undefined
}

/** The method of a code as the provider may use it: the sandbox is for test providers only. */
export function methodOf(provider: Provider, code: string): Method | undefined {
  const method = Object.hasOwn(methods, code) ? methods[code] : undefined
  return method === sandbox && !provider.test ? undefined : method
}

/** Where the method's notifications for the provider come to. */
export function notifyUrl(
  { settings }: Pick<Platform, 'settings'>,
  { code }: Provider,
  method: Method,
): string {
  return `${settings.publicUrl}/notify/${method.code}/${code}`
}
