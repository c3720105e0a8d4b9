import type { Channel } from '@bill-gateway/contract'
import type { Provider } from '../../provider/index.ts'
import type { Method } from './method.ts'
import { sandbox } from './sandbox/index.ts'

/** Every method that there is, by its code. */
const methods: Record<string, Method> = { sandbox }

const sandboxChannels: readonly Channel[] = ['blik', 'bank', 'card']

/** What the payer can pick, in the order of the page; none for a provider without a method. */
export function waysToPay(provider: Provider): Channel[] {
  return provider.test && !provider.disabled ? [...sandboxChannels] : []
}

/** The method that carries a channel out for the provider. */
export function methodFor(provider: Provider, channel: Channel): Method | undefined {
  return waysToPay(provider).includes(channel) ? sandbox : undefined
}

/** The method of a code as the provider may use it: test providers have no other than the sandbox. */
export function methodOf(provider: Provider, code: string): Method | undefined {
  const method = Object.hasOwn(methods, code) ? methods[code] : undefined
  return method && (method === sandbox) === provider.test ? method : undefined
}
